"""What requests may name: what is allowed comes back, and anything else is a ValueError."""

from collections.abc import Callable
from typing import Any

import pytest

from emulator.protocols import checks


@pytest.mark.parametrize(
    ("check", "value"),
    [
        (checks.group, "g" * 1024),
        (checks.event, "a.b-c_1"),
        (checks.identifier, " "),
        (checks.ttl_s, 0),
        (checks.ttl_s, 300),
    ],
)
def test_what_is_allowed_comes_back(check: Callable[[Any], Any], value: Any) -> None:
    assert check(value) == value


@pytest.mark.parametrize(
    ("check", "value"),
    [
        (checks.group, "g" * 1025),
        (checks.group, " "),
        (checks.event, "1bad"),
        (checks.identifier, ""),
        (checks.ttl_s, -1),
        (checks.ttl_s, 301),
    ],
)
def test_anything_else_is_refused(check: Callable[[Any], Any], value: Any) -> None:
    with pytest.raises(ValueError, match=r"is empty|not"):
        check(value)
