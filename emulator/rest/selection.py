"""Which of some connections an operation means, by its parameters `excluded` and `filter`; does nothing to them."""

from collections.abc import Iterable
from itertools import islice

from emulator import filters
from emulator.connection import Connection
from emulator.filters import Filter
from emulator.inspection.record import LeftOut
from emulator.rest.query import Query


class Selection:
    """All connections that pass `filter`, but for those with an id among `excluded`."""

    def __init__(self, filter_: Filter | None = None, excluded: Iterable[str] = ()) -> None:
        self._filter = filter_
        self._excluded = frozenset(excluded)  # exact ids; unknown ones matter to nobody

    @classmethod
    def of(cls, query: Query) -> "Selection":
        """The selection of a query with `filter` and `excluded`.

        Raises:
            FilterError: the filter is not valid.
        """
        return cls(parsed(query.one("filter")), query.all("excluded"))

    def pick(self, connections: Iterable[Connection]) -> list[Connection]:
        """Those of `connections` that are meant."""
        return [one for one in connections if one.connection_id not in self._excluded and self._passes(one)]

    def left_out(self, connections: Iterable[Connection], limit: int) -> list[LeftOut]:
        """The first of those that are not meant, and why."""
        others = (one for one in connections if one.connection_id in self._excluded or not self._passes(one))
        return [
            LeftOut(
                one.connection_id, "excluded" if one.connection_id in self._excluded else "filter: it does not match"
            )
            for one in islice(others, limit)
        ]

    def _passes(self, connection: Connection) -> bool:
        return self._filter is None or self._filter.matches(connection)


def parsed(text: str | None) -> Filter | None:
    """A filter; None where every connection passes.

    Raises:
        FilterError: it is not valid.
    """
    return filters.parse(text) if text else None
