"""Which fault applies, how often and for how long."""

from typing import Any

import pytest

from emulator.faults.fault import Fault, Point
from emulator.faults.kinds import Drop, LoseAcks, Refuse, Stall
from emulator.faults.reading import parse
from emulator.faults.rules import KEPT_OVER, MAX_IN_FORCE, Rule, Rules, Subject

ALICE = Subject("Chat", "c1", "alice", ("g",), "sendToGroup")


def rule(**fields: Any) -> Rule:
    return Rules().add(parse({"fault": "lose_acks", **fields}), now=0.0)


@pytest.mark.parametrize(
    "scope",
    [
        {},
        {"hub": "chat"},
        {"hub": "CHAT", "group": "g", "user": "alice", "connection": "c1"},
        {"request": "sendToGroup"},
    ],
)
def test_it_fits_who_has_all_that_it_asks_for(scope: dict[str, str]) -> None:
    assert rule(**scope).fits(Point.ACK, ALICE)


@pytest.mark.parametrize(
    "scope", [{"hub": "other"}, {"group": "G"}, {"user": "bob"}, {"connection": "c2"}, {"request": "event"}]
)
def test_it_does_not_fit_who_lacks_one_thing(scope: dict[str, str]) -> None:
    assert not rule(hub="chat").fits(Point.REST, ALICE)
    assert not rule(**scope).fits(Point.ACK, ALICE)


def test_what_is_not_known_does_not_fit_what_is_asked_for() -> None:
    assert not rule(user="alice").fits(Point.ACK, Subject("Chat"))
    assert not rule(hub="chat").fits(Point.ACK, Subject())


def applied(rules: Rules, times: int, now: float = 0.0) -> list[str | None]:
    found = [rules.apply(Point.ACK, (LoseAcks,), ALICE, now) for _ in range(times)]
    return [one and one.id for one in found]


def test_the_first_one_that_fits_applies_until_it_is_used_up() -> None:
    rules = Rules()
    rules.add(LoseAcks(count=2), 0.0)
    rules.add(LoseAcks(count=1), 0.0)
    assert applied(rules, 4) == ["f1", "f1", "f2", None]
    assert [one.is_over for one in rules] == [True, True]


def test_the_first_ones_are_left_alone_before_it_begins_to_count() -> None:
    rules = Rules()
    rules.add(LoseAcks(after=2, count=1), 0.0)
    assert applied(rules, 4) == [None, None, "f1", None]


def test_a_connection_that_is_left_alone_is_so_for_good() -> None:
    one = Rules().add(Drop(after=1, count=1), 0.0)
    assert [one.take("a"), one.take("a"), one.take("b"), one.take("a")] == [False, False, True, False]


def test_it_ends_with_its_time() -> None:
    rules = Rules()
    lost = rules.add(LoseAcks(seconds=10), now=5.0)
    assert applied(rules, 1, now=14.9) == ["f1"]
    assert lost.as_json(12.5)["seconds_left"] == 2.5
    assert applied(rules, 1, now=15.0) == [None]
    assert (lost.is_over, lost.as_json(16.0)["seconds_left"]) == (True, None)


def test_without_time_and_count_it_lasts_until_it_is_ended() -> None:
    rules = Rules()
    lost = rules.add(LoseAcks(), 0.0)
    assert applied(rules, 2, now=1e9) == ["f1", "f1"]
    rules.end(lost)
    assert applied(rules, 1) == [None]


def test_kinds_and_points_are_kept_apart() -> None:
    rules = Rules()
    rules.add(Refuse(at=(Point.REST,)), 0.0)
    assert rules.points == {Point.REST}
    assert rules.apply(Point.REST, (LoseAcks,), ALICE, 0.0) is None
    assert rules.apply(Point.CONNECT, (Refuse,), ALICE, 0.0) is None


def test_a_stall_goes_on_for_whom_it_met_when_its_count_is_used_up() -> None:
    rules = Rules()
    stall = rules.add(Stall(count=1), 0.0)
    assert [rules.take(stall, "a"), rules.take(stall, "b")] == [True, False]
    assert rules.is_active(stall.id)


def test_those_that_are_over_stay_in_the_list_for_a_while() -> None:
    rules = Rules()
    made = [rules.add(Drop(), 0.0) for _ in range(KEPT_OVER + 5)]
    for one in made:
        rules.end(one)
    assert [one.id for one in rules] == [f"f{number}" for number in range(6, KEPT_OVER + 6)]
    assert rules.get("f5") is None
    rules.forget(made[5])
    assert rules.get("f6") is None


def test_ending_and_forgetting_twice_changes_nothing() -> None:
    rules = Rules()
    one = rules.add(Drop(), 0.0)
    rules.end(one)
    rules.end(one)
    rules.forget(one)
    rules.forget(one)
    assert list(rules) == []


def test_a_view_holds_what_was_asked_for_and_what_is_left() -> None:
    fault: Fault = parse({"fault": "close", "code": 1012, "count": 3, "hub": "h"})
    one = Rules().add(fault, 0.0, cause="f7")
    one.take()
    assert one.as_json(0.0) == {
        "id": "f1",
        "fault": "close",
        "code": 1012,
        "count": 3,
        "hub": "h",
        "cause": "f7",
        "state": "active",
        "applied": 0,
        "count_left": 2,
        "seconds_left": None,
    }


def test_who_comes_by_looks_at_no_fault_that_waits_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    rules, looks = Rules(), []
    for _ in range(MAX_IN_FORCE - 1):
        rules.add(Refuse(at=(Point.REST,), seconds=10), 0.0)
    rules.add(LoseAcks(user="bob"), 0.0)
    monkeypatch.setattr(Rule, "fits", lambda rule, point, subject: looks.append(rule.id))
    rules.apply(Point.ACK, (LoseAcks,), ALICE, 1.0)
    rules.apply(Point.REQUEST, (LoseAcks,), ALICE, 1.0)
    assert looks == [f"f{MAX_IN_FORCE}"]


def test_one_that_is_over_waits_nowhere() -> None:
    rules = Rules()
    rules.add(Refuse(at=(Point.REST, Point.CONNECT), seconds=10), 0.0)
    lost = rules.add(LoseAcks(seconds=5), 0.0)
    assert (rules.points, rules.at(Point.ACK)) == ({Point.REST, Point.CONNECT, Point.ACK}, (lost,))
    assert rules.expire(5.0) == [lost]
    assert (rules.points, rules.at(Point.ACK)) == ({Point.REST, Point.CONNECT}, ())
    assert len(rules.expire(10.0)) == 1
    assert rules.points == set()
