"""The grammar of filters: from tokens to nodes in the order in which they are evaluated; knows no types.

Operators from the loosest to the tightest: `or`, `and`, comparisons, `not`, `in`. That `not` binds tighter than a
comparison is Learn's ("Operator precedence"), that `in` binds tighter still is OData's (URL conventions 4.01).
Keywords are in lower case; a word in the place of an operand is a name, whatever it is.
"""

import re
from enum import Enum
from typing import NamedTuple

from emulator.filters.error import FilterError, quoted
from emulator.filters.tokens import Token, TokenKind, tokenize

MAX_CLAUSES = 100
"""Operands of `and` and `or` in one filter: what Learn calls the guideline for its own limit."""

MAX_NESTING = 100
"""Expressions inside expressions, as in Microsoft's emulator."""

_OR, _AND, _COMPARISON, _IN = range(1, 5)
_BINDING = {"or": _OR, "and": _AND, **dict.fromkeys(("eq", "ne", "gt", "ge", "lt", "le"), _COMPARISON), "in": _IN}
_CONSTANTS = {"true": True, "false": False, "null": None}
_INTEGER = re.compile(r"[+-]?[0-9]{1,10}")
_INTEGERS = range(-(2**31), 2**31)


class NodeKind(Enum):
    """What a node does with the values before it."""

    LITERAL = 1  # adds `value`
    NAME = 2  # adds what is called `value`
    UNKNOWN = 3  # a literal of a kind that filters do not know; `value` is its text
    OPERATION = 4  # replaces `arity` values by the result of the operator `value`
    CALL = 5  # the same for the function `value`
    LIST = 6  # the same by a list of them


class Node(NamedTuple):
    """One step of a filter in postfix order; `start` and `end` are the part of the text that it covers."""

    kind: NodeKind
    value: str | int | bool | None
    arity: int
    start: int
    end: int


def read(text: str) -> list[Node]:
    """The nodes of a filter.

    Raises:
        FilterError: it is no expression, is nested too deeply or has too many clauses.
    """
    return _Parser(text).read()


class _Parser:
    """Precedence climbing. Its recursion is bounded by MAX_NESTING, with at most four calls for each."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokenize(text)
        self._position = 0  # of the next token
        self._nesting = -1  # of the expression being read; the filter itself counts as 0
        self._clauses = 1
        self._nodes: list[Node] = []

    def read(self) -> list[Node]:
        self._expression(_OR)
        if self._next.kind is not TokenKind.END:
            raise self._error("Syntax error", self._next.end)
        return self._nodes

    def _expression(self, loosest: int) -> None:
        """Read an operand and all operators after it that bind at least as tightly as `loosest`."""
        self._nesting += 1
        if self._nesting > MAX_NESTING:
            raise FilterError(self._text, "Recursion depth exceeded allowed limit.")
        start = self._next.start
        self._operand()
        tightest = _IN
        while loosest <= (binding := self._binding()) <= tightest:
            operator = self._take()
            if binding == _IN:
                self._collection()
            else:
                self._expression(binding + 1)
            self._add(NodeKind.OPERATION, operator.text, 2, start)
            if binding <= _AND:
                self._count_clause()
                tightest = binding
            else:
                tightest = binding - 1  # comparisons do not chain
        self._nesting -= 1

    def _operand(self) -> None:
        token = self._take()
        if token.text == "(":
            self._expression(_OR)
            self._close("')' or operator expected")
        elif token.text == "not":
            self._expression(_IN)
            self._add(NodeKind.OPERATION, "not", 1, token.start)
        elif token.kind is TokenKind.WORD:
            self._word(token)
        elif token.kind is TokenKind.STRING:
            self._add(NodeKind.LITERAL, token.text[1:-1].replace("''", "'"), 0, token.start)
        elif token.kind is TokenKind.NUMBER:
            self._number(token)
        else:
            raise self._error("Expression expected", token.start)

    def _word(self, token: Token) -> None:
        if self._next.text == "(" and self._next.start == token.end:
            self._take()
            self._add(NodeKind.CALL, token.text, self._items(), token.start)
        elif token.text in _CONSTANTS:
            self._add(NodeKind.LITERAL, _CONSTANTS[token.text], 0, token.start)
        else:
            self._add(NodeKind.NAME, token.text, 0, token.start)

    def _number(self, token: Token) -> None:
        if _INTEGER.fullmatch(token.text) and int(token.text) in _INTEGERS:
            self._add(NodeKind.LITERAL, int(token.text), 0, token.start)
        else:
            self._add(NodeKind.UNKNOWN, token.text, 0, token.start)

    def _collection(self) -> None:
        """What stands right of `in`."""
        start = self._next.start
        if self._next.text != "(":
            self._operand()
            return
        self._take()
        self._add(NodeKind.LIST, None, self._items(), start)

    def _items(self) -> int:
        """Read expressions between commas up to a closing parenthesis; return how many there are."""
        count = 0
        if self._next.text != ")":
            self._expression(_OR)
            count = 1
            while self._next.text == ",":
                self._take()
                self._expression(_OR)
                count += 1
        self._close("')' or ',' expected")
        return count

    def _close(self, otherwise: str) -> None:
        if self._next.text != ")":
            raise self._error(otherwise, self._next.start)
        self._take()

    def _count_clause(self) -> None:
        self._clauses += 1
        if self._clauses > MAX_CLAUSES:
            raise FilterError(self._text, f"The filter has more than {MAX_CLAUSES} clauses.")

    @property
    def _next(self) -> Token:
        return self._tokens[self._position]

    def _take(self) -> Token:
        token = self._next
        self._position += token.kind is not TokenKind.END
        return token

    def _binding(self) -> int:
        return _BINDING.get(self._next.text, 0)

    def _add(self, kind: NodeKind, value: str | int | bool | None, arity: int, start: int) -> None:
        self._nodes.append(Node(kind, value, arity, start, self._tokens[self._position - 1].end))

    def _error(self, problem: str, position: int) -> FilterError:
        return FilterError(self._text, f"{problem} at position {position} in '{quoted(self._text)}'.")
