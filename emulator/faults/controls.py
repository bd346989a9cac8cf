"""Set faults from Python in the process of the emulator: `emulator_in_thread(...).faults`, from any thread.

Every call returns when the emulator has done it, within milliseconds, so plain and async tests both can use it.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from types import TracebackType
from typing import Any, Literal, Self, TypedDict, TypeVar, Unpack

from emulator.faults.fault import Fault
from emulator.faults.injector import Injector
from emulator.faults.kinds import RequestKind
from emulator.faults.reading import parse
from emulator.faults.rules import Rule

ANSWER_TIMEOUT_S = 30.0

T = TypeVar("T")
CallPoint = Literal["connect", "recovery", "rest"]


class Where(TypedDict, total=False):
    """For whom and for how long; nothing of it is everything, until it is deleted."""

    hub: str
    group: str
    user: str
    connection: str
    seconds: float
    count: int
    after: int
    then: Mapping[str, Any] | Fault


class OfRequests(Where, total=False):
    """The same for requests, perhaps of one kind only."""

    request: RequestKind


class ActiveFault:
    """A fault that was set. As a context manager it ends with its block."""

    def __init__(self, faults: "Faults", rule: Rule) -> None:
        self._faults = faults
        self._rule = rule

    def __repr__(self) -> str:
        return f"<{self._rule.fault.kind} {self.id}, applied {self.applied} times>"

    @property
    def id(self) -> str:
        """Its id, as in the log and over HTTP."""
        return self._rule.id

    @property
    def applied(self) -> int:
        """How often it was applied so far."""
        return self._rule.applied

    @property
    def is_over(self) -> bool:
        """Whether its count or its time is used up, or it was ended."""
        return bool(self._faults.describe(self)["state"] == "over")

    def end(self) -> None:
        """Lift it. Ending twice changes nothing."""
        self._faults.end(self)

    def wait(self, count: int = 1, timeout_s: float = ANSWER_TIMEOUT_S) -> None:
        """Block until it was applied `count` times. In async code, await `wait_async`.

        Raises:
            TimeoutError: it was not.
        """
        self._faults.when_applied(self, count).result(timeout_s)

    async def wait_async(self, count: int = 1, timeout_s: float = ANSWER_TIMEOUT_S) -> None:
        """Wait until it was applied `count` times.

        Raises:
            TimeoutError: it was not.
        """
        await asyncio.wait_for(asyncio.wrap_future(self._faults.when_applied(self, count)), timeout_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()


class Faults:
    """The faults of one emulator that runs in another thread. What each does: emulator/README.md, "Faults"."""

    def __init__(self, injector: Injector, loop: asyncio.AbstractEventLoop) -> None:
        self._injector = injector
        self._loop = loop

    def drop(self, *, reset: bool = False, **where: Unpack[Where]) -> ActiveFault:
        """Cut sockets without a close frame; with `reset` TCP ends by RST, else by FIN."""
        return self.set("drop", reset=reset, **where)

    def close(self, code: int, reason: str = "", *, recoverable: bool = False, **where: Unpack[Where]) -> ActiveFault:
        """Close with a close frame; for good, unless the client may recover the connection."""
        return self.set("close", code=code, reason=reason, recoverable=recoverable, **where)

    def stall(self, direction: Literal["both", "in", "out"] = "both", **where: Unpack[Where]) -> ActiveFault:
        """Neither read sockets nor write to them, or only one of both."""
        return self.set("stall", direction=direction, **where)

    def lose_acks(self, **where: Unpack[OfRequests]) -> ActiveFault:
        """Perform requests and never say so."""
        return self.set("lose_acks", **where)

    def lose_requests(self, **where: Unpack[OfRequests]) -> ActiveFault:
        """Neither perform requests nor answer them."""
        return self.set("lose_requests", **where)

    def fail_requests(self, **where: Unpack[OfRequests]) -> ActiveFault:
        """Answer InternalServerError instead of performing requests."""
        return self.set("fail_requests", **where)

    def delay(
        self,
        by: float,
        at: CallPoint | Literal["ack"] | Sequence[CallPoint | Literal["ack"]],
        **where: Unpack[OfRequests],
    ) -> ActiveFault:
        """Answer so many seconds later."""
        return self.set("delay", by=by, at=at, **where)

    def refuse(
        self,
        at: CallPoint | Sequence[CallPoint],
        *,
        status: int | None = None,
        retry_after: int | None = None,
        **where: Unpack[Where],
    ) -> ActiveFault:
        """Refuse with an HTTP status; a recovery without one by close 1008."""
        return self.set("refuse", at=at, status=status, retry_after=retry_after, **where)

    def throttle(
        self,
        at: CallPoint | Sequence[CallPoint] = ("connect", "recovery", "rest"),
        *,
        retry_after: int = 1,
        **where: Unpack[Where],
    ) -> ActiveFault:
        """Answer 429 with Retry-After."""
        return self.set("throttle", at=at, retry_after=retry_after, **where)

    def expire_tokens(
        self,
        at: Literal["connect", "rest"] | Sequence[Literal["connect", "rest"]] = ("connect", "rest"),
        **where: Unpack[Where],
    ) -> ActiveFault:
        """Answer 401 as for tokens that are too old."""
        return self.set("expire_tokens", at=at, **where)

    def set(self, kind: str, **fields: Any) -> ActiveFault:
        """Set a fault by its name and fields, as over HTTP.

        Raises:
            ValueError: there is no such fault; the text says every problem.
            RefusedError: too many faults are in force.
        """
        wanted = parse({"fault": kind, **fields})
        return ActiveFault(self, self._call(lambda: self._injector.add(wanted)))

    def clear(self) -> None:
        """End all faults."""
        self._call(self._injector.clear)

    def list(self) -> list[dict[str, Any]]:
        """Those in force and the last ones that are over, as over HTTP."""
        return self._call(lambda: [self._injector.as_json(rule) for rule in self._injector.all()])

    def describe(self, active: ActiveFault) -> dict[str, Any]:
        """One fault, as over HTTP."""
        return self._call(lambda: self._injector.current(active._rule))

    def end(self, active: ActiveFault) -> None:
        """Lift one fault; it stays in the list."""
        self._call(lambda: self._injector.lift(active._rule))

    def when_applied(self, active: ActiveFault, count: int) -> Future[None]:
        """What is done when a fault has been applied `count` times."""
        done: Future[None] = Future()
        self._call(lambda: self._injector.when_applied(active._rule, count, lambda: _settle(done)))
        return done

    def _call(self, do: Callable[[], T]) -> T:
        """Have the emulator's thread do it."""
        outcome: Future[T] = Future()

        def run() -> None:
            try:
                outcome.set_result(do())
            except Exception as error:  # handed to the thread that waits, which raises it
                outcome.set_exception(error)

        self._loop.call_soon_threadsafe(run)
        return outcome.result(ANSWER_TIMEOUT_S)


def _settle(done: Future[None]) -> None:
    if done.set_running_or_notify_cancel():  # else nobody waits any more
        done.set_result(None)
