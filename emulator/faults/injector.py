"""Keep the faults that are set, apply those of connections, and tell of all that they are applied.

Which one applies is decided in `rules`; what those of requests and of calls do is in `requests` and `calls`. While no
fault waits at a point, asking there costs one look at an attribute.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Protocol

import structlog

from emulator.clock import Clock
from emulator.connection import Connection
from emulator.errors import Close as CloseWith
from emulator.errors import too_many_faults
from emulator.faults.fault import Fault, Point
from emulator.faults.kinds import Close, Drop, Stall
from emulator.faults.rules import MAX_IN_FORCE, Rule, Rules, Subject

_REQUESTS = frozenset([Point.REQUEST, Point.ACK])

log = structlog.stdlib.get_logger("emulator")


class Victim(Protocol):
    """A connection as far as faults are concerned."""

    connection: Connection

    @property
    def hub(self) -> str:
        """The name of its hub."""
        ...

    @property
    def has_socket(self) -> bool:
        """Whether there is anything to cut, or to stall."""
        ...

    @property
    def has_ended(self) -> bool:
        """Whether it is over for good."""
        ...

    ack_faults: Sequence[tuple[int, Rule]]
    """What becomes of the next ack with each of these ids."""

    def post(self, frame: bytes) -> None:
        """Send a frame to the client."""
        ...

    def drop(self, *, reset: bool) -> None:
        """Cut the socket."""
        ...

    def close(self, close: CloseWith) -> None:
        """End the connection for good."""
        ...

    def let_go(self, close: CloseWith) -> None:
        """Close the socket, and keep the connection for its recovery if it can be recovered."""
        ...

    def stall(self, *, reads: bool, writes: bool) -> None:
        """Do not read the socket, do not write to it, or both; neither goes on with it."""
        ...


class Injector:
    """The faults of one emulator."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._rules = Rules()
        self._connections: Mapping[str, Victim] = {}
        self._stalled: dict[str, dict[str, Stall]] = {}  # by the id of the rule: the connections that it holds
        self._waiting: list[tuple[Rule, int, Callable[[], None]]] = []  # for a rule to have been applied so often
        self._points: frozenset[Point] = frozenset()  # where a fault waits
        self.on_applied: Callable[[str, str, Mapping[str, Any]], None] = _ignore  # is told of each
        self.on_requests = False  # whether any fault waits for requests
        self.on_sockets = False  # whether any waits for those who come

    def watch(self, connections: Mapping[str, Victim]) -> None:
        """Tell it once where all connections are found, by their ids."""
        self._connections = connections

    # What is asked for

    def add(self, fault: Fault) -> Rule:
        """Set a fault. One that happens in a moment has happened when this returns.

        Raises:
            RefusedError: 409, there are too many.
        """
        if self._rules.is_full:
            raise too_many_faults(MAX_IN_FORCE)
        return self._add(fault)

    def get(self, rule_id: str) -> Rule | None:
        """The fault with this id."""
        self._refresh()
        return self._rules.get(rule_id)

    def all(self) -> list[Rule]:
        """Those in force and the last ones that are over, in the order in which they were set."""
        self._refresh()
        return sorted(self._rules, key=lambda rule: int(rule.id[1:]))

    def as_json(self, rule: Rule) -> dict[str, Any]:
        """A fault, and what became of it so far."""
        return rule.as_json(self.clock.now())

    def current(self, rule: Rule) -> dict[str, Any]:
        """The same, after what is over by now was ended."""
        self._refresh()
        return self.as_json(rule)

    def lift(self, rule: Rule) -> None:
        """End a fault; it stays in the list."""
        self._rules.end(rule)
        self._refresh()

    def forget(self, rule: Rule) -> None:
        """End a fault and take it out of the list."""
        self._rules.forget(rule)
        self._refresh()

    def clear(self) -> None:
        """End all, and empty the list."""
        for rule in tuple(self._rules):
            self._rules.forget(rule)
        self._refresh()

    def when_applied(self, rule: Rule, count: int, then: Callable[[], None]) -> None:
        """Call `then` as soon as `rule` has been applied `count` times."""
        if rule.applied >= count:
            then()
        else:
            self._waiting.append((rule, count, then))

    # The points where it is asked

    def came(self, victim: Victim) -> None:
        """A connection has a socket, or has joined a group."""
        if self.on_sockets and victim.has_socket:  # its greeting, or its ack, leaves first: at the end of this turn
            self.later(0, lambda: self.later(0, partial(self._meet, victim)))

    def joined(self, connection: Connection) -> None:
        """A connection is in one more group."""
        if self.on_sockets and (victim := self._connections.get(connection.connection_id)) is not None:
            self.came(victim)

    # For those that stand at a point (`calls`, `requests`)

    def waits_at(self, point: Point) -> bool:
        """Whether any fault waits there."""
        return point in self._points

    def apply(self, point: Point, kinds: tuple[type[Fault], ...], subject: Subject) -> Rule | None:
        """The fault of these kinds that applies to `subject`, counted; None if there is none."""
        rule = self._rules.apply(point, kinds, subject, self.clock.now())
        self._refresh()
        return rule

    def note(self, rule: Rule, **facts: Any) -> None:
        """A fault was applied: log it, and tell those who wait for that."""
        rule.applied += 1
        self.on_applied(rule.fault.kind, rule.id, facts)
        log.info("fault_applied", fault=rule.fault.kind, id=rule.id, **facts)
        due = [then for one, count, then in self._waiting if one is rule and rule.applied >= count]
        self._waiting = [one for one in self._waiting if one[0] is not rule or rule.applied < one[1]]
        for then in due:
            then()

    def follow(self, rule: Rule, subject: Subject) -> None:
        """Set the fault that follows `rule`, for whom that met."""
        following = rule.fault.then
        if following is None:
            return
        if self._rules.is_full:
            log.warning("fault_not_set", fault=following.kind, cause=rule.id, reason="too many faults are in force")
        else:
            self._add(following.following(subject.hub, subject.user_id, subject.connection_id), rule.id)

    def later(self, delay_s: float, do: Callable[[], None]) -> None:
        """Do something when so much time has passed; 0 is when what was written in this turn has left."""
        if delay_s:
            self.clock.call_later(delay_s, do)
        else:
            self.clock.call_soon(do)

    def _add(self, fault: Fault, cause: str | None = None) -> Rule:
        rule = self._rules.add(fault, self.clock.now(), cause)
        self._refresh()
        log.info("fault_set", fault=fault.kind, id=rule.id, cause=cause)
        if fault.seconds is not None:
            self.clock.call_later(fault.seconds, self._refresh)
        if Point.SOCKET in fault.points:
            for victim in tuple(self._connections.values()):
                self._meet(victim, rule)
            if fault.is_momentary and fault.seconds is None and fault.count is None:
                self.lift(rule)
        return rule

    def _meet(self, victim: Victim, only: Rule | None = None) -> None:
        """Apply to a connection what waits for it; of `only`, if that is given."""
        subject = subject_of(victim)
        for rule in [only] if only is not None else self._rules.at(Point.SOCKET):
            if not rule.is_over and rule.fits(Point.SOCKET, subject):
                self._strike(rule, victim)
        self._refresh()

    def _strike(self, rule: Rule, victim: Victim) -> None:
        fault, connection_id = rule.fault, victim.connection.connection_id
        ends_for_good = isinstance(fault, Close) and not fault.recoverable
        if victim.has_ended or not (victim.has_socket or ends_for_good):
            return
        if connection_id in self._stalled.get(rule.id, {}):  # it is back with another socket
            self._set_stall(victim)
            return
        if not self._rules.take(rule, connection_id):
            return
        self.note(rule, connection_id=connection_id, hub=victim.hub)
        if isinstance(fault, Stall):
            self._stalled.setdefault(rule.id, {})[connection_id] = fault
            self._set_stall(victim)
        elif isinstance(fault, Drop):
            victim.drop(reset=fault.reset)
        elif isinstance(fault, Close):
            (victim.let_go if fault.recoverable else victim.close)(CloseWith(fault.code, fault.reason))
        self.follow(rule, subject_of(victim))

    def _set_stall(self, victim: Victim) -> None:
        connection_id = victim.connection.connection_id
        faults = [held[connection_id] for held in self._stalled.values() if connection_id in held]
        victim.stall(
            reads=any(fault.direction != "out" for fault in faults),
            writes=any(fault.direction != "in" for fault in faults),
        )

    def _refresh(self) -> None:
        """Let those end whose time is over, and let go whom they held."""
        self._rules.expire(self.clock.now())
        if self._points is not self._rules.points:
            self._points = self._rules.points
            self.on_requests = not self._points.isdisjoint(_REQUESTS)
            self.on_sockets = Point.SOCKET in self._points
        for rule_id in [one for one in self._stalled if not self._rules.is_active(one)]:
            for connection_id in self._stalled.pop(rule_id):
                if (victim := self._connections.get(connection_id)) is not None:
                    self._set_stall(victim)


def _ignore(_kind: str, _rule_id: str, _facts: Mapping[str, Any]) -> None:
    pass


def subject_of(victim: Victim) -> Subject:
    """A connection, as faults see it."""
    connection = victim.connection
    return Subject(victim.hub, connection.connection_id, connection.user_id, connection.groups)
