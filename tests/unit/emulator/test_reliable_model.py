"""A reliable connection under everything that can happen to it, against a client that keeps to the protocol.

Each message reaches the client exactly once and in order, or the connection is closed for good.
"""

from hypothesis import given
from hypothesis import strategies as st

from emulator.errors import Close, Closes
from emulator.messages import Message
from emulator.numbering import Unnumbered
from emulator.outbox import ReliableOutbox, Sharing
from emulator.payload import DataType, Payload
from emulator.protocols.json import RELIABLE_JSON
from emulator.replay import Replay
from tests.unit.emulator.doubles import RecordingTransport, json_frames

LIMIT = 6
"""Messages that may be unacknowledged here."""


class Client:
    """Reads what comes in time, drops what it has, and knows the largest sequence id, as every SDK does."""

    def __init__(self) -> None:
        self.received: list[int] = []
        self.largest_id = 0

    def read(self, data: bytes) -> None:
        for frame in json_frames(data):
            if frame.get("type") == "message" and frame["sequenceId"] > self.largest_id:
                self.largest_id = frame["sequenceId"]
                self.received.append(frame["data"])


class Connection:
    """The emulator's side, and how much of it the client has seen."""

    def __init__(self) -> None:
        self.outbox = ReliableOutbox(None, self.close, Replay(limits=(LIMIT, 10_000)))
        self.client = Client()
        self.published = 0
        self.closed: Close | None = None
        self.transport: RecordingTransport | None = None
        self.seen = 0  # bytes of this socket that the client has read
        self.recover()

    def close(self, close: Close) -> None:
        self.closed = self.closed or close

    def publish(self, sharing: Sharing) -> None:
        payload = Payload.of(DataType.JSON, b"%d" % self.published)
        message = RELIABLE_JSON.message(Message(payload, "g"))
        assert isinstance(message, Unnumbered)
        self.outbox.append(message)
        self.published += 1

    def read(self, share: float) -> None:
        """The client reads a share of what has been written, whole frames of it."""
        if self.transport is not None:
            data = b"".join(self.transport.writes)
            self.seen = max(self.seen, int(len(data) * share))
            self.client.read(data[: self.seen])

    def acknowledge(self) -> None:
        if self.transport is not None:
            self.outbox.acknowledge(self.client.largest_id)

    def drop(self) -> None:
        self.transport = None
        self.outbox.detach(b"", now=0)

    def recover(self) -> None:
        self.transport, self.seen = RecordingTransport(), 0
        self.outbox.attach(self.transport, now=0)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("publish"), st.integers(1, 3)),
        st.tuples(st.just("ack"), st.booleans()),
        st.tuples(st.just("flush"), st.just(0)),
        st.tuples(st.just("read"), st.floats(0, 1)),
        st.tuples(st.just("pong"), st.just(0)),
        st.tuples(st.just("drop"), st.just(0)),
        st.tuples(st.just("recover"), st.just(0)),
    ),
    max_size=60,
)


@given(STEPS)
def test_each_message_comes_once_and_in_order_or_the_connection_is_closed(steps: list[tuple[str, float]]) -> None:
    one = Connection()
    for step, size in steps:
        if step == "publish":
            for _ in range(int(size)):
                one.publish(Sharing(0))
        elif step == "flush":
            one.outbox.flush(Sharing(0))
        elif step == "pong":
            one.outbox.append(b"\x8a\x00")
        elif step == "read":
            one.read(size)
        elif step == "ack":
            one.acknowledge()
        elif step == "drop" and one.transport is not None:
            one.drop()
        elif step == "recover":
            one.recover()
        assert one.client.received == list(range(len(one.client.received)))
    behind = one.published - one.client.largest_id
    one.outbox.flush(Sharing(0))
    if one.closed is None:
        assert behind <= one.published
        one.recover()
        one.read(1.0)
        assert one.client.received == list(range(one.published))
    else:
        assert one.closed == Closes.RELIABLE_BUFFER_FULL


@given(STEPS)
def test_who_has_acknowledged_all_but_the_limit_is_never_closed(steps: list[tuple[str, float]]) -> None:
    one = Connection()
    for step, size in steps:
        if step == "publish":
            for _ in range(int(size)):
                one.publish(Sharing(0))
            one.outbox.flush(Sharing(0))
            one.read(1.0)
            one.acknowledge()
        elif step == "drop" and one.transport is not None:
            one.drop()
            one.recover()
    assert one.closed is None
    assert one.client.received == list(range(one.published))
