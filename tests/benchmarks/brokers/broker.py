"""What a measured publish/subscribe server must offer: start, connect a subscriber, connect a publisher.

The measure and the clients know no more of a server than this.
"""

import socket
from abc import ABC, abstractmethod
from collections.abc import Sequence

from tests.benchmarks.processes import Servers
from tests.benchmarks.readers import Reader


class Broker(ABC):
    """One server that hands each message of a publisher to every subscriber of a group, over WebSocket."""

    name: str

    def missing(self) -> str:
        """Why this server cannot run here, with what to install; empty if it can."""
        return ""

    @abstractmethod
    def start(self, servers: Servers) -> None:
        """Start the server."""

    @abstractmethod
    def subscribe(self) -> Reader:
        """Connect one subscriber, ready to count messages."""

    @abstractmethod
    def publisher(self) -> socket.socket:
        """Connect the publisher."""

    @abstractmethod
    def encode(self, payloads: Sequence[bytes]) -> bytes:
        """What the publisher writes to its socket: one frame per payload."""
