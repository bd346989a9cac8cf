"""aiohttp's WebSocket with its closing taken away: close frames leave through the outbox, behind what was queued.

aiohttp alone would write them past the outbox, without a reason, when a client breaks the protocol.
"""

from collections.abc import Callable

from aiohttp import web

MAX_MESSAGE_BYTES = 1024 * 1024
"""Largest message of a client: 1 MB by Learn, 1 MiB in Microsoft's emulator. One more byte ends the connection."""

_PROTOCOL_ERRORS = (1002, 1007, 1009)


class ClientSocket(web.WebSocketResponse):
    """Reads messages as bytes, and answers neither pings nor closes by itself. Writes nothing but the handshake."""

    def __init__(self, subprotocol: str | None) -> None:
        super().__init__(
            autoclose=False,
            autoping=False,
            compress=False,
            decode_text=False,
            max_msg_size=MAX_MESSAGE_BYTES + 1,  # aiohttp refuses a message of exactly its limit
            protocols=[subprotocol] if subprotocol else [],
        )
        if subprotocol:
            self.headers["Sec-WebSocket-Protocol"] = subprotocol  # also where the client used several headers
        self.on_protocol_error: Callable[[int], None] | None = None

    async def close(self, *, code: int = 1000, message: bytes = b"", drain: bool = True) -> bool:
        """Called by aiohttp alone: with an error's code when a client broke the protocol, else when all is over."""
        if self.on_protocol_error is not None and code in _PROTOCOL_ERRORS:
            self.on_protocol_error(code)
        return True
