"""A connection as filters see it, and the words in which a filter is refused."""

from collections.abc import Set
from typing import NamedTuple

import pytest

from emulator import filters
from emulator.filters import FilterError


class Someone(NamedTuple):
    """Anonymous and in no group, unless said otherwise."""

    user_id: str | None = None
    groups: Set[str] = frozenset()
    connection_id: str = "c1"
    protocol: str | None = None


def passes(text: str, someone: Someone) -> bool:
    return filters.parse(text).matches(someone)


def refusal(text: str) -> str:
    with pytest.raises(FilterError) as caught:
        filters.parse(text)
    return caught.value.message
