"""Send one request to an event handler, again if the network or the handler is in trouble, and read its answer.

Knows nothing of events. Follows no redirect, uses no proxy of the environment and keeps no cookies: handlers are where
the operator said, and nowhere else.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    TCPConnector,
)
from msgspec import Struct
from yarl import URL

from emulator.upstream.answer import MAX_BODY_BYTES, Answer
from emulator.upstream.errors import DeliveryError, UnreachableError

MAX_CONNECTIONS = 512
"""Requests under way at once, to all handlers. When thousands of clients leave together, the others wait."""

IDLE_CONNECTION_S = 1.5
"""How long a connection to a handler is kept for the next event: less than the servers of common frameworks do."""

MAX_HEADER_BYTES = 64 * 1024


class Patience(Struct, frozen=True):
    """How long handlers are waited for. The defaults are those of Microsoft's emulator."""

    answer_s: float = 100.0  # until the head of an answer, repetitions included; and as long again for its body
    validation_s: float = 10.0
    retry_delays_s: tuple[float, ...] = (1.0, 3.0, 5.0)


class Request(Struct, frozen=True):
    """A request to a handler."""

    method: str
    url: str  # encoded, and kept as it is
    headers: Mapping[str, str]
    body: bytes | None = None


class HandlerClient:
    """Speaks HTTP with event handlers. Usable between `open` and `close`."""

    def __init__(
        self,
        patience: Patience,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        on_sent: Callable[[int], None] = lambda _size_bytes: None,
    ) -> None:
        """Tell `on_sent` the size of each body that was sent."""
        self.patience = patience
        self._on_sent = on_sent
        self._sleep = sleep
        self._session: ClientSession | None = None

    def open(self) -> None:
        """Make ready. Needs a running event loop. Opening twice changes nothing."""
        if self._session is not None:
            return
        self._session = ClientSession(
            connector=TCPConnector(limit=MAX_CONNECTIONS, keepalive_timeout=IDLE_CONNECTION_S),
            cookie_jar=DummyCookieJar(),
            timeout=ClientTimeout(total=None, connect=None, sock_connect=None, sock_read=None),  # we keep time
            skip_auto_headers=("Accept-Encoding", "User-Agent"),
            max_line_size=MAX_HEADER_BYTES,
            max_field_size=MAX_HEADER_BYTES,
        )

    async def close(self) -> None:
        """End every connection."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def send(self, request: Request, within_s: float) -> Answer:
        """Send `request` and read the answer; after trouble that may pass, the same one again.

        Raises:
            DeliveryError: no answer within `within_s`, or none that could be read.
        """
        delays = iter(self.patience.retry_delays_s)
        try:
            async with asyncio.timeout(within_s) as deadline:
                while True:
                    delay = next(delays, None)  # None after the last attempt
                    try:
                        answer = await self._attempt(request, deadline)
                        if delay is None or not answer.is_transient:
                            return answer
                    except UnreachableError:
                        if delay is None:
                            raise
                    await self._sleep(delay)
        except TimeoutError as error:
            raise DeliveryError(f"no answer within {within_s:g} s") from error

    async def _attempt(self, request: Request, deadline: asyncio.Timeout) -> Answer:
        assert self._session is not None, "the client is not open"
        try:
            response = await self._session.request(
                request.method,
                URL(request.url, encoded=True),
                headers=request.headers,
                data=request.body,
                allow_redirects=False,
            )
        except (ClientError, OSError) as error:  # our own time-out is a cancellation until it leaves its context
            raise UnreachableError(f"no answer: {_said(error)}") from error
        self._on_sent(len(request.body or b""))
        async with response:
            answer = Answer(response.status, tuple(response.headers.items()))
            if not answer.is_success:
                return answer
            deadline.reschedule(asyncio.get_running_loop().time() + self.patience.answer_s)
            return Answer(answer.status, answer.headers, await _read(response))


def _said(error: Exception) -> str:
    """What went wrong; only of a failed connection the whole text, as others may repeat the URL."""
    return str(error) if isinstance(error, ClientConnectorError) else type(error).__name__


async def _read(response: ClientResponse) -> bytes:
    body = bytearray()
    try:
        async for chunk in response.content.iter_any():
            body += chunk
            if len(body) > MAX_BODY_BYTES:
                raise DeliveryError(f"the answer is larger than {MAX_BODY_BYTES} bytes")
    except (ClientError, OSError) as error:
        raise DeliveryError(f"the answer broke off: {type(error).__name__}") from error
    return bytes(body)
