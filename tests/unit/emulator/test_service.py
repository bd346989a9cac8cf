"""From a decision of the hub to frames in outboxes."""

from emulator.audience import Audiences
from emulator.auth import TokenVerifier
from emulator.connection import Connection
from emulator.hub import Delivery
from emulator.inspection.masking import Masking
from emulator.messages import Message
from emulator.payload import DataType, Payload
from emulator.quota import Limits, Quota
from emulator.reconnection import ReconnectionTokens
from emulator.service import Recovery, Service
from tests.unit.emulator.doubles import ManualClock, RecordingTransport, connection
from tests.unit.emulator.tokens import KEY

MESSAGE = Message(Payload.of(DataType.TEXT, b"x"), "g")


class CountingEncoder:
    """Counts the frames it makes."""

    made = 0

    def message(self, message: Message) -> bytes:
        self.made += 1
        return b"frame"


def test_a_frame_is_made_once_for_all_and_not_at_all_for_nobody() -> None:
    clock = ManualClock()
    verifier = TokenVerifier(KEY, Audiences([], lenient=True))
    service = Service(verifier, ReconnectionTokens(KEY), clock, Recovery(), Quota(Limits(), lambda: 0.0), Masking())
    transports = [RecordingTransport() for _ in range(3)]
    receivers: set[Connection] = {connection(transport=transport) for transport in transports}
    encoder = CountingEncoder()
    service.deliver([Delivery(encoder, MESSAGE, receivers), Delivery(encoder, MESSAGE, frozenset())])
    clock.end_turn()
    assert [transport.writes for transport in transports] == [[b"frame"]] * 3
    assert encoder.made == 1
