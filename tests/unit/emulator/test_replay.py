"""What is kept until it is acknowledged."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.numbering import Batch, Unnumbered
from emulator.replay import MAX_BYTES, MAX_MESSAGES, Replay


def add(replay: Replay, *frames: bytes, expires_at: Sequence[float] | None = None) -> None:
    messages = [Unnumbered(lambda _, frame=frame: frame) for frame in frames]
    replay.add(Batch(replay.next_id, messages, sum(map(len, frames)), expires_at))


@pytest.fixture
def replay() -> Replay:
    return Replay(limits=(4, 100))


def test_the_limits_are_the_documented_ones() -> None:
    assert (MAX_MESSAGES, MAX_BYTES) == (1000, 16 * 2**20)


def test_ids_begin_with_1_and_go_on_over_batches(replay: Replay) -> None:
    assert replay.next_id == 1
    add(replay, b"a", b"b")
    assert replay.next_id == 3


def test_everything_that_is_not_acknowledged_is_kept_in_order(replay: Replay) -> None:
    add(replay, b"1", b"2")
    add(replay, b"3")
    replay.acknowledge(1)
    assert replay.frames(now=0) == [b"2", b"3"]


@pytest.mark.parametrize("sequence_id", [0, 1, 2, 4, 2**64 - 1])
def test_an_ack_from_before_and_one_for_nothing_change_nothing(replay: Replay, sequence_id: int) -> None:
    add(replay, b"1", b"2", b"3")
    replay.acknowledge(2)
    replay.acknowledge(sequence_id)
    assert replay.frames(now=0) == [b"3"]


def test_one_message_more_than_the_limit_is_too_much(replay: Replay) -> None:
    add(replay, b"1", b"2")
    add(replay, b"3", b"4")
    assert not replay.is_over(now=0)
    add(replay, b"5")
    assert replay.is_over(now=0)


def test_one_byte_more_than_the_limit_is_too_much(replay: Replay) -> None:
    add(replay, b"x" * 100)
    assert not replay.is_over(now=0)
    add(replay, b"x")
    assert replay.is_over(now=0)


def test_what_is_acknowledged_in_the_middle_of_a_batch_counts_no_more(replay: Replay) -> None:
    add(replay, b"1", b"2", b"3", b"4")
    replay.acknowledge(3)
    add(replay, b"5", b"6", b"7")
    assert not replay.is_over(now=0)
    assert replay.frames(now=0) == [b"4", b"5", b"6", b"7"]
    replay.acknowledge(5)
    assert replay.frames(now=0) == [b"6", b"7"]


def test_a_message_whose_time_is_over_is_not_sent_again_and_its_id_not_used_again(replay: Replay) -> None:
    add(replay, b"1", b"2", b"3", expires_at=[10.0, 20.0, float("inf")])
    assert replay.frames(now=9.9) == [b"1", b"2", b"3"]
    assert replay.frames(now=10.0) == [b"2", b"3"]
    assert replay.frames(now=1e9) == [b"3"]
    assert replay.next_id == 4


def test_messages_whose_time_is_over_make_room(replay: Replay) -> None:
    for _ in range(100):
        add(replay, b"x" * 20, expires_at=[10.0])
        assert not replay.is_over(now=10.0)
    add(replay, b"kept")
    replay.acknowledge(50)
    assert replay.frames(now=10.0) == [b"kept"]


Step = tuple[str, int]
STEPS = st.lists(st.tuples(st.sampled_from(["add", "ttl", "ack", "wait"]), st.integers(1, 6)), max_size=30)


@given(STEPS)
def test_it_holds_what_a_simple_list_would(steps: list[Step]) -> None:
    replay, now = Replay(limits=(5, 1000)), 0.0
    model: list[tuple[int, bytes, float]] = []  # id, frame, time of expiry
    acknowledged, is_over = 0, False
    for kind, size in steps:
        if kind in ("add", "ttl"):
            expires_at = now + 2 if kind == "ttl" else float("inf")
            ids = range(replay.next_id, replay.next_id + size)
            frames = [b"%d" % sequence_id for sequence_id in ids]
            add(replay, *frames, expires_at=[expires_at] * size if kind == "ttl" else None)
            model += [(sequence_id, frame, expires_at) for sequence_id, frame in zip(ids, frames, strict=True)]
        elif kind == "ack":
            acknowledged = max(acknowledged, min(size, replay.next_id - 1))
            replay.acknowledge(min(size, replay.next_id - 1))
        else:
            now += size / 2
        model = [entry for entry in model if entry[0] > acknowledged and entry[2] > now]
        is_over = replay.is_over(now)
        assert is_over is (len(model) > 5)
        assert replay.frames(now) == [frame for _, frame, _ in model]
