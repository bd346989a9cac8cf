"""Doubles for the unit tests: a transport that takes what it is told to take, a connection that only is one."""

import json
from collections.abc import Callable
from typing import Any

from emulator.connection import Connection
from emulator.errors import Close
from emulator.hub import Hubs
from emulator.inspection.masking import Masking
from emulator.inspection.observer import Observer
from emulator.outbox import Outbox
from emulator.permissions import Permissions
from emulator.protocols.json import JSON
from emulator.session import PubSubSession
from tests.unit.emulator.tokens import KEY


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


def json_frames(data: bytes) -> list[dict[str, Any]]:
    """The JSON messages in what was written; other frames are passed over, and one that is cut off ends it."""
    found, position = [], 0
    while position + 2 <= len(data):
        opcode, length, start = data[position] & 0xF, data[position + 1], position + 2
        if length == 126:
            length, start = int.from_bytes(data[start : start + 2], "big"), start + 2
        position = start + length
        if position > len(data):
            break
        if opcode == 1:
            found.append(json.loads(data[start:position]))
    return found


class ManualClock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.turn: list[Callable[[], None]] = []  # to be called when the turn is over
        self.timers: list[ManualTimer] = []

    def now(self) -> float:
        return self.time

    def call_soon(self, callback: Callable[[], None]) -> None:
        self.turn.append(callback)

    def call_later(self, delay_s: float, callback: Callable[[], None]) -> "ManualTimer":
        timer = ManualTimer(self.time + delay_s, callback)
        self.timers.append(timer)
        return timer

    def end_turn(self) -> None:
        """Call what was to be called soon."""
        while self.turn:
            self.turn.pop(0)()

    def advance(self, seconds: float) -> None:
        """Let time pass, and call what is due."""
        self.time += seconds
        due = sorted((timer for timer in self.timers if timer.at <= self.time), key=lambda timer: timer.at)
        self.timers = [timer for timer in self.timers if timer.at > self.time]
        for timer in due:
            if not timer.is_cancelled:
                timer.callback()
        self.end_turn()


class ManualTimer:
    """A call to come of a ManualClock."""

    def __init__(self, at: float, callback: Callable[[], None]) -> None:
        self.at = at
        self.callback = callback
        self.is_cancelled = False

    def cancel(self) -> None:
        self.is_cancelled = True


def connection(name: str = "c", transport: RecordingTransport | None = None) -> Connection:
    """A connection of the JSON subprotocol that may do everything."""
    outbox = Outbox(transport or RecordingTransport(), on_full=lambda _close: None)
    permissions = Permissions(["webpubsub.joinLeaveGroup", "webpubsub.sendToGroup"])
    return Connection(name, None, JSON, PubSubSession(JSON, name, None, permissions, ManualClock().now), outbox, _end)


def observer(hubs: Hubs | None = None, now: Callable[[], float] = lambda: 1000.0) -> Observer:
    """An observer of these hubs, whose time stands still."""
    return Observer(hubs or Hubs(), "epoch", now, Masking([KEY]))


def _end(_close: Close) -> None:
    raise AssertionError("nobody should end this connection")
