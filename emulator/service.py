"""The state that all endpoints of one emulator share, and the step from a decision of the hub to outboxes.

Serves nothing itself: `websocket_endpoint` is the door for clients, `rest` the one for servers.
"""

from collections.abc import Callable, Sequence

from emulator.auth import TokenVerifier
from emulator.hub import Delivery, Hubs
from emulator.outbox import Turn


class Service:
    """One emulator: its hubs, its key, and this turn's deliveries."""

    def __init__(self, verifier: TokenVerifier, at_end_of_turn: Callable[[Callable[[], None]], object]) -> None:
        self.verifier = verifier
        self.hubs = Hubs()
        self.turn = Turn(at_end_of_turn)

    def deliver(self, deliveries: Sequence[Delivery]) -> None:
        """Send every message of `deliveries` to its connections; each frame is made once."""
        for encoder, message, connections in deliveries:
            if connections:
                self.turn.post(encoder.message(message), connections)
