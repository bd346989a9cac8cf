"""The state directory is looked at and left as it is, whatever is in it and whoever is at work there."""

from pathlib import Path

import pytest

from common.settings import load
from streamer_agent.doctor.judge.state import StateFacts
from streamer_agent.doctor.probe.state import look, read_saved
from streamer_agent.settings import StreamerSettings
from streamer_agent.tail.store import LOCK, PREVIOUS, STATE, Store
from tests.unit.streamer_agent.doctor.tailed import content, tailed


def facts(state_dir: Path, *options: str) -> StateFacts:
    settings = load(StreamerSettings, ["--state-dir", str(state_dir), *options, "x.log"], "test")
    return look(settings, read_saved(settings), [])


def test_directory_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    found = facts(tmp_path / "a" / "b")
    assert (found.exists, found.nearest, found.is_writable, found.is_held) == (False, str(tmp_path), True, False)
    assert list(tmp_path.iterdir()) == []


async def test_saved_positions_are_counted_and_stay_as_they_are(tmp_path: Path) -> None:
    state = await tailed(tmp_path)
    before = content(state)
    found = facts(state)
    assert (found.saved_sources, len(found.agent), found.damage) == (1, 16, "")
    assert content(state) == before


def test_agent_at_work_is_named_and_keeps_its_lock(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.lock()
    holder = (tmp_path / LOCK).read_text().strip()
    found = facts(tmp_path)
    assert (found.is_held, found.holder) == (True, holder)
    assert facts(tmp_path).is_held, "the look before did not take the lock away"
    store.unlock()
    assert not facts(tmp_path).is_held


def test_lock_is_free_after_the_look(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.lock()
    store.unlock()
    facts(tmp_path)
    store.lock()
    store.unlock()


async def test_damage_is_told_and_left_where_it_is(tmp_path: Path) -> None:
    state = await tailed(tmp_path)
    (state / STATE).write_bytes((state / STATE).read_bytes()[:-3])
    (state / PREVIOUS).unlink(missing_ok=True)
    before = content(state)
    found = facts(state)
    assert "checksum" in found.damage
    assert not found.has_previous
    assert content(state) == before


async def test_previous_copy_stands_in(tmp_path: Path) -> None:
    state = await tailed(tmp_path)
    (state / PREVIOUS).write_bytes((state / STATE).read_bytes())
    (state / STATE).write_bytes(b"")
    found = facts(state)
    assert found.has_previous
    assert found.saved_sources == 1


def test_state_of_a_later_version_is_a_refusal(tmp_path: Path) -> None:
    (tmp_path / STATE).write_bytes(b"tailcast-positions 999 0\n{}")
    assert "later version" in facts(tmp_path).refusal


@pytest.mark.parametrize("name", ["file", "file/below"])
def test_file_in_place_of_the_directory_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    assert not facts(tmp_path / name).is_directory


def test_without_resume_nothing_is_looked_for(tmp_path: Path) -> None:
    (tmp_path / STATE).write_bytes(b"garbage")
    found = facts(tmp_path, "--no-resume")
    assert not found.is_kept
    assert found.damage == ""
