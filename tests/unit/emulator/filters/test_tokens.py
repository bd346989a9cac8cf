"""Cutting filters into tokens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.filters.error import FilterError
from emulator.filters.tokens import Token, TokenKind, tokenize


def kinds(text: str) -> list[str]:
    return [f"{token.kind.value}:{token.text}" for token in tokenize(text)[:-1]]


def test_every_kind_of_token_is_found_with_and_without_space() -> None:
    wanted = ["word:userId", "word:in", "mark:(", "string:'a'", "mark:,", "number:-1", "mark:)"]
    assert kinds("userId in('a',-1)") == kinds(" userId  in\t( 'a' ,\n-1 ) ") == wanted


def test_a_token_knows_where_it_stands() -> None:
    assert tokenize("a  eq")[1] == Token(TokenKind.WORD, "eq", 3, 5)
    assert tokenize("a  eq")[2] == Token(TokenKind.END, "", 5, 5)


@pytest.mark.parametrize("text", ["''", "'it''s'", "''''", "'a''''b'", "' ( , and \n'", "'é\u4f60😀'"])
def test_a_string_ends_at_the_first_quote_that_is_not_doubled(text: str) -> None:
    assert kinds(f"{text} x") == [f"string:{text}", "word:x"]


@pytest.mark.parametrize("text", ["1", "+1", "-12", "1.5", "1e5", "3L", "0x1F", "123456789012345678901234567890"])
def test_whatever_begins_like_a_number_is_one_token(text: str) -> None:
    assert kinds(text) == [f"number:{text}"]


@pytest.mark.parametrize("text", ["'", "'a", "a eq 'it''s", "'''", "'a' eq '" + "''" * 50_000])
def test_a_string_without_end_is_refused(text: str) -> None:
    with pytest.raises(FilterError, match=f"unterminated string literal at position {len(text)} in"):
        tokenize(text)


@pytest.mark.parametrize("character", [*'#$%&*/:;<=>?@[]^`{}|!"\\.~-+', "\x00", "😀", "\ud800"])
def test_any_other_character_is_refused_by_name(character: str) -> None:
    with pytest.raises(FilterError) as caught:
        tokenize(f"userId eq {character}")
    assert f": Token '{character}' is not supported. (" in str(caught.value)


@given(st.text())
def test_tokens_are_all_of_the_text_but_for_white_space(text: str) -> None:
    try:
        tokens = tokenize(text)
    except FilterError:
        return
    assert "".join(token.text for token in tokens) == "".join(
        part if token else part.strip() for part, token in split(text, tokens)
    )


def split(text: str, tokens: list[Token]) -> list[tuple[str, bool]]:
    """The text in pieces, those between tokens too, each with whether it is a token."""
    pieces, end = [], 0
    for token in tokens:
        pieces += [(text[end : token.start], False), (text[token.start : token.end], True)]
        end = token.end
    return pieces
