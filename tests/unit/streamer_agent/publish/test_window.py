"""window: bounded, in order, and no position is ever safe too early. A model checks every order of events."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from streamer_agent.block import EpochKey
from streamer_agent.publish.message import Message
from streamer_agent.publish.window import REMEMBERED_ACK_IDS, AckWindow

A, B = EpochKey("aaaaaaaa", 1), EpochKey("bbbbbbbb", 1)


def message(end: int, key: EpochKey | None = A, size: int = 10) -> Message:
    return Message(b"x" * size, "json", key, end)


def window(messages: int = 10, size: int = 1000) -> AckWindow:
    return AckWindow(messages, size)


def offer(to: AckWindow, *messages: Message) -> list[int]:
    return [ack_id for each in messages if (ack_id := to.offer(each, 0.0)) is not None]


def test_a_window_that_is_full_in_number_takes_nothing() -> None:
    full = window(messages=2)
    assert offer(full, message(1), message(2), message(3)) == [1, 2]


def test_a_window_that_is_full_in_bytes_takes_nothing() -> None:
    full = window(size=25)
    assert offer(full, message(1), message(2), message(3), message(4)) == [1, 2, 3]
    full.settle(1)
    assert full.room()[1] == 5


def test_an_old_id_without_an_ack_keeps_the_ids_within_what_the_service_remembers() -> None:
    remembering = window(messages=REMEMBERED_ACK_IDS - 1, size=10**9)
    first, *_ = offer(remembering, *(message(end) for end in range(1, 800)))
    for ack_id in range(2, 800):
        remembering.settle(ack_id)
    later = offer(remembering, *(message(end) for end in range(800, 3000)))
    assert later[-1] - first < REMEMBERED_ACK_IDS


def test_acks_in_order_move_the_floor_step_by_step() -> None:
    ordered = window()
    first, second = offer(ordered, message(5), message(9))
    assert ordered.settle(first) == (A, 5)
    assert ordered.settle(second) == (A, 9)


def test_an_early_ack_waits_for_the_ones_before_it() -> None:
    unordered = window()
    first, second, third = offer(unordered, message(5), message(9), message(12))
    assert unordered.settle(third) is None
    assert unordered.settle(first) == (A, 5)
    assert unordered.settle(second) == (A, 12)


def test_lives_of_files_do_not_wait_for_one_another() -> None:
    both = window()
    _, second = offer(both, message(5, A), message(7, B))
    assert both.settle(second) == (B, 7)


def test_a_repeated_or_unknown_ack_changes_nothing() -> None:
    repeated = window()
    (first,) = offer(repeated, message(5))
    repeated.settle(first)
    assert repeated.settle(first) is None
    assert repeated.settle(99) is None
    assert repeated.room() == (10, 1000)


def test_a_message_without_position_moves_no_floor() -> None:
    mixed = window()
    status, lines = offer(mixed, message(0, key=None), message(5))
    assert mixed.settle(status) is None
    assert mixed.settle(lines) == (A, 5)


def test_a_new_connection_gets_new_ids_in_the_old_order() -> None:
    moved = window()
    _, second, _ = offer(moved, message(1), message(2), message(3))
    moved.settle(second)
    moved.renumber(due_at=50.0)
    assert [(entry.ack_id, entry.message.end) for entry in moved.unacked()] == [(4, 1), (5, 3)]
    assert moved.settle(1) is None
    assert moved.settle(4) == (A, 2)
    assert moved.settle(5) == (A, 3)


def test_what_is_overdue_is_named_in_order() -> None:
    late = window()
    late.offer(message(1), 10.0)
    late.offer(message(2), 20.0)
    late.offer(message(3), 10.0)
    assert [entry.ack_id for entry in late.overdue(15.0)] == [1, 3]


def test_content_of_acked_messages_is_not_kept_for_the_floor() -> None:
    waiting = window(size=10**9)
    ids = offer(waiting, *(message(end, size=1000) for end in range(1, 10)))
    for ack_id in ids[1:]:
        waiting.settle(ack_id)
    assert waiting.bytes == 1000
    assert [len(entry.message.data) for entry in waiting.unacked()] == [1000]


class WindowModel(RuleBasedStateMachine):
    """Offers, acks in any order, lost, repeated and foreign acks, reconnections; checked against a plain list."""

    def __init__(self) -> None:
        super().__init__()
        self.window = AckWindow(8, 60)
        self.sent: list[list] = []  # [message, acked], in the order offered
        self.ids: dict[int, list] = {}  # of this connection
        self.all_ids: set[int] = set()
        self.ends = {A: 0, B: 0}
        self.floors = {A: 0, B: 0}

    def in_flight(self) -> list[list]:
        return [each for each in self.sent if not each[1]]

    @rule(key=st.sampled_from([A, B, None]), size=st.integers(1, 30))
    def offer(self, key: EpochKey | None, size: int) -> None:
        if key is not None:
            self.ends[key] += size
        offered = Message(b"x" * size, "json", key, self.ends[key] if key else 0)
        ack_id = self.window.offer(offered, 0.0)
        size_before = sum(len(each[0].data) for each in self.in_flight())
        if ack_id is None:
            assert size_before >= 60 or self.window.room()[0] <= 0
            if key is not None:
                self.ends[key] -= size
            return
        assert size_before < 60
        assert ack_id not in self.all_ids
        self.all_ids.add(ack_id)
        self.ids[ack_id] = [offered, False]
        self.sent.append(self.ids[ack_id])

    @precondition(lambda self: self.ids)
    @rule(data=st.data())
    def ack(self, data: st.DataObject) -> None:
        ack_id = data.draw(st.sampled_from(sorted(self.ids)))  # also one that was acked before
        self.ids[ack_id][1] = True
        moved = self.window.settle(ack_id)
        if moved is not None:
            self.floors[moved[0]] = moved[1]

    @precondition(lambda self: self.all_ids)
    @rule(data=st.data())
    def ack_of_another_connection(self, data: st.DataObject) -> None:
        foreign = self.all_ids - self.ids.keys()
        if foreign:
            assert self.window.settle(data.draw(st.sampled_from(sorted(foreign)))) is None

    @rule()
    def reconnect(self) -> None:
        self.window.renumber(0.0)
        entries = list(self.window.unacked())
        assert [entry.message for entry in entries] == [each[0] for each in self.in_flight()]
        self.ids = {entry.ack_id: each for entry, each in zip(entries, self.in_flight(), strict=True)}
        assert not self.all_ids & self.ids.keys()
        self.all_ids |= self.ids.keys()

    @invariant()
    def the_floor_is_what_is_acked_without_a_hole(self) -> None:
        for key in (A, B):
            floor = 0
            for offered, acked in self.sent:
                if offered.key == key:
                    if not acked:
                        break
                    floor = offered.end
            assert self.floors[key] == floor

    @invariant()
    def what_is_in_flight_is_bounded_and_in_order(self) -> None:
        flying = self.in_flight()
        assert [entry.message for entry in self.window.unacked()] == [each[0] for each in flying]
        assert len(self.window) == len(flying) <= 8
        assert self.window.bytes == sum(len(each[0].data) for each in flying) < 60 + 30
        for key in (A, B):
            waits = any(each[0].key == key and not each[1] for each in self.sent)
            assert self.window.in_flight(key) == waits


TestWindowModel = WindowModel.TestCase
TestWindowModel.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)


def test_bytes_that_are_left_out_are_safe_when_all_before_them_is_acknowledged() -> None:
    window = AckWindow(10, 1000)
    first = window.offer(Message(b"1", "json", A, 10), 0.0)
    assert window.skip(A, 25) is None
    assert window.skip(A, 40) is None
    second = window.offer(Message(b"2", "json", A, 50), 0.0)
    assert window.settle(second) is None
    assert window.settle(first) == (A, 50)


def test_bytes_that_are_left_out_with_nothing_before_them_are_safe_at_once() -> None:
    assert AckWindow(10, 1000).skip(A, 25) == 25


def test_what_is_offered_and_acknowledged_is_counted() -> None:
    window = AckWindow(10, 1000)
    ack_id = window.offer(Message(b"1", "json", A, 10, lines=2, raw_bytes=10), 0.0)
    window.offer(Message(b"2", "json", A, 20, lines=1, raw_bytes=10), 0.0)
    window.settle(ack_id)
    window.settle(ack_id)
    assert (window.offered.messages, window.offered.lines, window.offered.bytes) == (2, 3, 20)
    assert (window.acked.messages, window.acked.lines, window.acked.bytes) == (1, 2, 10)
