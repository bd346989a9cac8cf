from unittest.mock import Mock

import pytest

from streamer_agent.tail.checkpoint import Checkpoint
from streamer_agent.tail.snapshot import FileFacts
from streamer_agent.tail.suspects import Suspects
from tests.unit.streamer_agent.tail.following import Clock

COPY = FileFacts(8, 1, 10, 100, 100)


def remembering(clock: Clock, checkpoint: Checkpoint | None = None) -> Suspects:
    return Suspects(clock, checkpoint or Checkpoint("0123456789abcdef"), lambda: None)


def test_file_is_waited_for_until_it_has_not_grown_for_a_while() -> None:
    clock = Clock()
    suspects = remembering(clock)
    for size in (10, 20, 30):
        assert suspects.waits("/a.1", COPY._replace(size=size), "/a", 1)
        clock.now += 4
    assert suspects.waits("/a.1", COPY._replace(size=30), "/a", 1)
    clock.now += 1
    assert not suspects.waits("/a.1", COPY._replace(size=30), "/a", 1)
    assert not suspects.waits("/a.1", COPY._replace(size=30), "/a", 1), "the wait began anew"


def test_file_that_is_renamed_is_waited_for_no_longer() -> None:
    clock = Clock()
    suspects = remembering(clock)
    suspects.waits("/a.1", COPY, "/a", 1)
    clock.now += 3
    assert suspects.waits("/a.2", COPY, "/a", 1)
    assert suspects.waiting[COPY.identity].path == "/a.2"
    clock.now += 2
    assert not suspects.waits("/a.2", COPY, "/a", 1)


def test_copy_that_was_read_is_known_under_every_name_until_it_is_written_to() -> None:
    suspects = remembering(Clock())
    suspects.note_read(COPY)
    assert suspects.was_read(COPY._replace(ctime_ns=200))
    assert not suspects.was_read(COPY._replace(size=20))


def test_files_that_are_waited_for_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streamer_agent.tail.suspects._KEPT", 2)
    suspects = remembering(Clock())
    assert [suspects.waits(f"/a.{inode}", COPY._replace(inode=inode), "/a", 1) for inode in (1, 2, 3)] == [
        True,
        True,
        False,
    ]


def test_files_that_are_waited_for_are_saved_and_waited_for_anew() -> None:
    checkpoint, clock, changes = Checkpoint("0123456789abcdef"), Clock(), Mock()
    Suspects(clock, checkpoint, changes).waits("/a.1", COPY, "/a", 1)
    changes.assert_called_once()
    clock.now += 100
    suspects = remembering(clock, checkpoint)
    assert suspects.is_waiting(COPY, 1)
    assert suspects.waits("/a.1", COPY, "/a", 1)


def test_file_that_may_be_a_copy_of_one_life_is_none_of_the_next() -> None:
    suspects = remembering(Clock())
    suspects.waits("/a.1", COPY, "/a", 1)
    assert suspects.is_waiting(COPY, 1)
    assert not suspects.is_waiting(COPY, 2)
    assert not suspects.is_waiting(COPY._replace(size=11), 1)
