"""Outboxes: one write per turn, order kept, slow consumers found by what their socket did not take."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.errors import Close, Closes
from emulator.numbering import Unnumbered
from emulator.outbox import Outbox, ReliableOutbox, Sharing, Turn
from emulator.replay import Replay
from tests.unit.emulator.doubles import RecordingTransport, connection


class Slow:
    """Counts how often an outbox was full."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, close: Close) -> None:
        assert close == Closes.OUTBOUND_QUEUE_FULL
        self.times += 1


def test_the_frames_of_a_turn_leave_in_one_write_in_their_order() -> None:
    transport = RecordingTransport()
    outbox = Outbox(transport, Slow())
    for frame in (b"a", b"b", b"c"):
        outbox.append(frame)
    outbox.flush(Sharing(0))
    outbox.flush(Sharing(0))
    assert transport.writes == [b"abc"]


@given(st.lists(st.lists(st.binary(min_size=1, max_size=5), max_size=5), max_size=8))
def test_what_is_written_is_what_was_appended_however_it_falls_into_turns(turns: list[list[bytes]]) -> None:
    transport = RecordingTransport(takes=7)
    outbox = Outbox(transport, Slow())
    for frames in turns:
        for frame in frames:
            outbox.append(frame)
        outbox.flush(Sharing(0))
    assert b"".join(transport.writes) == b"".join(b"".join(frames) for frames in turns)
    assert len(transport.writes) == sum(1 for frames in turns if frames)


def test_close_sends_what_is_queued_first_and_takes_nothing_more() -> None:
    transport = RecordingTransport()
    outbox = Outbox(transport, Slow())
    outbox.append(b"data")
    outbox.close(b"close", now=0)
    outbox.append(b"late")
    outbox.flush(Sharing(0))
    assert transport.writes == [b"dataclose"]


def test_what_passed_through_is_not_counted() -> None:
    full = Slow()
    outbox = Outbox(RecordingTransport(), full, limits=(10, 100))
    for _ in range(1000):
        outbox.append(b"x" * 50)
    outbox.flush(Sharing(0))
    assert full.times == 0


def test_messages_that_the_socket_did_not_take_are_counted() -> None:
    full = Slow()
    outbox = Outbox(RecordingTransport(takes=25), full, limits=(10, 10_000))
    for _ in range(12):  # the socket takes two and a half
        outbox.append(b"x" * 10)
    outbox.flush(Sharing(0))
    assert full.times == 0
    outbox.append(b"x" * 10)
    outbox.flush(Sharing(0))
    assert full.times == 1


def test_bytes_that_the_socket_did_not_take_are_counted() -> None:
    full = Slow()
    outbox = Outbox(RecordingTransport(takes=0), full, limits=(10, 100))
    for _ in range(2):
        outbox.append(b"x" * 50)
        outbox.flush(Sharing(0))
    assert full.times == 0
    outbox.append(b"x")
    outbox.flush(Sharing(0))
    assert full.times == 1


def test_what_the_socket_takes_later_counts_no_more() -> None:
    full, transport = Slow(), RecordingTransport(takes=0)
    outbox = Outbox(transport, full, limits=(10, 1000))
    for _ in range(10):
        outbox.append(b"x" * 10)
        outbox.flush(Sharing(0))
    transport.kept = 15  # one frame and a half are left
    for _ in range(8):
        outbox.append(b"x" * 10)
        outbox.flush(Sharing(0))
    assert full.times == 0
    outbox.append(b"x" * 10)
    outbox.flush(Sharing(0))
    assert full.times == 1


def test_a_full_outbox_can_be_closed_from_its_own_alarm_and_writes_nothing_twice() -> None:
    transport = RecordingTransport(takes=0)
    outbox = Outbox(transport, on_full=lambda _close: outbox.close(b"close", now=0), limits=(1, 100))
    for frame in (b"a", b"b"):
        outbox.append(frame)
    outbox.flush(Sharing(0))
    assert transport.writes == [b"ab", b"close"]


def test_nothing_is_written_to_a_transport_that_is_closing() -> None:
    transport = RecordingTransport()
    outbox = Outbox(transport, Slow())
    transport.is_closed = True
    outbox.append(b"a")
    outbox.flush(Sharing(0))
    transport.is_closed = False
    outbox.flush(Sharing(0))
    assert transport.writes == []


def test_a_turn_flushes_each_connection_once_at_its_end() -> None:
    ends: list[Callable[[], None]] = []
    transports = [RecordingTransport() for _ in range(3)]
    a, b, c = (connection(transport=transport) for transport in transports)
    turn = Turn(ends.append, lambda: 0)
    turn.post(b"1", {a, b})
    turn.post(b"2", {b})
    turn.post(b"3", set())
    assert [transport.writes for transport in transports] == [[], [], []]
    assert len(ends) == 1
    ends.pop()()
    assert [transport.writes for transport in transports] == [[b"1"], [b"12"], []]
    turn.post(b"4", {c})
    ends.pop()()
    assert transports[2].writes == [b"4"]


def test_a_post_to_nobody_schedules_nothing() -> None:
    ends: list[Callable[[], None]] = []
    Turn(ends.append, lambda: 0).post(b"1", set())
    assert ends == []


def message(name: str, ttl_s: int = 0) -> Unnumbered:
    return Unnumbered(lambda sequence_id: f"<{name}{sequence_id}>".encode(), ttl_s)


