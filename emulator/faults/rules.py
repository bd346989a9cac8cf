"""Which fault meets whom: finds the first one in force, counts down and lets them run out; does nothing to anyone."""

import math
from collections import deque
from collections.abc import Container, Iterator
from itertools import count
from typing import Any

from msgspec import Struct

from emulator import names
from emulator.faults.fault import Fault, Point

MAX_IN_FORCE = 100
"""Faults in force at once: every request looks at each that it might meet. Only a mistake makes more, such as one
without end that is followed by others.
"""

KEPT_OVER = 200
"""How many that are over stay in the list, for those who ask what became of them."""


class Subject(Struct, frozen=True):
    """Whom a fault may meet. What is not known is None."""

    hub: str | None = None
    connection_id: str | None = None
    user_id: str | None = None
    groups: Container[str] = ()
    request: str | None = None  # the kind of a request


class Rule:
    """A fault that was set, with what is left of it."""

    def __init__(self, rule_id: str, fault: Fault, now: float, cause: str | None = None) -> None:
        self.id = rule_id
        self.fault = fault
        self.cause = cause  # the id of the fault that it follows
        self.ends_at = None if fault.seconds is None else now + fault.seconds
        self.left = fault.count  # None is without end
        self.applied = 0  # kept by who applies it: an ack is lost only when it is ready
        self.is_over = False  # set once
        self.points = fault.points
        self._hub = None if fault.hub is None else names.hub_key(fault.hub)
        self._group, self._user, self._connection = fault.group, fault.user, fault.connection
        self._request: str | None = getattr(fault, "request", None)
        self._to_pass = fault.after
        self._passed: set[str] = set()  # connections that were left alone, which may be met again

    def fits(self, point: Point, subject: Subject) -> bool:
        """Whether `subject` is in its scope."""
        return (
            point in self.points
            and self._connection in (None, subject.connection_id)
            and self._user in (None, subject.user_id)
            and self._request in (None, subject.request)
            and (self._group is None or self._group in subject.groups)
            and (self._hub is None or self._hub == names.hub_key(subject.hub or ""))
        )

    def take(self, name: str | None = None) -> bool:
        """Count one who is in its scope; whether the fault applies to it. Who has a `name` is left alone once."""
        if name in self._passed:
            return False
        if self._to_pass:
            self._to_pass -= 1
            if name is not None:
                self._passed.add(name)
            return False
        if self.left == 0:
            return False
        if self.left is not None:
            self.left -= 1
            self.is_over = self.left == 0 and not self.fault.holds
        return True

    def as_json(self, now: float) -> dict[str, Any]:
        """The fault as it was asked for, and what became of it so far."""
        left_s = None if self.is_over or self.ends_at is None else round(max(0.0, self.ends_at - now), 3)
        return {
            "id": self.id,
            **self.fault.as_json(),
            "state": "over" if self.is_over else "active",
            "applied": self.applied,
            "count_left": self.left,
            "seconds_left": left_s,
            **({"cause": self.cause} if self.cause else {}),
        }


class Rules:
    """The faults of one emulator, in the order in which they were set: the first that fits is the one that applies."""

    def __init__(self) -> None:
        self._ids = count(1)
        self._active: dict[str, Rule] = {}
        self._over: deque[Rule] = deque(maxlen=KEPT_OVER)
        self._at: dict[Point, tuple[Rule, ...]] = {}  # the active ones, by where they wait
        self._next_end = math.inf  # of the first of them whose time will be over
        self.points: frozenset[Point] = frozenset()  # where any waits

    def __iter__(self) -> Iterator[Rule]:
        yield from self._over
        yield from self._active.values()

    def at(self, point: Point) -> tuple[Rule, ...]:
        """Those in force that wait there."""
        return self._at.get(point, ())

    @property
    def is_full(self) -> bool:
        """Whether there is no room for another one."""
        return len(self._active) >= MAX_IN_FORCE

    def add(self, fault: Fault, now: float, cause: str | None = None) -> Rule:
        """Put `fault` in force."""
        rule = Rule(f"f{next(self._ids)}", fault, now, cause)
        self._active[rule.id] = rule
        self._index()
        return rule

    def apply(self, point: Point, kinds: tuple[type[Fault], ...], subject: Subject, now: float) -> Rule | None:
        """The first of these kinds that applies to `subject`, counted; None if there is none."""
        self.expire(now)
        for rule in self.at(point):
            if isinstance(rule.fault, kinds) and rule.fits(point, subject) and self.take(rule):
                return rule
        return None

    def take(self, rule: Rule, name: str | None = None) -> bool:
        """The same as `rule.take`; when that was its last one, `rule` is over."""
        applies = rule.take(name)
        self._tidy(rule)
        return applies

    def is_active(self, rule_id: str) -> bool:
        """Whether the fault with this id is in force."""
        return rule_id in self._active

    def get(self, rule_id: str) -> Rule | None:
        """The fault with this id, if it is still known."""
        return next((rule for rule in self if rule.id == rule_id), None)

    def end(self, rule: Rule) -> None:
        """Lift `rule`, and keep it in the list."""
        rule.is_over = True
        self._tidy(rule)

    def forget(self, rule: Rule) -> None:
        """Lift `rule`, and take it out of the list."""
        self.end(rule)
        if rule in self._over:
            self._over.remove(rule)

    def expire(self, now: float) -> list[Rule]:
        """Lift those whose time is over, and say which."""
        if now < self._next_end:
            return []
        expired = [rule for rule in self._active.values() if rule.ends_at is not None and rule.ends_at <= now]
        for rule in expired:
            self.end(rule)
        return expired

    def _tidy(self, rule: Rule) -> None:
        if rule.is_over and self._active.pop(rule.id, None) is not None:
            self._over.append(rule)
            self._index()

    def _index(self) -> None:
        """After one came or went: requests come a thousand times more often."""
        active = tuple(self._active.values())
        self.points = frozenset(point for rule in active for point in rule.points)
        self._at = {point: tuple(rule for rule in active if point in rule.points) for point in self.points}
        self._next_end = min((rule.ends_at for rule in active if rule.ends_at is not None), default=math.inf)
