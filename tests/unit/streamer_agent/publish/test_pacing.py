"""pacing: at once when idle, full batches when busy, and quiet files do not wait behind a busy one."""

from streamer_agent.block import EpochKey
from streamer_agent.publish.message import Message
from streamer_agent.publish.pacing import Pacing
from streamer_agent.publish.window import AckWindow

BATCH = 1000
BUSY, QUIET = EpochKey("aaaaaaaa", 1), EpochKey("bbbbbbbb", 1)


class Sender:
    """A window and its pacing, and a source that sends batches of a given size."""

    def __init__(self, messages: int = 100, size: int = 10_000) -> None:
        self.window = AckWindow(messages, size)
        self.pacing = Pacing(self.window, BATCH)

    def send(self, key: EpochKey, size: int) -> int | None:
        ack_id = self.window.offer(Message(b"x" * size, "json", key, 1), 0.0)
        self.pacing.sent(key, size)
        return ack_id

    def fill(self, key: EpochKey) -> int:
        """Send full batches for as long as that is allowed; return how many."""
        count = 0
        while self.pacing.allowance(key):
            self.send(key, BATCH)
            count += 1
        return count


def test_an_idle_source_sends_what_it_has_at_once() -> None:
    assert Sender().pacing.allowance(BUSY) == BATCH


def test_a_source_with_a_small_batch_on_its_way_gathers_until_the_ack() -> None:
    sender = Sender()
    ack_id = sender.send(BUSY, 20)
    assert sender.pacing.allowance(BUSY) == 0
    assert ack_id is not None
    sender.window.settle(ack_id)
    assert sender.pacing.allowance(BUSY) == BATCH


def test_a_source_whose_last_batch_was_full_goes_on() -> None:
    sender = Sender()
    sender.send(BUSY, BATCH - 7)  # a line more would have been too much
    assert sender.pacing.allowance(BUSY) == BATCH


def test_a_small_batch_ends_a_run_of_full_ones() -> None:
    sender = Sender()
    sender.send(BUSY, BATCH)
    sender.send(BUSY, 20)
    assert sender.pacing.allowance(BUSY) == 0


def test_a_run_does_not_outlive_its_acks() -> None:
    sender = Sender()
    ack_id = sender.send(BUSY, BATCH)
    assert ack_id is not None
    sender.window.settle(ack_id)
    assert sender.pacing.allowance(BUSY) == BATCH
    assert sender.pacing._full == set()


def test_a_busy_source_leaves_a_place_in_bytes_for_a_quiet_one() -> None:
    sender = Sender(size=10 * BATCH)
    assert sender.fill(BUSY) == 9
    assert sender.pacing.allowance(QUIET) == BATCH


def test_a_busy_source_leaves_places_in_number_for_quiet_ones() -> None:
    sender = Sender(messages=80, size=10**9)
    assert sender.fill(BUSY) == 70
    assert sender.pacing.allowance(QUIET) == BATCH


def test_a_full_window_stops_everyone() -> None:
    sender = Sender(size=BATCH)
    sender.send(BUSY, BATCH)
    assert not sender.pacing.has_room
    assert sender.pacing.allowance(QUIET) == 0


def test_it_is_idle_when_everything_is_acknowledged() -> None:
    sender = Sender()
    assert sender.pacing.is_idle
    ack_id = sender.send(BUSY, 1)
    assert not sender.pacing.is_idle
    assert ack_id is not None
    sender.window.settle(ack_id)
    assert sender.pacing.is_idle
