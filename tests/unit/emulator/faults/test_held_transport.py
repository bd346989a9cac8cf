"""What is written to a stalled connection."""

from emulator.faults.held_transport import HeldTransport
from tests.unit.emulator.doubles import RecordingTransport


def test_it_is_kept_and_counted_and_written_at_the_end() -> None:
    real = RecordingTransport()
    held = HeldTransport(real)
    held.write(b"a")
    held.write(b"bc")
    assert (real.writes, held.get_write_buffer_size()) == ([], 3)
    held.release()
    assert (real.writes, held.get_write_buffer_size()) == ([b"abc"], 0)


def test_what_the_socket_has_not_taken_counts_too() -> None:
    real = RecordingTransport(takes=1)
    real.write(b"xyz")
    held = HeldTransport(real)
    held.write(b"a")
    assert held.get_write_buffer_size() == 3


def test_a_socket_that_has_ended_gets_nothing() -> None:
    real = RecordingTransport()
    held = HeldTransport(real)
    held.write(b"a")
    real.is_closed = True
    assert held.is_closing()
    held.release()
    assert real.writes == []
