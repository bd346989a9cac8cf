"""Doubles for the unit tests: a transport that takes what it is told to take, a connection that only is one."""

from emulator.connection import Connection
from emulator.outbox import Outbox
from emulator.permissions import Permissions
from emulator.protocols.json import JSON
from emulator.session import PubSubSession


class RecordingTransport:
    """Remembers every write; with `takes` it takes only so many bytes and keeps the rest."""

    def __init__(self, takes: float = float("inf")) -> None:
        self.writes: list[bytes] = []
        self.takes = takes
        self.kept = 0
        self.is_closed = False

    def write(self, data: bytes, /) -> None:
        self.writes.append(data)
        taken = 0 if self.kept else int(min(self.takes, len(data)))
        self.takes -= taken
        self.kept += len(data) - taken

    def get_write_buffer_size(self) -> int:
        return self.kept

    def is_closing(self) -> bool:
        return self.is_closed


def connection(name: str = "c", transport: RecordingTransport | None = None) -> Connection:
    """A connection of the JSON subprotocol that may do everything."""
    outbox = Outbox(transport or RecordingTransport(), on_full=lambda: None)
    permissions = Permissions(["webpubsub.joinLeaveGroup", "webpubsub.sendToGroup"])
    return Connection(name, None, JSON, PubSubSession(JSON, name, None, permissions), outbox)
