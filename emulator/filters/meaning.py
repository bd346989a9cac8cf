"""What the names, functions and operators of filters are: what they take, what they give, how they compute it.

Reads no text and checks nothing; `program` does both with these tables.
"""

import operator
from collections.abc import Callable, Collection, Iterable, Set
from enum import Enum
from typing import NamedTuple, Protocol

Value = None | bool | str | int | Collection["Value"]


class Facts(Protocol):
    """What a filter may ask about a connection. `protocol` is its subprotocol, None for a simple client."""

    @property
    def connection_id(self) -> str: ...
    @property
    def user_id(self) -> str | None: ...
    @property
    def groups(self) -> Set[str]: ...
    @property
    def protocol(self) -> str | None: ...


class Kind(Enum):
    """The types of values; the service's error texts name them so."""

    NULL = "null"
    BOOL = "bool"
    STRING = "string"
    INT = "int"
    COLLECTION = "collection"


class Type(NamedTuple):
    """The type of an expression.

    The service checks types by trying a filter on an anonymous connection without subprotocol: there
    `length(userId)` is null, and where null will not do, that is what its errors say (C181).
    """

    kind: Kind  # what it is for a connection that has everything
    is_null: bool = False  # whether it is null for an anonymous one
    seen_as: Kind | None = None  # what the service takes it for then, if not for null

    @property
    def seen(self) -> Kind:
        """What the service takes it for when it checks."""
        return self.seen_as or (Kind.NULL if self.is_null else self.kind)


class Parameter(NamedTuple):
    """What an operation takes in one place."""

    kinds: tuple[Kind, ...]
    is_nullable: bool = False


class Operation(NamedTuple):
    """A function or an operator. Its last `optional` parameters may be left out."""

    takes: tuple[Parameter, ...]
    gives: Kind
    run: Callable[..., Value]
    null_if: Callable[[Iterable[bool]], bool] = lambda _: False  # of which arguments are null
    optional: int = 0


def _unless_null(run: Callable[..., Value], otherwise: Value = None) -> Callable[..., Value]:
    """`run`, but `otherwise` when an argument is null."""
    return lambda *arguments: otherwise if None in arguments else run(*arguments)


def _letters(change: Callable[[str], str]) -> Callable[[str], str]:
    """Change letters one by one, without regard to their neighbours and to the language, as .NET does."""

    def run(text: str) -> str:
        return "".join(changed if len(changed := change(letter)) == 1 else letter for letter in text)

    return run


def _substring(text: str, start: int, length: int | None = None) -> str | None:
    """A part that the text does not have is null, as in Microsoft's emulator."""
    stop = len(text) if length is None else start + length
    return text[start:stop] if 0 <= start <= stop <= len(text) else None


def _concat(first: str | None, second: str | None) -> str | None:
    return second if first is None else first if second is None else first + second


def _equal(first: Value, second: Value) -> bool:
    """Values of different types are never equal: for Python, true would be 1."""
    return type(first) is type(second) and first == second


def _contains(value: Value, collection: Collection[Value]) -> bool:
    """Whether a list written in the filter, or the groups of a connection, hold `value`."""
    if isinstance(collection, tuple):
        return any(_equal(value, item) for item in collection)
    return value in collection  # texts alone, which nothing else is equal to


_TEXT = Parameter((Kind.STRING,), is_nullable=True)
_COUNTABLE = Parameter((Kind.STRING, Kind.COLLECTION), is_nullable=True)
_INTEGER = Parameter((Kind.INT,))
_MEASURE = Parameter((Kind.INT,), is_nullable=True)
_TRUTH = Parameter((Kind.BOOL,))
_ANY = Parameter(tuple(Kind), is_nullable=True)
_COLLECTION = Parameter((Kind.COLLECTION,))


def _of_text(run: Callable[[str], str]) -> Operation:
    return Operation((_TEXT,), Kind.STRING, _unless_null(run), any)


def _test(run: Callable[[str, str], bool]) -> Operation:
    return Operation((_TEXT, _TEXT), Kind.BOOL, _unless_null(run, otherwise=False))


def _order(run: Callable[[int, int], bool]) -> Operation:
    return Operation((_MEASURE, _MEASURE), Kind.BOOL, _unless_null(run, otherwise=False))


NAMES: dict[str, tuple[Type, Callable[[Facts], Value]]] = {
    "connectionid": (Type(Kind.STRING), lambda facts: facts.connection_id),
    "userid": (Type(Kind.STRING, is_null=True, seen_as=Kind.STRING), lambda facts: facts.user_id),
    "groups": (Type(Kind.COLLECTION), lambda facts: facts.groups),
    "protocol": (Type(Kind.STRING, is_null=True, seen_as=Kind.STRING), lambda facts: facts.protocol),
}
"""By lower-case name: Learn has them case-insensitive. `protocol` is of Microsoft's emulator alone."""

FUNCTIONS = {
    "length": Operation((_COUNTABLE,), Kind.INT, _unless_null(len), any),
    "tolower": _of_text(_letters(str.lower)),
    "toupper": _of_text(_letters(str.upper)),
    "trim": _of_text(str.strip),
    "contains": _test(lambda text, part: part in text),
    "startswith": _test(str.startswith),
    "endswith": _test(str.endswith),
    "indexof": Operation((_TEXT, _TEXT), Kind.INT, _unless_null(str.find, otherwise=-1)),
    "concat": Operation((_TEXT, _TEXT), Kind.STRING, _concat, all),
    "substring": Operation((_TEXT, _INTEGER, _INTEGER), Kind.STRING, _unless_null(_substring), any, optional=1),
}
"""By exact name."""

OPERATORS = {
    "or": Operation((_TRUTH, _TRUTH), Kind.BOOL, operator.or_),
    "and": Operation((_TRUTH, _TRUTH), Kind.BOOL, operator.and_),
    "not": Operation((_TRUTH,), Kind.BOOL, operator.not_),
    "eq": Operation((_ANY, _ANY), Kind.BOOL, _equal),
    "ne": Operation((_ANY, _ANY), Kind.BOOL, lambda first, second: not _equal(first, second)),
    "gt": _order(operator.gt),
    "ge": _order(operator.ge),
    "lt": _order(operator.lt),
    "le": _order(operator.le),
    "in": Operation((_ANY, _COLLECTION), Kind.BOOL, _contains),
}
