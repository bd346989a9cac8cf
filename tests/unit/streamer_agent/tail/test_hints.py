import asyncio
import os
import struct
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from asyncinotify import Inotify, Mask

from streamer_agent.tail.facts import Notice
from streamer_agent.tail.hints import Hints
from streamer_agent.tail.scanner import Scanner
from tests.nasty.cases import case
from tests.support.eventually import eventually
from tests.unit.streamer_agent.tail.following import append


class Listener:
    """Hints on a directory, and what they said."""

    def __init__(self, *inputs: Path) -> None:
        self.written: list[str] = []
        self.changes = 0
        self.notices: list[Notice] = []
        self.scanner = Scanner([str(path) for path in inputs])
        self.hints = Hints(written=self.written.append, changed=self._changed, notify=self.notices.append)
        self.hints.open()
        self.watch()

    def _changed(self) -> None:
        self.changes += 1

    def watch(self) -> bool:
        return self.hints.watch(self.scanner.scan())


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "logs" / "app.log"
    path.parent.mkdir()
    path.touch()
    return path


@pytest.fixture
async def heard(log: Path) -> AsyncIterator[Listener]:
    listener = Listener(log.parent)
    yield listener
    listener.hints.close()


async def test_written_file_is_named_once_for_many_writes(log: Path, heard: Listener) -> None:
    for _ in range(100):
        append(log, "x\n")
    await eventually(lambda: heard.written)
    await asyncio.sleep(0)
    assert heard.written == [str(log)]
    assert heard.changes == 0


async def test_creation_rename_removal_and_rights_ask_for_a_look(log: Path, heard: Listener) -> None:
    for change in (
        lambda: (log.parent / "new.log").touch(),
        lambda: log.rename(log.parent / "app.log.1"),
        lambda: (log.parent / "app.log.1").chmod(0o600),
        lambda: (log.parent / "new.log").unlink(),
    ):
        before = heard.changes
        change()
        await eventually(lambda before=before: heard.changes > before)


async def test_writes_beside_the_directory_that_is_tailed_wake_nobody(log: Path, heard: Listener) -> None:
    stranger = log.parent.parent / "busy"
    stranger.touch()
    await eventually(lambda: heard.changes)
    before = heard.changes
    append(stranger, "x\n")
    append(log, "x\n")
    await eventually(lambda: heard.written)
    assert (heard.written, heard.changes) == ([str(log)], before)


async def test_parent_that_is_tailed_too_is_heard_in_full(log: Path, heard: Listener) -> None:
    heard.scanner = Scanner([str(log.parent), str(log.parent.parent / "*.log")])
    beside = log.parent.parent / "beside.log"
    beside.touch()
    assert heard.watch()
    append(beside, "x\n")
    await eventually(lambda: heard.written == [str(beside)])
    heard.scanner = Scanner([str(log.parent)])
    assert heard.watch()
    append(beside, "x\n")
    append(log, "x\n")
    await eventually(lambda: heard.written == [str(beside), str(log)])


async def test_new_directories_are_watched_from_the_next_snapshot_on(log: Path, heard: Listener) -> None:
    (log.parent / "deep").mkdir()
    await eventually(lambda: heard.changes)
    assert heard.watch()
    assert not heard.watch()
    (log.parent / "deep" / "b.log").touch()
    append(log.parent / "deep" / "b.log", "x\n")
    await eventually(lambda: str(log.parent / "deep" / "b.log") in heard.written)


async def test_directory_that_is_replaced_is_watched_anew(log: Path, heard: Listener) -> None:
    log.parent.rename(log.parent.with_name("away"))
    await eventually(lambda: heard.changes)
    log.parent.mkdir()
    assert heard.watch()
    log.touch()
    append(log, "x\n")
    await eventually(lambda: heard.written == [str(log)])


async def test_directory_that_is_no_longer_meant_is_let_go(log: Path, heard: Listener) -> None:
    (log.parent / "deep").mkdir()
    heard.watch()
    heard.scanner = Scanner([str(log)])
    heard.watch()
    append(log.parent / "deep" / "b.log", "x\n")
    append(log, "x\n")
    await eventually(lambda: heard.written)
    assert heard.written == [str(log)]


async def test_symbolic_link_is_told_by_the_path_that_was_found(tmp_path: Path, log: Path) -> None:
    (tmp_path / "links").mkdir()
    link = tmp_path / "links" / "current.log"
    link.symlink_to(log)
    listener = Listener(link)
    append(log, "x\n")
    await eventually(lambda: listener.written == [str(link)])
    other = tmp_path / "logs" / "other.log"
    other.touch()
    link.unlink()
    link.symlink_to(other)
    listener.watch()
    append(other, "x\n")
    await eventually(lambda: listener.written == [str(link)] * 2)
    listener.hints.close()


async def test_name_that_is_not_utf8_is_told(log: Path, heard: Listener) -> None:
    path = Path(os.fsdecode(os.fsencode(log.parent) + b"/caf\xe9.log"))
    append(path, "x\n")
    await eventually(lambda: heard.written == [str(path)])


@case("T33")
async def test_overflow_asks_for_a_look_and_is_told(
    log: Path, heard: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "read", lambda *_: struct.pack("iIII", -1, int(Mask.Q_OVERFLOW), 0, 0))
    heard.hints._hear()
    assert heard.changes == 1
    assert [notice.event for notice in heard.notices] == ["hints_overflowed"]


@case("T32")
async def test_exhausted_watches_are_told_once_and_hurt_nobody(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Inotify, "add_watch", refused)
    listener = Listener(log.parent, log)
    assert not listener.watch()
    assert [notice.event for notice in listener.notices] == ["hints_unavailable"]
    assert "max_user_watches" in listener.notices[0].fields["detail"]
    listener.hints.close()


@case("T34")
async def test_system_without_inotify_instances_is_told(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(Inotify, "__init__", refused)
    monkeypatch.setattr(Inotify, "__del__", lambda _: None, raising=False)
    listener = Listener(log.parent)
    assert not listener.watch()
    assert [notice.event for notice in listener.notices] == ["hints_unavailable"]
    listener.hints.close()
