"""What event handlers are told of one logical connection, one event after the other, and what they answer.

Decides neither what an event is nor what an answer means. It outlives the connection until the last event is told,
and the socket of a connection that is recovered on another one.
"""

import asyncio
import time
import uuid
from collections.abc import Callable, Coroutine

import msgspec
import structlog
from aiohttp import CookieJar
from yarl import URL

from emulator.messages import Event, Message
from emulator.upstream import cloud_events, connect_answer, event_answer, events
from emulator.upstream.answer import Answer
from emulator.upstream.cloud_events import STATE_HEADER, Caller, Occasion
from emulator.upstream.connect_answer import UNCHANGED, Verdict
from emulator.upstream.errors import DeliveryError
from emulator.upstream.events import ConnectFacts, UpstreamEvent
from emulator.upstream.upstream import Upstream

MAX_WAITING_EVENTS = 64
"""Events of one connection that may wait for their turn before it is full: 64 MiB at the most."""

log = structlog.stdlib.get_logger("emulator")


class Outcome(msgspec.Struct, frozen=True):
    """What became of a user event: `reply` goes to the sender, if there is one; a failed one has none."""

    is_success: bool
    reply: Message | None = None


FAILED = Outcome(False)


class Conversation:
    """One connection's events, in order: each is told when the one before it has been answered or given up.

    connect() ── the upgrade ──> connected() ── tell() … ──> disconnected(), of which only the first counts
    """

    __slots__ = (
        "_caller",
        "_cookies",
        "_is_over",
        "_last_number",
        "_upstream",
        "_waiting",
        "_worker",
    )

    def __init__(self, upstream: Upstream, caller: Caller) -> None:
        """Begin to talk of `caller`, as its token describes it."""
        self._upstream = upstream
        self._caller = caller
        self._cookies: CookieJar | None = None  # made for the first cookie that a handler sets
        self._last_number = 0  # connect has 0, also where nobody wants it
        self._waiting: list[Callable[[], Coroutine[None, None, None]]] = []  # smaller than a deque, and short
        self._worker: asyncio.Task[None] | None = None  # runs while events wait
        self._is_over = False

    @property
    def is_full(self) -> bool:
        """Whether so many events wait that the client should not be read for now."""
        return len(self._waiting) >= MAX_WAITING_EVENTS

    @property
    def waiting(self) -> int:
        """How many events wait for their turn."""
        return len(self._waiting)

    async def connect(self, facts: ConnectFacts) -> Verdict:
        """Ask whether the client may connect; without a handler for it, it may.

        Raises:
            RefusedError: the handler refuses.
            DeliveryError: no handler could be asked, or its answer makes no sense.
        """
        try:
            answer = await self._told(events.connect(facts), number=0)
            if answer is None:
                return UNCHANGED
            verdict = connect_answer.interpret(answer, facts.subprotocols)
            self._keep_state(answer)
        except DeliveryError as error:
            self._failed("connect", str(error))
            raise
        return verdict

    def connected(self, user_id: str | None, subprotocol: str | None) -> None:
        """The client is connected, as the one that it is now."""
        self._caller = msgspec.structs.replace(self._caller, user_id=user_id, subprotocol=subprotocol)
        self._notify(events.connected())

    def tell(self, event: Event, then: Callable[[Outcome], None]) -> None:
        """Tell a user event when its turn comes, and call `then` with what became of it."""
        number = self._next_number()
        told = events.user(event)
        if self._worker is None and not self._upstream.is_wanted(self._caller.hub, told):
            self._unhandled(event.name)
            then(FAILED)
        else:
            self._enqueue(lambda: self._tell(told, number, then))

    def disconnected(self, reason: str) -> None:
        """The connection is over for good. Nothing is told after that."""
        if not self._is_over:
            self._notify(events.disconnected(reason))
            self._is_over = True

    async def drained(self) -> None:
        """Wait until no event waits; those of a full conversation must be waited for."""
        if self._worker is not None:
            await asyncio.shield(self._worker)

    def _notify(self, event: UpstreamEvent) -> None:
        """Tell an event whose answer does not matter."""
        number = self._next_number()
        if self._upstream.is_wanted(self._caller.hub, event):
            self._enqueue(lambda: self._try_to_tell(event, number))

    def _next_number(self) -> int:
        self._last_number += 1
        return self._last_number

    def _enqueue(self, work: Callable[[], Coroutine[None, None, None]]) -> None:
        self._waiting.append(work)
        if self._worker is None:
            self._worker = self._upstream.start(self._work())

    async def _work(self) -> None:
        try:
            while self._waiting:
                await self._waiting.pop(0)()
        finally:
            self._worker = None

    async def _tell(self, event: UpstreamEvent, number: int, then: Callable[[Outcome], None]) -> None:
        outcome = FAILED
        try:
            answer = await self._told(event, number)
            if answer is None:
                self._unhandled(event.name)
            else:
                reply = event_answer.interpret(answer)
                self._keep_state(answer)  # of an event that succeeded, and of no other (C255)
                outcome = Outcome(True, reply)
        except DeliveryError as error:
            self._failed(event.name, str(error))
        then(outcome)

    async def _try_to_tell(self, event: UpstreamEvent, number: int) -> None:
        try:
            answer = await self._told(event, number)
            if answer is not None and not answer.is_success:
                self._failed(event.name, f"the handler answered with status {answer.status}")
        except DeliveryError as error:
            self._failed(event.name, str(error))

    async def _told(self, event: UpstreamEvent, number: int) -> Answer | None:
        """What the first handler that wants `event` answered; None if none wants it."""
        occasion = Occasion(number, time.time(), str(uuid.uuid4()))
        exchanged = await self._upstream.tell(self._caller, event, occasion, self._cookies_for)
        if exchanged is None:
            return None
        url, answer = exchanged
        if answer.is_success:
            self._keep_cookies(url, answer)
        return answer

    def _keep_state(self, answer: Answer) -> None:
        if answer.state is not None:
            cloud_events.check(STATE_HEADER, answer.state)
            self._caller = msgspec.structs.replace(self._caller, state=answer.state)

    def _keep_cookies(self, url: str, answer: Answer) -> None:
        given = list(answer.values("Set-Cookie"))
        if given:
            if self._cookies is None:
                self._cookies = CookieJar(unsafe=True)  # handlers on 127.0.0.1 have cookies too
            self._cookies.update_cookies_from_headers(given, URL(url, encoded=True))

    def _cookies_for(self, url: str) -> str:
        if self._cookies is None:
            return ""
        found = self._cookies.filter_cookies(URL(url, encoded=True))
        return "; ".join(f"{name}={morsel.coded_value}" for name, morsel in found.items())

    def _unhandled(self, event: str) -> None:
        caller = self._caller
        log.info("event_unhandled", hub=caller.hub, connection_id=caller.connection_id, name=event)
        self._upstream.observe_failure(caller, event, "No event handler of this hub wants it (EMULATOR_HUBS_FILE).")

    def _failed(self, event: str, reason: str) -> None:
        caller = self._caller
        log.warning("event_failed", hub=caller.hub, connection_id=caller.connection_id, name=event, reason=reason)
        self._upstream.observe_failure(caller, event, f"Failed: {reason}.")