def no_end(close: Close) -> None:
    raise AssertionError(close)


class Counting:
    """Makes frames and counts them."""

    made = 0

    def frame(self, sequence_id: int) -> bytes:
        self.made += 1
        return b"%d" % sequence_id


def test_connections_at_the_same_number_with_the_same_messages_share_all_bytes() -> None:
    counting, sharing = Counting(), Sharing(0)
    transports = [RecordingTransport() for _ in range(3)]
    one, two, later = (ReliableOutbox(transport, no_end) for transport in transports)
    later.append(message("x"))
    later.flush(Sharing(0))
    shared = [Unnumbered(counting.frame), Unnumbered(counting.frame)]
    for outbox in (one, two, later):
        for item in shared:
            outbox.append(item)
        outbox.flush(sharing)
    assert [transport.writes[-1] for transport in transports] == [b"12", b"12", b"23"]
    assert transports[0].writes[-1] is transports[1].writes[-1]
    assert counting.made == 4


def test_connections_with_other_frames_in_between_share_nothing_that_differs() -> None:
    transports, sharing = [RecordingTransport() for _ in range(2)], Sharing(0)
    first, last = message("a"), message("b")
    for transport, between in zip(transports, (b"x", b"y"), strict=True):
        outbox = ReliableOutbox(transport, no_end)
        for item in (first, between, last):
            outbox.append(item)
        outbox.flush(sharing)
    assert [transport.writes for transport in transports] == [[b"<a1>x<b2>"], [b"<a1>y<b2>"]]


def test_plain_connections_with_the_same_frames_share_one_piece() -> None:
    transports, sharing = [RecordingTransport() for _ in range(3)], Sharing(0)
    for transport, frames in zip(transports, ((b"a", b"b"), (b"a", b"b"), (b"a", b"c")), strict=True):
        outbox = Outbox(transport, no_end)
        for frame in frames:
            outbox.append(frame)
        outbox.flush(sharing)
    assert [transport.writes for transport in transports] == [[b"ab"], [b"ab"], [b"ac"]]
    assert transports[0].writes[0] is transports[1].writes[0]


def test_messages_of_a_connection_without_a_socket_are_kept_and_other_frames_are_lost() -> None:
    outbox, transport = ReliableOutbox(None, no_end), RecordingTransport()
    outbox.append(message("a"))
    outbox.append(b"ack")
    outbox.flush(Sharing(0))
    outbox.append(message("b"))
    outbox.attach(transport, now=0)
    outbox.append(message("c"))
    outbox.flush(Sharing(0))
    assert transport.writes == [b"<a1><b2>", b"<c3>"]


def test_a_socket_that_is_let_go_gets_what_is_queued_and_the_last_frame_and_nothing_more() -> None:
    old, new = RecordingTransport(), RecordingTransport()
    outbox = ReliableOutbox(old, no_end)
    outbox.append(message("a"))
    outbox.detach(b"bye", now=0)
    outbox.append(message("b"))
    outbox.flush(Sharing(0))
    assert old.writes == [b"<a1>bye"]
    outbox.acknowledge(1)
    outbox.attach(new, now=0)
    assert new.writes == [b"<b2>"]


def test_a_socket_gets_nothing_first_where_everything_is_acknowledged() -> None:
    outbox, transport = ReliableOutbox(None, no_end), RecordingTransport()
    outbox.attach(transport, now=0)
    assert transport.writes == []


def test_a_message_whose_time_is_over_is_not_sent_to_the_next_socket() -> None:
    outbox, transport = ReliableOutbox(None, no_end), RecordingTransport()
    outbox.append(message("short", ttl_s=5))
    outbox.append(message("long"))
    outbox.flush(Sharing(100))
    outbox.attach(transport, now=105)
    assert transport.writes == [b"<long2>"]


def test_too_many_unacknowledged_messages_are_reported_also_without_a_socket() -> None:
    closed: list[Close] = []
    outbox = ReliableOutbox(None, closed.append, Replay(limits=(2, 1000)))
    for _ in range(2):
        outbox.append(message("x"))
    outbox.flush(Sharing(0))
    assert closed == []
    outbox.append(message("x"))
    outbox.flush(Sharing(0))
    assert closed == [Closes.RELIABLE_BUFFER_FULL]


@pytest.mark.parametrize("is_detached_before", [True, False])
def test_what_a_socket_did_not_take_is_nothing_to_the_next_one(is_detached_before: bool) -> None:
    outbox = ReliableOutbox(RecordingTransport(takes=0), no_end)
    for _ in range(900):
        outbox.append(message("x"))
    outbox.flush(Sharing(0))
    outbox.acknowledge(900)
    if is_detached_before:
        outbox.detach(b"", now=0)
    outbox.attach(RecordingTransport(takes=0), now=0)
    for _ in range(900):
        outbox.append(message("x"))
    outbox.flush(Sharing(0))


def test_what_a_reliable_socket_does_not_take_is_counted_with_all_its_frames() -> None:
    closed: list[Close] = []
    outbox = ReliableOutbox(RecordingTransport(takes=0), closed.append)
    for _ in range(500):
        outbox.append(message("x"))
        outbox.append(b"ack")
    outbox.flush(Sharing(0))
    assert closed == []
    outbox.append(b"ack")
    outbox.flush(Sharing(0))
    assert closed == [Closes.OUTBOUND_QUEUE_FULL]
