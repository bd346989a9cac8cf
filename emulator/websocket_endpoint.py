"""The door for clients: `/client/hubs/{hub}` and `/client/?hub={hub}`, and the life of all connections together.

Checks are in `handshake`, what a single connection does in `live_connection`.
"""

import asyncio
import contextlib
import secrets
import time
from collections.abc import Collection, Coroutine, Sequence

import structlog
from aiohttp import WSMsgType, web

from common.shortening import shortened
from emulator import names, protocols, unlimited
from emulator.caller import remote, require_one_host
from emulator.client_socket import ClientSocket
from emulator.errors import MAX_NAME_CHARACTERS, Close, Closes, RefusedError, method_not_allowed
from emulator.faults import calls
from emulator.faults.fault import Point
from emulator.faults.rules import Subject
from emulator.handshake import (
    Applicant,
    RecoveryClaim,
    Upgrade,
    admit,
    offered_subprotocols,
    parameters,
    recovery,
    screen,
)
from emulator.inspection import masking
from emulator.link import CLOSE_GRACE_S
from emulator.live_connection import LiveConnection
from emulator.local_page import require_local_page
from emulator.protocols import frames
from emulator.service import Service
from emulator.upstream.cloud_events import Caller
from emulator.upstream.connect_answer import Verdict
from emulator.upstream.conversation import Conversation
from emulator.upstream.errors import DeliveryError
from emulator.upstream.events import ConnectFacts
from emulator.upstream.upstream import Upstream

SHUTDOWN_GRACE_S = 1.0
"""How long clients have to answer the close frame when the emulator stops."""

PINGS_PER_TURN = 100

KEEP_ALIVE_STEP_S = 1.0
"""How soon a new interval counts after the settings were read again."""

Serving = Coroutine[None, None, None]
"""Ends when the socket does."""

log = structlog.stdlib.get_logger("emulator")


