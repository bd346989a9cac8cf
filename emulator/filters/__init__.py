"""Filters over connections, the OData subset of the REST data plane: which connections an operation means.

Reads no request and sends nothing. Syntax and meaning follow Learn, "OData filter syntax in Azure Web PubSub service",
and Microsoft's emulator where that page is silent. One difference: lengths and positions count characters, where the
service counts UTF-16 units, so they differ behind characters such as emoji.
"""

from collections.abc import Sequence

from emulator.filters.error import FilterError
from emulator.filters.grammar import read
from emulator.filters.meaning import Facts, Value
from emulator.filters.program import Step, compiled

__all__ = ["Facts", "Filter", "FilterError", "parse"]


class Filter:
    """A filter that was checked as a whole, so that it can be asked about any connection. Made by `parse`."""

    __slots__ = ("_program",)

    def __init__(self, program: Sequence[Step]) -> None:
        self._program = program

    def matches(self, facts: Facts) -> bool:
        """Whether a connection passes. Never raises; both sides of `and` and `or` are always looked at."""
        stack: list[Value] = []
        for step in self._program:
            step(facts, stack)
        return not stack or stack[0] is True


def parse(text: str) -> Filter:
    """Read and check a filter; every connection passes an empty one.

    Raises:
        FilterError: the syntax is wrong, something in it is unknown, types do not fit or the result is no boolean,
            whatever the connections are; or it is too long or too deeply nested.
    """
    return Filter(compiled(text, read(text)) if text else ())
