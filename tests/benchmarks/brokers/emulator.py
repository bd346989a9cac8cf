"""Tailcast's emulator, with subscribers of the plain or the reliable JSON subprotocol and a plain publisher."""

import json
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import jwt

from tests.benchmarks import websocket
from tests.benchmarks.brokers.broker import Broker
from tests.benchmarks.machine import REPOSITORY
from tests.benchmarks.processes import Servers, free_port
from tests.benchmarks.readers import FrameReader, Reader

PLAIN = "json.webpubsub.azure.v1"
ACCESS_KEY = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGH"


class Emulator(Broker):
    """Its frames are all of one size here, so that the client can count them without reading each."""

    name = "Tailcast's emulator"
    subprotocol = PLAIN

    def start(self, servers: Servers) -> None:
        self.port = free_port()
        servers.start(
            [sys.executable, "-m", "emulator", "--port", str(self.port)], port=self.port, directory=REPOSITORY
        )

    def subscribe(self) -> Reader:
        return FrameReader(self.join(), b"")

    def join(self) -> socket.socket:
        """Connect as a member of the group, past all that comes before messages."""
        connection = self.connect("webpubsub.joinLeaveGroup.stream", self.subprotocol)
        connection.sendall(websocket.frame(b'{"type":"joinGroup","group":"stream","ackId":1}'))
        received = b""
        while b'"type":"ack"' not in received:  # it comes before any message, since nobody publishes yet
            received += connection.recv(65536)
        return connection

    def publisher(self) -> socket.socket:
        return self.connect("webpubsub.sendToGroup.stream", PLAIN)

    def connect(self, role: str, subprotocol: str) -> socket.socket:
        """Connect with a token of its own that grants `role`, and take the greeting."""
        url = f"127.0.0.1:{self.port}/client/hubs/stream"
        now = int(time.time())
        claims = {"aud": f"http://{url}", "iat": now, "exp": now + 3600, "role": [role]}
        token = jwt.encode(claims, ACCESS_KEY, algorithm="HS256")
        connection, received = websocket.connect(f"ws://{url}?access_token={token}", subprotocol)
        while b'"event":"connected"' not in received:
            received += connection.recv(65536)
        return connection

    def encode(self, payloads: Sequence[bytes]) -> bytes:
        return b"".join(request(payload) for payload in payloads)

    def with_ack_ids(self, payloads: Sequence[bytes], first: int) -> list[bytes]:
        """The same as single frames that ask for acks, with ids from `first` on."""
        return [request(payload, {"ackId": number}) for number, payload in enumerate(payloads, start=first)]


class ReliableEmulator(Emulator):
    """The same with reliable subscribers."""

    name = "Tailcast's emulator, reliable"
    subprotocol = "json.reliable.webpubsub.azure.v1"
    ACK_EVERY = 100

    def subscribe(self) -> Reader:
        return AcknowledgingReader(self.join(), self.ACK_EVERY)


class AcknowledgingReader(FrameReader):
    """Acknowledges its messages. Their sequence ids count from 1, so it need not read them."""

    def __init__(self, connection: socket.socket, every: int) -> None:
        self.every = every
        self.received = self.acknowledged = 0
        super().__init__(connection, b"")

    def receive(self) -> None:
        before = self.count
        super().receive()
        self.received += self.count - before
        if self.received - self.acknowledged >= self.every:
            self.acknowledged = self.received
            self.socket.send(websocket.frame(b'{"type":"sequenceAck","sequenceId":%d}' % self.received))


def request(payload: bytes, more: Mapping[str, object] = MappingProxyType({})) -> bytes:
    """The frame of one message to the group, as text."""
    content = {"type": "sendToGroup", "group": "stream", "dataType": "text", "data": payload.decode()}
    return websocket.frame(json.dumps(content | dict(more)).encode())
