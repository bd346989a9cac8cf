"""Open and close one WebSocket to the service, and turn what goes wrong with it into our errors. Sends no messages."""

import asyncio
from contextlib import suppress
from time import time
from urllib.parse import urlencode, urlsplit, urlunsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException
from websockets.frames import CloseCode
from websockets.http11 import Response
from websockets.typing import Subprotocol

from common.wire import RELIABLE_SUBPROTOCOL
from streamer_agent.errors import ConnectionLostError, HttpRefusalError, StrangeAnswerError, UnreachableError, address
from streamer_agent.publish.clocks import advice, skew_s
from streamer_agent.publish.frames import Recovery
from streamer_agent.publish.negotiation import is_loopback, reason, retry_after

OPEN_TIMEOUT_S = 20.0
CLOSE_TIMEOUT_S = 1.0
"""How long the peer may take to answer a close frame; then the connection is dropped. Far below a grace period."""
MOST_FRAME_BYTES = 2**20
"""The service's own limit for a message; it sends us acks of some fifty bytes, and whatever is broadcast to the hub."""
NO_CLOSE_FRAME = 1006
"""RFC 6455, 7.4.1."""
ADDRESS_ADVICE = "Its PUBLIC_URL, or the endpoint of its connection string, must be an address that exists"
PROXY_ADVICE = "A proxy between here and there may not pass WebSockets on"


async def open_socket(url: str, ping_interval_s: float) -> ClientConnection:
    """A WebSocket that speaks the reliable JSON subprotocol. Pings keep it alive when idle and find a half-open one.

    Raises:
        UnreachableError, HttpRefusalError, StrangeAnswerError: there is none; the text never holds the URL's token.
    """
    where = address(url)
    try:
        socket = await connect(
            url,
            subprotocols=[Subprotocol(RELIABLE_SUBPROTOCOL)],
            # Deflate per message would cost more time than all else; what is compressed is the batch, if at all.
            compression=None,
            proxy=None if is_loopback(urlsplit(url).hostname or "") else True,
            open_timeout=OPEN_TIMEOUT_S,
            ping_interval=ping_interval_s,
            ping_timeout=ping_interval_s,
            close_timeout=CLOSE_TIMEOUT_S,
            max_size=MOST_FRAME_BYTES,
        )
    except InvalidStatus as error:
        raise _refusal(url, error.response) from error
    except OSError as error:
        seen = f"Cannot reach {where}, where negotiate sent us: {reason(error, OPEN_TIMEOUT_S)}"
        raise UnreachableError(seen, "Check that the service runs and that its public address is right") from error
    except WebSocketException as error:
        # The texts of these errors can hold the URL and so the token.
        raise StrangeAnswerError(f"{where} does not speak WebSocket ({type(error).__name__})", PROXY_ADVICE) from None
    except ValueError:  # a NUL in the host, a label of more than 63 characters
        raise StrangeAnswerError(f"Negotiate sent us to an impossible address, {where}", ADDRESS_ADVICE) from None
    if socket.subprotocol != RELIABLE_SUBPROTOCOL:
        await hang_up(socket, CloseCode.NORMAL_CLOSURE, "")
        raise StrangeAnswerError(f"{where} does not speak {RELIABLE_SUBPROTOCOL}", PROXY_ADVICE)
    return socket


def recovery_url(url: str, recovery: Recovery) -> str:
    """Where the connection that was opened at `url` is recovered (client specification, 1.4); no access token."""
    parts = urlsplit(url)
    query = urlencode({"awps_connection_id": recovery.connection_id, "awps_reconnection_token": recovery.token})
    return urlunsplit(parts._replace(query=query))


async def hang_up(socket: ClientConnection, code: int, why: str) -> None:
    """Close in good order; a peer that does not answer in time, or does not even read, is dropped."""
    with suppress(TimeoutError):
        async with asyncio.timeout(CLOSE_TIMEOUT_S):
            await socket.close(code, why)
    socket.transport.abort()


def lost(closed: ConnectionClosed, ping_timeout_s: float) -> ConnectionLostError:
    """What ended a connection, told for people."""
    if closed.rcvd is not None:
        said = f" ({closed.rcvd.reason})" if closed.rcvd.reason else ""
        return ConnectionLostError(closed.rcvd.code, f"The service closed the connection with {closed.rcvd.code}{said}")
    if closed.sent is not None and closed.sent.code == CloseCode.INTERNAL_ERROR:
        return ConnectionLostError(NO_CLOSE_FRAME, f"The service did not answer a ping within {ping_timeout_s:.0f} s")
    return ConnectionLostError(NO_CLOSE_FRAME, "The connection broke without a close frame")


def _refusal(url: str, response: Response) -> HttpRefusalError:
    clocks = advice(skew_s(url, response.headers.get("Date", "")))
    what_to_do = {
        401: clocks
        or "The token from negotiate was refused: its key and the service's, or the clocks of both, may differ",
        403: "Access to the service is restricted; its network rules and the resource's state say more",
        429: "Too many connections or messages: on the Free tier, 20 connections and 20,000 messages a day",
    }.get(response.status_code, "")
    where = address(url)
    return HttpRefusalError(
        response.status_code,
        f"{where} answered {response.status_code} instead of opening a WebSocket",
        what_to_do,
        retry_after_s=retry_after(response.headers, time()),
        by_service=True,
    )
