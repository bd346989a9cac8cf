"""The state that all endpoints of one emulator share, and the step from a decision of the hub to outboxes.

Serves nothing itself: `websocket_endpoint` is the door for clients, `rest` the one for servers.
"""

from collections.abc import Sequence

from msgspec import Struct

from emulator.auth import TokenVerifier
from emulator.clock import Clock
from emulator.faults.injector import Injector
from emulator.hub import Delivery, Hubs
from emulator.outbox import Turn
from emulator.reconnection import ReconnectionTokens


class Recovery(Struct, frozen=True):
    """How connections of the reliable subprotocols are recovered."""

    window_s: float = 30.0  # how long one is kept whose socket is lost
    announces: bool = False  # whether a recovered one is sent a connected message, with a new token


class Service:
    """One emulator: its hubs, its keys, its clock, its faults, and this turn's deliveries."""

    def __init__(
        self, verifier: TokenVerifier, reconnection_tokens: ReconnectionTokens, clock: Clock, recovery: Recovery
    ) -> None:
        self.verifier = verifier
        self.reconnection_tokens = reconnection_tokens
        self.clock = clock
        self.recovery = recovery
        self.faults = Injector(clock)
        self.hubs = Hubs(self.faults.joined)
        self.turn = Turn(clock.call_soon, clock.now)

    def deliver(self, deliveries: Sequence[Delivery]) -> None:
        """Send every message of `deliveries` to its connections; each frame is made once."""
        for encoder, message, connections in deliveries:
            if connections:
                self.turn.post(encoder.message(message), connections)
