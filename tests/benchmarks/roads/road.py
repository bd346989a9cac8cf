"""What a measured system must offer: start on one file, and connect one client.

The measures and the clients know no more of a system than this.
"""

from abc import ABC, abstractmethod
from pathlib import Path

from tests.benchmarks.processes import Servers
from tests.benchmarks.readers import Reader


class Road(ABC):
    """One way from a file to raw WebSocket clients."""

    name: str

    def missing(self) -> str:
        """Why this system cannot run here, with what to install; empty if it can."""
        return ""

    @abstractmethod
    def start(self, servers: Servers, path: Path) -> None:
        """Start the system's servers, following `path` from its end."""

    @abstractmethod
    def connect(self) -> Reader:
        """Connect one client, ready to count."""
