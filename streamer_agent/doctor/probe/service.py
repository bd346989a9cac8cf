"""Asks negotiate for a URL, connects with it and sends one message that no page shows. Judges nothing.

Only an ack proves the permission to publish, and only a message to the group has one: joining is not permitted, and
neither pings nor pongs say anything about roles. So it is one of a kind that receivers ignore (docs/wire.md, check).
The text format has no kinds; there it is an empty text, of which the tutorial's page shows nothing.
"""

import asyncio
import contextlib
import random
import socket
from dataclasses import dataclass
from time import monotonic, time
from urllib.parse import urlsplit, urlunsplit

import aiohttp
import orjson
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed
from yarl import URL

from common.wire import FORMAT_VERSION
from streamer_agent.doctor.in_thread import in_thread
from streamer_agent.doctor.judge.clocks import ClockFacts, token_times
from streamer_agent.doctor.judge.service import NegotiateFacts, PublishFacts
from streamer_agent.errors import StreamerError, UnreachableError, address
from streamer_agent.publish.backoff import Backoff
from streamer_agent.publish.message import Message
from streamer_agent.publish.negotiation import Access, Negotiator, ahead, proxy_for
from streamer_agent.publish.session import NORMAL_CLOSURE, Fail, Proven, Refused, Send, Session, Welcome
from streamer_agent.publish.websocket import hang_up, lost, open_socket
from streamer_agent.publish.window import AckWindow
from streamer_agent.settings import StreamerSettings

TIMEOUT_S = 5.0
"""For negotiate, for the connection with its message, and for the service's clock, each."""
NOBODY = "0" * 16
"""An agent's id that no state directory has."""


@dataclass(frozen=True, slots=True)
class ServiceFacts:
    """What came of the three."""

    negotiate: NegotiateFacts
    publish: PublishFacts | None
    """None without a URL."""
    clocks: ClockFacts


async def look(settings: StreamerSettings) -> ServiceFacts:
    """Ask, connect and publish, in at most three times TIMEOUT_S."""
    where, proxy = address(settings.negotiate_url), proxy_for(URL(settings.negotiate_url))
    negotiator = Negotiator(settings.negotiate_url, settings.key, TIMEOUT_S)
    began = monotonic()
    access, error = None, None
    try:
        await _look_up(URL(settings.negotiate_url))
        access = await negotiator.access()
    except StreamerError as failure:
        error = failure
    negotiate = NegotiateFacts(where, monotonic() - began, address(proxy) if proxy else "", error)
    now = time()
    if access is None:
        return ServiceFacts(negotiate, None, ClockFacts(now, negotiator.ahead_s, None, None))
    publish, service_ahead_s = await asyncio.gather(_publish(access, settings), _service_ahead(access.url))
    clocks = ClockFacts(now, negotiator.ahead_s, service_ahead_s, token_times(access.url))
    return ServiceFacts(negotiate, publish, clocks)


async def _publish(access: Access, settings: StreamerSettings) -> PublishFacts:
    where = address(access.url)
    try:
        await _look_up(URL(where.replace("ws", "http", 1)))
        began = monotonic()
        async with asyncio.timeout(TIMEOUT_S):
            connection = await open_socket(access.url, settings.ping_interval)
            try:
                welcomed, acked = await _converse(connection, access.group, _message(settings))
            finally:
                await hang_up(connection, NORMAL_CLOSURE, "")
    except TimeoutError:
        error = UnreachableError(
            f"{where} did not acknowledge a message within {TIMEOUT_S:.0f} s",
            "Check that the service runs, and that nothing between here and there holds WebSockets back",
        )
        return PublishFacts(where, access.group, error=error)
    except StreamerError as failure:
        return PublishFacts(where, access.group, error=failure)
    return PublishFacts(where, access.group, welcomed - began, acked - welcomed)


async def _converse(connection: ClientConnection, group: str, message: Message) -> tuple[float, float]:
    """Be welcomed and have `message` acknowledged, as the agent's own session sees it; return when both were.

    Raises:
        StreamerError: the service will not have it.
    """
    session = Session(AckWindow(1, 2**20), Backoff(random.random), TIMEOUT_S)
    welcomed = monotonic()
    session.opened(group, welcomed)
    while True:
        try:
            text = await connection.recv(decode=False)
        except ConnectionClosed as closed:
            ending = lost(closed, TIMEOUT_S)
            session.ended(ending, monotonic())  # adds what the service said before
            raise ending from closed
        for action in session.received(text, monotonic()):
            match action:
                case Welcome():
                    welcomed = monotonic()
                    send = session.offer(message, welcomed)
                    assert send is not None, "nothing else is in the window"
                    await connection.send(send.frame, text=True)
                case Send(frame):
                    await connection.send(frame, text=True)
                case Proven():
                    return welcomed, monotonic()
                case Fail(error) | Refused(error):
                    raise error


async def _look_up(url: URL) -> None:
    """Make sure that looking up a name takes no longer than TIMEOUT_S; whether it is found, connecting will tell.

    Raises:
        UnreachableError: it takes longer. A resolver may take half a minute, and cannot be stopped.
    """
    if proxy_for(url) or not url.host:
        return
    host = url.host
    try:
        with contextlib.suppress(OSError):
            await in_thread(lambda: socket.getaddrinfo(host, url.port), TIMEOUT_S)
    except TimeoutError as error:
        seen = f"Cannot reach {address(str(url))}: its name was not found within {TIMEOUT_S:.0f} s"
        raise UnreachableError(seen, "Check the name and the resolver (/etc/resolv.conf)") from error


def _message(settings: StreamerSettings) -> Message:
    if settings.format == "text":
        return Message(b'""', "text")
    check = {"tailcast": FORMAT_VERSION, "kind": "check", "agent": NOBODY, "name": settings.agent_name}
    return Message(orjson.dumps({**check, "at": int(time() * 1000)}), "json")


async def _service_ahead(client_url: str) -> float | None:
    """How far the service's clock is ahead of ours, by the Date of its answer to a request without token."""
    parts = urlsplit(client_url)
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
    try:
        url = URL(urlunsplit((parts.scheme.replace("ws", "http"), parts.netloc, "/", "", "")))
        async with (
            aiohttp.ClientSession(timeout=timeout) as http,
            http.get(url, allow_redirects=False, proxy=proxy_for(url)) as response,
        ):
            return ahead(response.headers, time())
    except (TimeoutError, aiohttp.ClientError, OSError):
        return None  # the connection itself tells what is wrong
