import pytest

from streamer_agent.block import EpochKey
from streamer_agent.tail.checkpoint import Checkpoint, Position
from streamer_agent.tail.facts import Gap
from streamer_agent.tail.fingerprint import NO_HEAD, Head
from streamer_agent.tail.saved_form import decoded
from tests.unit.streamer_agent.tail.following import counting_mint, saved_form

AGENT = "0123456789abcdef"


def test_every_life_of_a_path_has_the_next_epoch_of_one_source() -> None:
    checkpoint, mint = Checkpoint(AGENT), counting_mint()
    keys = [checkpoint.begin("/a", mint).key, checkpoint.begin("/a", mint).key, checkpoint.begin("/b", mint).key]
    assert keys == [EpochKey("00000001", 1), EpochKey("00000001", 2), EpochKey("00000002", 1)]


def test_numbers_of_later_lives_follow_the_clock_and_never_go_back() -> None:
    checkpoint, mint = Checkpoint(AGENT), counting_mint()
    epochs = [checkpoint.begin("/a", mint, now_ms).key.epoch for now_ms in (500, 600, 600, 100, 700)]
    assert epochs == [1, 600, 601, 602, 700]


def test_source_id_that_is_taken_is_minted_again() -> None:
    ids = iter(["aaaaaaaa", "aaaaaaaa", "bbbbbbbb"])
    checkpoint = Checkpoint(AGENT)
    assert [checkpoint.begin(path, lambda _: next(ids)).key.source for path in "xy"] == ["aaaaaaaa", "bbbbbbbb"]


def test_source_outlives_its_last_life_so_that_no_epoch_is_given_twice() -> None:
    checkpoint, mint = Checkpoint(AGENT), counting_mint()
    first = checkpoint.begin("/a", mint).key
    checkpoint.forget(first, "/a")
    checkpoint = decoded(saved_form(checkpoint))
    assert checkpoint.positions == {}
    assert checkpoint.begin("/a", mint).key == EpochKey(first.source, 2)


def test_idle_sources_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streamer_agent.tail.checkpoint._KEPT_SOURCES", 2)
    checkpoint, mint = Checkpoint(AGENT), counting_mint()
    for path in "abcd":
        checkpoint.forget(checkpoint.begin(path, mint).key, path)
    assert list(checkpoint.sources) == ["c", "d"]


def test_lost_bytes_are_one_gap_and_the_later_knowledge_counts() -> None:
    position = Position(EpochKey("s", 1), "/a")
    assert position.lose(50, 80, "truncated")
    assert not position.lose(80, 80, "truncated")
    assert position.lose(30, 80, "removed")
    assert position.gaps == [Gap(30, 80, "removed")]


def test_loss_of_what_comes_before_a_gap_of_unknown_size_is_of_unknown_size_too() -> None:
    position = Position(EpochKey("a", 1), "/a.log")
    position.lose(50, 50, "truncated", more=True)
    position.lose(0, 50, "removed")
    assert position.gaps == [Gap(0, 50, "removed", more=True)]


def test_many_drops_are_joined_so_that_none_lacks_its_reason() -> None:
    position = Position(EpochKey("s", 1), "/a")
    for number in range(1000):
        position.leave_out(number * 100, number * 100 + 70, "nul")
    assert len(position.drops) == 128
    missing = [(number * 100, number * 100 + 70) for number in range(1000)]
    assert all(any(gap.start <= begin and end <= gap.end for gap in position.drops) for begin, end in missing)


def test_gap_of_unknown_size_is_joined_with_none_behind_it() -> None:
    position = Position(EpochKey("s", 1), "/a")
    position.lose(0, 10, "truncated", more=True)
    for number in range(1, 300):
        position.lose(number * 100, number * 100 + 70, "truncated")
    assert position.gaps[0] == Gap(0, 10, "truncated", True)


def test_head_survives() -> None:
    head = NO_HEAD.grown(b"x" * 5000)
    assert Head(head.length, head.digest).matches(b"x" * 6000)
