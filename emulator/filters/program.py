"""Check the types of a filter and make a program of it, for a machine with a stack; evaluates nothing.

The whole expression is checked, whichever part would decide it: a filter that was taken never fails later.
"""

from collections.abc import Callable, Sequence

from emulator.filters.error import FilterError, quoted
from emulator.filters.grammar import Node, NodeKind
from emulator.filters.meaning import FUNCTIONS, NAMES, OPERATORS, Facts, Kind, Operation, Parameter, Type, Value

Step = Callable[[Facts, list[Value]], None]
"""Takes its operands from the end of the stack and puts its result there."""


def compiled(text: str, nodes: Sequence[Node]) -> list[Step]:
    """The steps of the filter `text`, whose nodes are `nodes`; they leave one boolean.

    Raises:
        FilterError: something is unknown, or types do not fit.
    """
    return _Compiler(text).compile(nodes)


class _Unknown(str):
    """In the place of a type: the text of something that filters do not know.

    The error for it names the operation around it, as the service's does, so it waits until that is there.
    """

    __slots__ = ()


class _Put:
    """The step of a value that is known already."""

    __slots__ = ("value",)

    def __init__(self, value: Value) -> None:
        self.value = value

    def __call__(self, _: Facts, stack: list[Value]) -> None:
        stack.append(self.value)


class _Compiler:
    def __init__(self, text: str) -> None:
        self._text = text
        self._types: list[Type | _Unknown] = []  # of what the steps so far leave on the stack
        self._steps: list[Step] = []

    def compile(self, nodes: Sequence[Node]) -> list[Step]:
        for node in nodes:
            self._compile(node)
        (result,) = self._types
        if isinstance(result, _Unknown):
            raise _unsupported(self._text, result)
        self._check(result, Parameter((Kind.BOOL,)), nodes[-1])
        return self._steps

    def _compile(self, node: Node) -> None:
        if node.kind is NodeKind.LITERAL:
            self._add(_type_of(node.value), _Put(node.value))
        elif node.kind is NodeKind.UNKNOWN:
            self._types.append(_Unknown(str(node.value)))
        elif node.kind is NodeKind.NAME:
            self._name(str(node.value))
        elif node.kind is NodeKind.LIST:
            self._list(node)
        else:
            self._operation(node)

    def _name(self, name: str) -> None:
        if name.lower() in NAMES:
            type_, read = NAMES[name.lower()]
            self._add(type_, lambda facts, stack: stack.append(read(facts)))
        else:
            self._types.append(_Unknown(name))

    def _list(self, node: Node) -> None:
        items = self._take(node.arity)
        unknown = next((item for item in items if isinstance(item, _Unknown)), None)
        if unknown is not None:
            self._types.append(unknown)
            return
        kinds = [item.kind for item in items if isinstance(item, Type)]
        if kinds == [Kind.COLLECTION]:  # only a collection in parentheses
            self._add(Type(Kind.COLLECTION))
            return
        if Kind.COLLECTION in kinds:
            raise _wrong_type(self._part(node), Kind.COLLECTION, Kind.STRING)
        self._add(Type(Kind.COLLECTION), self._items(node.arity))

    def _items(self, count: int) -> Step:
        """One step for a list. One of literals is made now, and of strings a set: filters name users by the hundred."""
        steps = self._steps[len(self._steps) - count :]
        values = tuple(step.value for step in steps if isinstance(step, _Put))
        if len(values) < count:
            return _run(lambda *values: values, count)
        del self._steps[len(self._steps) - count :]
        return _Put(frozenset(values) if all(isinstance(value, str) for value in values) else values)

    def _operation(self, node: Node) -> None:
        name = str(node.value)
        operation = (FUNCTIONS if node.kind is NodeKind.CALL else OPERATORS).get(name)
        if operation is None:
            raise _unsupported(self._part(node), self._part(node))
        if not len(operation.takes) - operation.optional <= node.arity <= len(operation.takes):
            raise FilterError(self._part(node), f"Invalid token '{quoted(self._part(node))}'.")
        given = self._take(node.arity)
        types = [type_ for type_ in given if isinstance(type_, Type)]
        if len(types) < len(given):
            self._has_unknown(node, next(type_ for type_ in given if isinstance(type_, _Unknown)))
            return
        for type_, parameter in zip(types, operation.takes, strict=False):
            self._check(type_, parameter, node)
        self._add(_result(operation, types), _run(operation.run, node.arity))

    def _has_unknown(self, node: Node, unknown: _Unknown) -> None:
        """`not` alone hands it on to what is around it."""
        if node.value != "not":
            raise _unsupported(self._part(node), unknown)
        self._types.append(unknown)

    def _check(self, type_: Type, parameter: Parameter, node: Node) -> None:
        if parameter.is_nullable:
            if type_.kind not in (*parameter.kinds, Kind.NULL):
                raise _wrong_type(self._part(node), type_.kind, parameter.kinds[0])
        elif type_.seen not in parameter.kinds:
            raise _wrong_type(self._part(node), type_.seen, parameter.kinds[0])

    def _take(self, count: int) -> list[Type | _Unknown]:
        taken = self._types[len(self._types) - count :]
        del self._types[len(self._types) - count :]
        return taken

    def _add(self, type_: Type, *steps: Step) -> None:
        self._types.append(type_)
        self._steps.extend(steps)

    def _part(self, node: Node) -> str:
        return self._text[node.start : node.end]


def _type_of(value: str | int | bool | None) -> Type:
    if value is None:
        return Type(Kind.NULL, is_null=True)
    kinds = {bool: Kind.BOOL, str: Kind.STRING, int: Kind.INT}
    return Type(kinds[type(value)])


def _result(operation: Operation, types: Sequence[Type]) -> Type:
    return Type(operation.gives, operation.null_if(type_.is_null for type_ in types))


def _run(function: Callable[..., Value], arity: int) -> Step:
    def step(_: Facts, stack: list[Value]) -> None:
        first = len(stack) - arity
        stack[first:] = [function(*stack[first:])]

    def step_of_two(_: Facts, stack: list[Value]) -> None:  # as most are; saves 30 % of a common filter
        last = stack.pop()
        stack[-1] = function(stack[-1], last)

    return step_of_two if arity == 2 else step


def _wrong_type(part: str, found: Kind, expected: Kind) -> FilterError:
    return FilterError(part, f"Type '{found.value}', expect '{expected.value}'.")


def _unsupported(part: str, token: str) -> FilterError:
    return FilterError(part, f"Token '{quoted(token)}' is not supported.")
