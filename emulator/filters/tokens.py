"""Cut the text of a filter into tokens; knows neither what they mean nor in which order they may stand."""

import re
from enum import Enum
from typing import NamedTuple

from emulator.filters.error import FilterError, quoted


class TokenKind(Enum):
    """What a token looks like; the values are the groups of the pattern below."""

    WORD = "word"
    STRING = "string"
    NUMBER = "number"
    MARK = "mark"
    END = "end"


class Token(NamedTuple):
    """One token; `text` is text[start:end] of the filter."""

    kind: TokenKind
    text: str
    start: int
    end: int


_TOKEN = re.compile(
    r"""
      (?P<space> \s+ )
    | (?P<word> [^\W\d]\w* )
    | (?P<number> [+-]?[0-9][\w.]* )        # whether it is one that filters know is decided later
    | (?P<string> '(?:[^']|'')*+' )         # a quote inside is written twice; possessive, so it never backtracks
    | (?P<open> ' )
    | (?P<mark> [(),] )
    | (?P<other> . )
    """,
    re.VERBOSE | re.DOTALL,
)


def tokenize(text: str) -> list[Token]:
    """All tokens of a filter, and one of kind END.

    Raises:
        FilterError: a string does not end, or a character belongs to no token.
    """
    tokens = []
    for match in _TOKEN.finditer(text):
        group = match.lastgroup
        if group == "space":
            continue
        if group == "open":
            raise FilterError(
                text, f"There is an unterminated string literal at position {len(text)} in '{quoted(text)}'."
            )
        if group == "other":
            raise FilterError(text, f"Token '{match[0]}' is not supported.")
        tokens.append(Token(TokenKind(group), match[0], match.start(), match.end()))
    tokens.append(Token(TokenKind.END, "", len(text), len(text)))
    return tokens