class WebSocketEndpoint:
    """Upgrades clients and knows all that are connected."""

    def __init__(self, service: Service, upstream: Upstream, local_pages_only: bool) -> None:
        """With `local_pages_only`, browsers are served only for pages of this machine."""
        self._service = service
        self._observer = service.observer
        self._upstream = upstream
        self._local_pages_only = local_pages_only
        self._live: dict[str, LiveConnection] = {}  # by connection id, also those without a socket
        self._opening = 0  # clients on their way from their admission to their socket
        self._tasks: set[asyncio.Task[object]] = set()  # each serves a socket
        service.faults.watch(self._live)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one client from its upgrade request to its end."""
        response, serving = await self._begin(request)  # what it took to begin is not kept while the client is served
        if serving is not None:
            task = asyncio.current_task()
            assert task is not None
            self._tasks.add(task)
            try:
                await serving
            finally:
                self._tasks.discard(task)
        return response

    async def _begin(self, request: web.Request) -> tuple[web.StreamResponse, Serving | None]:
        """Answer an upgrade request, and give what serves the client from then on, if it may connect."""
        hub = request.match_info.get("hub")
        query = parameters(request.query.items())
        upgrade = Upgrade(
            hub=query.get("hub", "") if hub is None else hub,
            host=request.host,
            query=query,
            offered=offered_subprotocols(request.headers.getall("Sec-WebSocket-Protocol", ())),
            authorization=request.headers.get("Authorization"),
        )
        try:
            _require_upgrade(request)
            if self._local_pages_only:
                require_local_page(request.headers)
            claim = recovery(upgrade)
            return await (self._open(request, upgrade) if claim is None else self._recover(request, upgrade, claim))
        except RefusedError as error:
            hub = shortened(upgrade.hub, MAX_NAME_CHARACTERS)
            log.info("connection_refused", hub=hub, status=error.status, reason=error.message)
            address = f"{request.path}?{masking.query(request.query.items())}"
            self._observer.refused(upgrade.hub.lower(), address, remote(request), error.status, error.message)
            text = error.message.encode(errors="backslashreplace")  # it may quote a header that was no UTF-8
            refusal = web.Response(status=error.status, body=text, content_type="text/plain", charset="utf-8")
            refusal.headers.update(error.headers)
            return refusal, None

    async def _open(self, request: web.Request, upgrade: Upgrade) -> tuple[web.StreamResponse, Serving | None]:
        """Begin a new connection.

        Raises:
            RefusedError: the client may not connect.
        """
        policy = self._upstream.hub(upgrade.hub)
        applicant = screen(upgrade, self._service.verifier, time.time(), allows_anonymous=policy.allows_anonymous)
        claims = applicant.claims
        unlimited.token(upgrade.hub, len(upgrade.token))
        met = Subject(upgrade.hub, user_id=claims.user_id, groups=claims.groups)
        await calls.meet(self._service.faults, Point.CONNECT, met)
        quota = self._service.quota
        quota.require_connection(0 if quota.limits.connections is None else self.count_open() + self._opening)
        self._opening += 1
        try:
            return await self._connect(request, applicant)
        finally:
            self._opening -= 1

    async def _connect(self, request: web.Request, applicant: Applicant) -> tuple[web.StreamResponse, Serving | None]:
        """Ask the connect handler and give the client its connection.

        Raises:
            RefusedError: the handler refuses.
        """
        connection_id = secrets.token_hex(16)
        conversation = Conversation(self._upstream, _caller(applicant, connection_id))
        admission = admit(applicant, await _ask(conversation, applicant, request))
        socket = ClientSocket(admission.subprotocol)
        if not await _upgrade(socket, request):
            return socket, None
        live = LiveConnection(self._service, admission, connection_id, conversation, forget=self._forget)
        self._live[connection_id] = live
        live.seen.remote = remote(request)
        log.info("connection_opened", connection_id=connection_id, hub=live.hub, subprotocol=live.subprotocol)
        token = self._reconnection_token(connection_id) if live.is_recoverable else None
        return socket, live.serve(socket, request, token)

    def count_open(self) -> int:
        """How many connections have a socket."""
        return sum(live.has_socket for live in self._live.values())

    async def _recover(
        self, request: web.Request, upgrade: Upgrade, claim: RecoveryClaim
    ) -> tuple[web.StreamResponse, Serving | None]:
        """Go on with an earlier connection over this socket.

        A refusal is an upgrade and then a close with 1008: any HTTP status would read as trouble that passes, and
        clients would try again for 30 s (client specification, section 1.4).
        """
        if await calls.meet(self._service.faults, Point.RECOVERY, self._claimant(claim)):
            self._refuse_for_good(claim)
        live = self._claimed(claim)
        socket = ClientSocket(
            protocols.first_known(upgrade.offered) if live is None else _spelled(live.subprotocol, upgrade.offered)
        )
        if not await _upgrade(socket, request):
            return socket, None
        if live is None or not live.is_recoverable:  # it may have ended during the upgrade
            log.info("recovery_refused", hub=claim.hub)
            self._observer.recovery_refused(claim.hub.lower(), claim.connection_id, self._why_not(claim))
            return socket, _close_only(socket, request, Closes.RECOVERY_REFUSED)
        log.info("connection_recovered", connection_id=claim.connection_id, hub=live.hub)
        live.seen.remote = remote(request)
        return socket, live.recover(socket, request, self._reconnection_token(claim.connection_id))

    def _claimant(self, claim: RecoveryClaim) -> Subject:
        live = self._live.get(claim.connection_id)
        if live is None:
            return Subject(claim.hub, claim.connection_id)
        return Subject(claim.hub, claim.connection_id, live.connection.user_id, live.connection.groups)

    def _refuse_for_good(self, claim: RecoveryClaim) -> None:
        """A fault refuses this recovery: what could have been recovered has ended, as the client will be told."""
        live = self._claimed(claim)
        if live is not None:
            live.close(Closes.NOT_RECOVERED)

    def _claimed(self, claim: RecoveryClaim) -> LiveConnection | None:
        """The connection that a client may go on with."""
        live = self._live.get(claim.connection_id)
        if live is None or not live.is_recoverable or live.hub != names.hub_key(claim.hub):
            return None
        is_valid = self._service.reconnection_tokens.is_valid(claim.token, claim.connection_id, time.time())
        return live if is_valid else None

    def _why_not(self, claim: RecoveryClaim) -> str:
        """Why a client may not go on, in words for people; the client itself is not told."""
        live = self._live.get(claim.connection_id)
        if live is None:
            window_s = self._service.recovery.window_s
            return f"There is no such connection: it has ended, or the {window_s:g} s to recover it are over."
        if not live.is_recoverable:
            return "The connection has ended, or its subprotocol is not one of the reliable ones."
        if live.hub != names.hub_key(claim.hub):
            return f"The connection is one of hub {live.hub!r}."
        return "The reconnection token is not that of this connection, or it has expired."

    @property
    def connections(self) -> Collection[LiveConnection]:
        """All that are connected, or may come back."""
        return self._live.values()

    async def keep_alive(self, default_s: float) -> None:
        """Ping every client once per interval of its hub, for ever; who was silent for a whole one is cut off.

        Without an interval of its own a hub has `default_s`.
        """
        last: dict[float, float] = {}  # when those with this interval were pinged
        while True:
            now = asyncio.get_running_loop().time()
            intervals = {default_s, *self._upstream.keep_alive_intervals()}
            due = {interval_s for interval_s in intervals if last.setdefault(interval_s, now) + interval_s <= now}
            if due:
                await self._ping(due, default_s)
                last |= dict.fromkeys(due, now)
            next_at = min(last[interval_s] + interval_s for interval_s in intervals)
            await asyncio.sleep(min(next_at - now, KEEP_ALIVE_STEP_S))

    async def _ping(self, intervals: set[float], default_s: float) -> None:
        for number, live in enumerate(tuple(self._live.values()), start=1):
            if (self._upstream.hub(live.hub).keep_alive_s or default_s) in intervals:
                live.ping()
            if number % PINGS_PER_TURN == 0:
                await asyncio.sleep(0)

    async def shut_down(self) -> None:
        """Close every connection with 1001, and cut those that do not answer in time."""
        self._service.faults.clear()
        for live in tuple(self._live.values()):
            live.close_unheard(Closes.SHUTTING_DOWN)  # a server that stops is not given what comes in
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=SHUTDOWN_GRACE_S)
        for live in tuple(self._live.values()):
            live.abort()

    def _reconnection_token(self, connection_id: str) -> str:
        return self._service.reconnection_tokens.issue(connection_id, secrets.token_hex(16), time.time())

    def _forget(self, live: LiveConnection) -> None:
        del self._live[live.connection.connection_id]


def _spelled(subprotocol: str | None, offered: Sequence[str]) -> str | None:
    """A connection keeps its subprotocol, whatever its client offers now (C138); if it can be, in its spelling."""
    if subprotocol is None or not offered:
        return None
    return next((name for name in offered if name.lower() == subprotocol.lower()), subprotocol)


def _caller(applicant: Applicant, connection_id: str) -> Caller:
    return Caller(names.hub_key(applicant.hub), connection_id, applicant.claims.user_id)


async def _ask(conversation: Conversation, applicant: Applicant, request: web.Request) -> Verdict:
    """What the connect handler decides of a client.

    Raises:
        RefusedError: it refuses, with its own status, or it cannot be asked, which is a 500 (C234, C235, C239).
    """
    facts = ConnectFacts(
        claims=applicant.claims.all,
        query=tuple(request.query.items()),
        headers=tuple(request.headers.items()),
        subprotocols=applicant.offered,
    )
    try:
        return await conversation.connect(facts)
    except DeliveryError as error:
        raise RefusedError(500, "The event handler for connect failed; the emulator's log says why.") from error


def _require_upgrade(request: web.Request) -> None:
    if request.method != "GET":
        raise method_not_allowed(request.method, ["GET"])
    require_one_host(request)
    tokens = {token.strip() for token in request.headers.get("Connection", "").lower().split(",")}
    if request.headers.get("Upgrade", "").strip().lower() != "websocket" or "upgrade" not in tokens:
        raise RefusedError(400, "This address speaks WebSocket; expected an upgrade request.")
    for name in ("Sec-WebSocket-Key", "Sec-WebSocket-Version"):
        if not request.headers.get(name, "").isascii():  # aiohttp's own checks of these would fail on it
            raise RefusedError(400, f"{name} is not ASCII.")


async def _upgrade(socket: ClientSocket, request: web.Request) -> bool:
    """Answer 101, or return False if the client is gone already."""
    try:
        await socket.prepare(request)
    except ConnectionResetError:
        return False
    return request.transport is not None


async def _close_only(socket: ClientSocket, request: web.Request, close: Close) -> None:
    """Tell a client by a close frame that it is refused, and wait for its answer."""
    assert request.transport is not None
    request.transport.write(frames.close(close.code, close.reason))
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(CLOSE_GRACE_S):
            while (await socket.receive()).type in (WSMsgType.TEXT, WSMsgType.BINARY, WSMsgType.PING, WSMsgType.PONG):
                pass
