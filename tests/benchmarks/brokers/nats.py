"""nats-server's WebSocket endpoint (Debian package nats-server)."""

import shutil
import socket
from collections.abc import Sequence

from tests.benchmarks import websocket
from tests.benchmarks.brokers.broker import Broker
from tests.benchmarks.processes import Servers, free_port
from tests.benchmarks.readers import FrameReader, Reader

CONFIGURATION = """
host: 127.0.0.1
port: {port}
websocket {{ host: 127.0.0.1, port: {websocket_port}, no_tls: true }}
"""
CONNECT = b'CONNECT {"verbose":false,"pedantic":false}\r\n'


class MessageBytes:
    """Counts whole messages by bytes, since the server's frames begin and end anywhere within them."""

    def __init__(self, message_bytes: int) -> None:
        self.message_bytes = message_bytes
        self.rest_bytes = 0

    def __call__(self, buffer: bytearray, start: int, stop: int) -> int:
        whole, self.rest_bytes = divmod(self.rest_bytes + stop - start, self.message_bytes)
        return whole


class Nats(Broker):
    """Speaks the NATS client protocol inside WebSocket frames, as its browser client does."""

    name = "nats-server"

    def __init__(self, payload_bytes: int) -> None:
        self.message_bytes = len(f"MSG stream 1 {payload_bytes}\r\n") + payload_bytes + len("\r\n")

    def missing(self) -> str:
        return "" if shutil.which("nats-server") else "not installed (Debian package nats-server)"

    def start(self, servers: Servers) -> None:
        self.port = free_port()
        configuration = servers.directory / "nats.conf"
        configuration.write_text(CONFIGURATION.format(port=free_port(), websocket_port=self.port), encoding="utf-8")
        servers.start(["nats-server", "-c", configuration], port=self.port)

    def subscribe(self) -> Reader:
        connection = self.connect(b"SUB stream 1\r\n")
        return FrameReader(connection, b"", MessageBytes(self.message_bytes))

    def publisher(self) -> socket.socket:
        return self.connect(b"")

    def connect(self, first: bytes) -> socket.socket:
        """Connect, send `first`, and return once the server has answered a ping, so that only messages follow."""
        connection, received = websocket.connect(f"ws://127.0.0.1:{self.port}/")
        connection.sendall(websocket.frame(CONNECT + first + b"PING\r\n", websocket.BINARY))
        while b"PONG\r\n" not in received:
            received += connection.recv(65536)
        return connection

    def encode(self, payloads: Sequence[bytes]) -> bytes:
        return b"".join(
            websocket.frame(b"PUB stream %d\r\n%b\r\n" % (len(payload), payload), websocket.BINARY)
            for payload in payloads
        )
