"""Whom a fault is for that follows another one."""

from typing import Any

import pytest

from emulator.faults.kinds import Drop
from emulator.faults.reading import parse


def test_what_follows_is_for_the_connection_that_was_met() -> None:
    assert Drop().following("h", "u", "c").as_json() == {"fault": "drop", "hub": "h", "connection": "c"}


@pytest.mark.parametrize(
    ("at", "scope"),
    [
        ("recovery", {"hub": "h", "connection": "c"}),
        ("connect", {"hub": "h", "user": "u"}),
        (["connect", "rest"], {"hub": "h"}),
    ],
)
def test_what_follows_where_no_connection_is_known_is_for_its_user_or_hub(at: Any, scope: dict[str, str]) -> None:
    followed = parse({"fault": "throttle", "at": at}).following("h", "u", "c").as_json()
    assert {name: followed.get(name) for name in ("hub", "user", "connection") if name in followed} == scope


def test_what_follows_with_a_scope_of_its_own_keeps_it() -> None:
    drop = Drop(group="g")
    assert drop.following("h", "u", "c") is drop
