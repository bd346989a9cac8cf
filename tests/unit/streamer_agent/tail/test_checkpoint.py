import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer_agent.block import EpochKey
from streamer_agent.tail.checkpoint import Checkpoint, Position
from streamer_agent.tail.errors import CorruptStateError, StateError
from streamer_agent.tail.facts import Gap
from streamer_agent.tail.fingerprint import NO_HEAD, Head, Identity
from tests.unit.streamer_agent.tail.following import counting_mint

AGENT = "0123456789abcdef"


def filled() -> Checkpoint:
    checkpoint = Checkpoint(AGENT)
    checkpoint.inputs = ("/var/log", "/odd\udcff*")
    position = checkpoint.begin("/var/log/a", counting_mint())
    position.identity, position.head = Identity(2**63, 2**64 - 1), NO_HEAD.grown(b"first\n")
    position.start, position.end, position.size, position.mtime_ns = 1, 2, 3, 4
    position.is_unaligned = position.is_over = True
    position.state, position.detail = "unreadable", "why"
    position.gaps, position.drops = [Gap(2, 3, "removed")], [Gap(0, 1, "rate")]
    return checkpoint


def test_saved_form_brings_everything_back() -> None:
    before = filled()
    after = Checkpoint.from_bytes(before.to_bytes())
    assert (after.agent, after.inputs, after.sources) == (before.agent, before.inputs, before.sources)
    assert after.positions == before.positions


@given(st.binary(min_size=1, max_size=50))
def test_paths_of_any_bytes_come_back(name: bytes) -> None:
    path = name.decode("utf-8", "surrogateescape")
    checkpoint = Checkpoint(AGENT)
    checkpoint.begin(path, counting_mint())
    assert list(Checkpoint.from_bytes(checkpoint.to_bytes()).sources) == [path]


@given(st.data())
def test_no_damage_goes_unnoticed(data: st.DataObject) -> None:
    saved = bytearray(filled().to_bytes())
    at = data.draw(st.integers(0, len(saved) - 1))
    saved[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises((CorruptStateError, StateError)):
        Checkpoint.from_bytes(bytes(saved))


@pytest.mark.parametrize("cut", [0, 1, 20, 60, -1])
def test_state_that_was_cut_is_corrupt(cut: int) -> None:
    with pytest.raises(CorruptStateError):
        Checkpoint.from_bytes(filled().to_bytes()[:cut])


@pytest.mark.parametrize("saved", [b"", bytes(4096), b"positions:\n  /var/log/a: 12\n", b'{"version": 1}'])
def test_foreign_state_is_corrupt(saved: bytes) -> None:
    with pytest.raises(CorruptStateError):
        Checkpoint.from_bytes(saved)


def test_state_of_a_later_version_is_refused_by_name() -> None:
    line, _, body = filled().to_bytes().partition(b"\n")
    with pytest.raises(StateError, match="later version"):
        Checkpoint.from_bytes(line.replace(b" 1 ", b" 2 ") + b"\n" + body)


def test_every_life_of_a_path_has_the_next_epoch_of_one_source() -> None:
    checkpoint, mint = Checkpoint(AGENT), counting_mint()
    keys = [checkpoint.begin("/a", mint).key, checkpoint.begin("/a", mint).key, checkpoint.begin("/b", mint).key]
    assert keys == [EpochKey("00000001", 1), EpochKey("00000001", 2), EpochKey("00000002", 1)]


def test_source_id_that_is_taken_is_minted_again() -> None:
    ids = iter(["aaaaaaaa", "aaaaaaaa", "bbbbbbbb"])
    checkpoint = Checkpoint(AGENT)
    assert [checkpoint.begin(path, lambda _: next(ids)).key.source for path in "xy"] == ["aaaaaaaa", "bbbbbbbb"]


def test_source_outlives_its_last_life_so_that_no_epoch_is_given_twice() -> None:
    checkpoint, mint = Checkpoint(AGENT), counting_mint()
    first = checkpoint.begin("/a", mint).key
    checkpoint.forget(first, "/a")
    checkpoint = Checkpoint.from_bytes(checkpoint.to_bytes())
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


def test_head_survives() -> None:
    head = NO_HEAD.grown(b"x" * 5000)
    assert Head(head.length, head.digest).matches(b"x" * 6000)
