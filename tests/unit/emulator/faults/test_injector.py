"""Faults that are set, applied and lifted, with a clock that is set by hand."""

from collections.abc import Sequence
from typing import Any

import pytest

from emulator.connection import Connection
from emulator.errors import Close, RefusedError
from emulator.faults import kinds
from emulator.faults.fault import Point
from emulator.faults.injector import Injector
from emulator.faults.rules import MAX_IN_FORCE, Rule, Subject
from tests.unit.emulator.doubles import ManualClock, connection


class Victim:
    """Remembers what was done to it."""

    hub = "h"
    has_socket = True
    has_ended = False

    def __init__(self, name: str) -> None:
        self.connection: Connection = connection(name)
        self.ack_faults: Sequence[tuple[int, Rule]] = ()
        self.done: list[Any] = []

    def post(self, frame: bytes) -> None:
        self.done.append(frame)

    def drop(self, *, reset: bool) -> None:
        self.has_socket = False
        self.done.append("drop")

    def close(self, close: Close) -> None:
        self.has_ended = True
        self.done.append(close.code)

    def let_go(self, close: Close) -> None:
        self.has_socket = False
        self.done.append(("let go", close.code))

    def stall(self, *, reads: bool, writes: bool) -> None:
        self.done.append((reads, writes))


class Emulator:
    """An injector with a clock and connections a, b."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.a, self.b = Victim("a"), Victim("b")
        self.faults = Injector(self.clock)
        self.faults.watch({"a": self.a, "b": self.b})


def test_a_stall_ends_with_its_time() -> None:
    one = Emulator()
    one.faults.add(kinds.Stall(seconds=5, connection="a"))
    one.clock.advance(4.9)
    assert one.a.done == [(True, True)]
    one.clock.advance(0.1)
    assert one.a.done == [(True, True), (False, False)]


def test_of_two_stalls_the_one_that_is_left_goes_on() -> None:
    one = Emulator()
    both = one.faults.add(kinds.Stall())
    one.faults.add(kinds.Stall(direction="in", connection="a"))
    one.faults.lift(both)
    assert one.a.done == [(True, True), (True, True), (True, False)]
    assert one.b.done == [(True, True), (False, False)]


def test_who_waits_for_a_recovery_is_closed_and_not_dropped() -> None:
    one = Emulator()
    one.a.has_socket = one.b.has_socket = False
    assert one.faults.add(kinds.Drop()).applied == 0
    assert one.faults.add(kinds.Close(code=1001, recoverable=True)).applied == 0
    assert one.faults.add(kinds.Close(code=1001)).applied == 2
    assert one.faults.add(kinds.Close(code=1001)).applied == 0  # they have ended


def test_nothing_is_asked_while_no_fault_waits_there() -> None:
    one = Emulator()
    assert not (one.faults.on_requests)
    assert not (one.faults.on_sockets)
    assert not one.faults.waits_at(Point.REST)
    throttle = one.faults.add(kinds.Throttle(seconds=5))
    assert (one.faults.waits_at(Point.REST), one.faults.on_requests) == (True, False)
    one.clock.advance(5)
    assert (one.faults.waits_at(Point.REST), throttle.is_over) == (False, True)
    one.faults.add(kinds.LoseAcks())
    one.faults.add(kinds.Drop(count=5))
    assert (one.faults.on_requests, one.faults.on_sockets) == (True, True)
    one.faults.clear()
    assert (one.faults.on_requests, one.faults.on_sockets) == (False, False)


def test_who_waits_for_an_application_is_told_once() -> None:
    one, told = Emulator(), []
    drop = one.faults.add(kinds.Drop(seconds=9, connection="a"))
    one.faults.when_applied(drop, 1, lambda: told.append("first"))
    one.faults.when_applied(drop, 2, lambda: told.append("second"))
    assert told == ["first"]
    for _ in range(2):
        one.a.has_socket = True
        one.faults.came(one.a)
        one.clock.end_turn()
    assert told == ["first", "second"]


def test_a_connection_that_comes_is_met_when_its_greeting_has_left() -> None:
    one = Emulator()
    one.faults.add(kinds.Drop(count=1, after=2))
    one.faults.watch({"c": (late := Victim("c"))})
    one.faults.came(late)
    assert late.done == []
    one.clock.end_turn()
    assert late.done == ["drop"]


def test_without_end_and_with_what_follows_there_is_still_a_limit() -> None:
    one = Emulator()
    lost = one.faults.add(kinds.LoseAcks(then=kinds.Refuse(at=(Point.RECOVERY,))))
    for _ in range(MAX_IN_FORCE + 5):
        one.faults.follow(lost, Subject("h", "a"))
    assert sum(not rule.is_over for rule in one.faults.all()) == MAX_IN_FORCE
    with pytest.raises(RefusedError, match="100 faults in force"):
        one.faults.add(kinds.Drop())
