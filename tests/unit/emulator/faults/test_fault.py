"""A fault as it is written: what is taken, what is not, and what follows for whom."""

from typing import Any

import pytest

from emulator.faults.fault import KINDS, MAX_CHAIN, Close, Drop, Point, parse

LEAST: dict[str, dict[str, Any]] = {
    "close": {"code": 1001},
    "delay": {"at": "ack", "by": 1.0},
    "refuse": {"at": "rest"},
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_written_as_it_was_read(kind: str) -> None:
    wanted = {"fault": kind, "hub": "h", "count": 2, **LEAST.get(kind, {}), "then": {"fault": "drop", "reset": True}}
    fault = parse(wanted)
    assert parse(fault.as_json()) == fault
    assert fault.as_json()["then"] == {"fault": "drop", "reset": True}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_says_what_it_does_and_each_field_what_it_means(kind: str) -> None:
    assert KINDS[kind].__doc__
    assert [name for name, field in KINDS[kind].model_fields.items() if not field.description] == []


def test_at_may_be_one_or_several() -> None:
    assert parse({"fault": "throttle", "at": "rest"}).points == {Point.REST}
    assert parse({"fault": "throttle"}).points == {Point.REST, Point.CONNECT, Point.RECOVERY}


@pytest.mark.parametrize("at", [[], "", None, 3, [["rest"]], "acks", ["rest", "ack"]])
def test_at_names_points_that_the_fault_has(at: Any) -> None:
    with pytest.raises(ValueError, match="is not one or several of connect, recovery, rest"):
        parse({"fault": "refuse", "at": at})


def test_a_chain_has_its_limit() -> None:
    def chain(length: int) -> dict[str, Any]:
        return {"fault": "drop", **({"then": chain(length - 1)} if length > 1 else {})}

    assert parse(chain(MAX_CHAIN))
    with pytest.raises(ValueError, match="more than 10 faults"):
        parse(chain(MAX_CHAIN + 1))


@pytest.mark.parametrize("code", [1000, 1003, 1007, 1014, 3000, 4999])
def test_codes_that_a_close_frame_may_carry(code: int) -> None:
    assert Close(code=code).code == code


@pytest.mark.parametrize("code", [0, 999, 1004, 1005, 1006, 1015, 2999, 5000])
def test_codes_that_it_may_not(code: int) -> None:
    with pytest.raises(ValueError, match="may not be in a close frame"):
        Close(code=code)


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
