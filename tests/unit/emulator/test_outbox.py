"""Outboxes: one write per turn, order kept, slow consumers found by what their socket did not take."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from emulator.outbox import Outbox, Turn
from tests.unit.emulator.doubles import RecordingTransport, connection


class Slow:
    """Counts how often an outbox was full."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> None:
        self.times += 1


def test_the_frames_of_a_turn_leave_in_one_write_in_their_order() -> None:
    transport = RecordingTransport()
    outbox = Outbox(transport, Slow())
    for frame in (b"a", b"b", b"c"):
        outbox.append(frame)
    outbox.flush()
    outbox.flush()
    assert transport.writes == [b"abc"]


@given(st.lists(st.lists(st.binary(min_size=1, max_size=5), max_size=5), max_size=8))
def test_what_is_written_is_what_was_appended_however_it_falls_into_turns(turns: list[list[bytes]]) -> None:
    transport = RecordingTransport(takes=7)
    outbox = Outbox(transport, Slow())
    for frames in turns:
        for frame in frames:
            outbox.append(frame)
        outbox.flush()
    assert b"".join(transport.writes) == b"".join(b"".join(frames) for frames in turns)
    assert len(transport.writes) == sum(1 for frames in turns if frames)


def test_close_sends_what_is_queued_first_and_takes_nothing_more() -> None:
    transport = RecordingTransport()
    outbox = Outbox(transport, Slow())
    outbox.append(b"data")
    outbox.close(b"close")
    outbox.append(b"late")
    outbox.flush()
    assert transport.writes == [b"dataclose"]


def test_what_passed_through_is_not_counted() -> None:
    full = Slow()
    outbox = Outbox(RecordingTransport(), full, limits=(10, 100))
    for _ in range(1000):
        outbox.append(b"x" * 50)
    outbox.flush()
    assert full.times == 0


def test_messages_that_the_socket_did_not_take_are_counted() -> None:
    full = Slow()
    outbox = Outbox(RecordingTransport(takes=25), full, limits=(10, 10_000))
    for _ in range(12):  # the socket takes two and a half
        outbox.append(b"x" * 10)
    outbox.flush()
    assert full.times == 0
    outbox.append(b"x" * 10)
    outbox.flush()
    assert full.times == 1


def test_bytes_that_the_socket_did_not_take_are_counted() -> None:
    full = Slow()
    outbox = Outbox(RecordingTransport(takes=0), full, limits=(10, 100))
    for _ in range(2):
        outbox.append(b"x" * 50)
        outbox.flush()
    assert full.times == 0
    outbox.append(b"x")
    outbox.flush()
    assert full.times == 1


def test_what_the_socket_takes_later_counts_no_more() -> None:
    full, transport = Slow(), RecordingTransport(takes=0)
    outbox = Outbox(transport, full, limits=(10, 1000))
    for _ in range(10):
        outbox.append(b"x" * 10)
        outbox.flush()
    transport.kept = 15  # one frame and a half are left
    for _ in range(8):
        outbox.append(b"x" * 10)
        outbox.flush()
    assert full.times == 0
    outbox.append(b"x" * 10)
    outbox.flush()
    assert full.times == 1


def test_a_full_outbox_can_be_closed_from_its_own_alarm_and_writes_nothing_twice() -> None:
    transport = RecordingTransport(takes=0)
    outbox = Outbox(transport, on_full=lambda: outbox.close(b"close"), limits=(1, 100))
    for frame in (b"a", b"b"):
        outbox.append(frame)
    outbox.flush()
    assert transport.writes == [b"ab", b"close"]


def test_nothing_is_written_to_a_transport_that_is_closing() -> None:
    transport = RecordingTransport()
    outbox = Outbox(transport, Slow())
    transport.is_closed = True
    outbox.append(b"a")
    outbox.flush()
    transport.is_closed = False
    outbox.flush()
    assert transport.writes == []


def test_a_turn_flushes_each_connection_once_at_its_end() -> None:
    ends: list[Callable[[], None]] = []
    transports = [RecordingTransport() for _ in range(3)]
    a, b, c = (connection(transport=transport) for transport in transports)
    turn = Turn(ends.append)
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
    Turn(ends.append).post(b"1", set())
    assert ends == []
