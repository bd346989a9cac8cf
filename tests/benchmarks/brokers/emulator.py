"""Tailcast's emulator, with subscribers and a publisher of the plain JSON subprotocol."""

import json
import socket
import sys
import time
from collections.abc import Sequence

import jwt

from tests.benchmarks import websocket
from tests.benchmarks.brokers.broker import Broker
from tests.benchmarks.machine import REPOSITORY
from tests.benchmarks.processes import Servers, free_port
from tests.benchmarks.readers import FrameReader, Reader

SUBPROTOCOL = "json.webpubsub.azure.v1"
ACCESS_KEY = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGH"


class Emulator(Broker):
    """Its frames are all of one size here, so that the client can count them without reading each."""

    name = "Tailcast's emulator"

    def start(self, servers: Servers) -> None:
        self.port = free_port()
        servers.start(
            [sys.executable, "-m", "emulator", "--port", str(self.port)], port=self.port, directory=REPOSITORY
        )

    def subscribe(self) -> Reader:
        connection = self.connect("webpubsub.joinLeaveGroup.stream")
        connection.sendall(websocket.frame(b'{"type":"joinGroup","group":"stream","ackId":1}'))
        received = b""
        while b'"type":"ack"' not in received:  # it comes before any message, since nobody publishes yet
            received += connection.recv(65536)
        return FrameReader(connection, b"")

    def publisher(self) -> socket.socket:
        return self.connect("webpubsub.sendToGroup.stream")

    def connect(self, role: str) -> socket.socket:
        """Connect with a token of its own that grants `role`."""
        url = f"127.0.0.1:{self.port}/client/hubs/stream"
        now = int(time.time())
        claims = {"aud": f"http://{url}", "iat": now, "exp": now + 3600, "role": [role]}
        token = jwt.encode(claims, ACCESS_KEY, algorithm="HS256")
        connection, _ = websocket.connect(f"ws://{url}?access_token={token}", SUBPROTOCOL)
        return connection

    def encode(self, payloads: Sequence[bytes]) -> bytes:
        return b"".join(
            websocket.frame(
                json.dumps(
                    {"type": "sendToGroup", "group": "stream", "dataType": "text", "data": payload.decode()}
                ).encode()
            )
            for payload in payloads
        )
