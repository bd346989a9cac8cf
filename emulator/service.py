"""The state that all endpoints of one emulator share, and the step from a decision of the hub to outboxes.

Serves nothing itself: `websocket_endpoint` is the door for clients, `rest` the one for servers.
"""

import secrets
import time
from collections.abc import Sequence

import structlog
from msgspec import Struct

from emulator import unlimited
from emulator.auth import TokenVerifier
from emulator.clock import Clock
from emulator.connection import Connection
from emulator.dialect import DEFAULT, Dialect
from emulator.errors import Closes
from emulator.faults.injector import Injector
from emulator.hub import Delivery, Hubs
from emulator.inspection.masking import Masking
from emulator.inspection.observer import Observer
from emulator.numbering import Unnumbered
from emulator.outbox import Turn
from emulator.quota import Quota
from emulator.reconnection import ReconnectionTokens

log = structlog.stdlib.get_logger("emulator")


class Recovery(Struct, frozen=True):
    """How connections of the reliable subprotocols are recovered."""

    window_s: float = 30.0  # how long one is kept whose socket is lost
    announces: bool = False  # whether a recovered one is sent a connected message, with a new token


class Service:
    """One emulator: its hubs, its keys, its clock, its faults, and this turn's deliveries."""

    def __init__(
        self,
        verifier: TokenVerifier,
        reconnection_tokens: ReconnectionTokens,
        clock: Clock,
        recovery: Recovery,
        quota: Quota,
        masking: Masking,
        *,
        keeps_frames: bool = True,
        dialect: Dialect = DEFAULT,
    ) -> None:
        """`masking` knows what must not be shown. With `keeps_frames` the trace of what happens has frames too."""
        self.verifier = verifier
        self.reconnection_tokens = reconnection_tokens
        self.clock = clock
        self.recovery = recovery
        self.quota = quota
        self.dialect = dialect
        self.faults = Injector(clock)
        self.hubs = Hubs(self._joined)
        epoch = secrets.token_hex(4)
        self.observer = Observer(self.hubs, epoch, time.time, masking, keeps_frames=keeps_frames)
        self.faults.on_applied = self.observer.fault_applied
        self.turn = Turn(clock.call_soon, clock.now)

    def deliver(self, deliveries: Sequence[Delivery]) -> None:
        """Send every message of `deliveries` to its connections; each frame is made once."""
        for encoder, message, connections in deliveries:
            if connections:
                frame = encoder.message(message)
                self.turn.post(frame, connections)
                if self.quota.counts:
                    self.count(_size(frame) * len(connections))

    def count(self, size_bytes: int) -> None:
        """So many bytes leave, which counts for the quota. With the last of it every connection ends."""
        if self.quota.counts and not self.quota.is_spent:
            self.quota.add(size_bytes)
            if self.quota.is_spent:
                log.warning("quota_spent", messages=self.quota.limits.messages_per_day)
                self.clock.call_soon(self._end_all)

    def _joined(self, connection: Connection) -> None:
        unlimited.joined(connection)
        self.faults.joined(connection)

    def _end_all(self) -> None:
        for connection in self.hubs.connections():
            connection.end(Closes.QUOTA_SPENT)


def _size(frame: bytes | Unnumbered) -> int:
    return len(frame if isinstance(frame, bytes) else frame.frame(1))
