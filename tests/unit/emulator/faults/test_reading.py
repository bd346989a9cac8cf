"""A fault as it is written: what is taken, and what is not."""

from typing import Any

import pytest

from emulator.faults.fault import Point
from emulator.faults.kinds import KINDS
from emulator.faults.reading import MAX_CHAIN, parse

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
