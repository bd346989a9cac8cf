"""What the whole tail leaves out, cannot read or finds under odd names, stepped by hand."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from tests.nasty.cases import case
from tests.unit.streamer_agent.tail.following import append, following


async def test_binary_and_compressed_files_are_left_out_and_said_once(state: Path, logs: Path) -> None:
    (logs / "program").write_bytes(b"\x7fELF" + bytes(4000))
    (logs / "old.log.gz").write_bytes(b"\x1f\x8b\x08")
    async with following(state, logs) as follower:
        for _ in range(3):
            append(logs / "program", bytes(100))
            assert await follower.look() == []
        told = {fields["path"]: fields["detail"] for fields in follower.told("file_skipped")}
        assert told == {str(logs / "program"): "binary", str(logs / "old.log.gz"): "compressed"}
        assert len(follower.told("file_skipped")) == 2
        assert [follower.facts(logs / name)[0].state for name in ("program", "old.log.gz")] == ["skipped", "skipped"]


async def test_skipped_file_stays_skipped_after_a_restart(state: Path, logs: Path) -> None:
    (logs / "program").write_bytes(b"\x7fELF" + bytes(5000))
    async with following(state, logs):
        pass
    append(logs / "program", b"\0\0\n")
    async with following(state, logs) as follower:
        assert await follower.look() == []
        assert follower.facts(logs / "program")[0].state == "skipped"


async def test_binary_file_that_becomes_text_is_followed(state: Path, logs: Path) -> None:
    (logs / "a.log").write_bytes(b"\x7fELF" + bytes(4000))
    async with following(state, logs) as follower:
        (logs / "a.log").write_text("text now\n")
        assert await follower.look() == ["text now"]


async def test_file_that_turns_out_binary_when_its_first_bytes_come_is_left_out(state: Path, logs: Path) -> None:
    async with following(state, logs) as follower:
        (logs / "a.log").touch()
        await follower.look()
        append(logs / "a.log", b"\x7fELF\0\0\0\0\n" + bytes(100))
        assert await follower.look() == []
        assert follower.facts(logs / "a.log")[0].state == "skipped"


def deny(monkeypatch: pytest.MonkeyPatch, path: Path, code: int = errno.EACCES) -> None:
    real = os.open

    def denied(name: Any, *rest: Any, **kwargs: Any) -> int:
        if str(name) == str(path):
            raise OSError(code, os.strerror(code), str(name))
        return real(name, *rest, **kwargs)

    monkeypatch.setattr(os, "open", denied)


@case("T27")
async def test_unreadable_file_says_the_fix_once_and_is_read_from_where_it_stood(
    state: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deny(monkeypatch, log)
    async with following(state, log) as follower:
        append(log, "while unreadable\n")
        for _ in range(3):
            assert await follower.look() == []
        (fact,) = follower.facts(log)
        assert (fact.state, "setfacl" in fact.detail) == ("unreadable", True)
        assert len(follower.told("file_unreadable")) == 1
        monkeypatch.undo()
        follower.clock.now += 10
        assert await follower.look() == ["while unreadable"]
        assert follower.facts(log)[0].state == "tailing"


async def test_changed_rights_are_noticed_at_the_next_look(
    state: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deny(monkeypatch, log)
    async with following(state, log) as follower:
        append(log, "new\n")
        await follower.look()
        monkeypatch.undo()
        log.chmod(0o640)
        assert await follower.look() == ["new"]


@case("T35")
async def test_read_error_is_told_and_reading_goes_on_by_itself(
    state: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stale(*_: Any) -> bytes:
        raise OSError(errno.ESTALE, "Stale file handle")

    async with following(state, log) as follower:
        append(log, "one\n")
        with monkeypatch.context() as patch:
            patch.setattr(os, "pread", stale)
            assert await follower.look() == []
            assert follower.facts(log)[0].state == "unreadable"
        follower.clock.now += 10
        assert await follower.look() == ["one"]


async def test_unreadable_directory_does_not_end_the_files_in_it(
    state: Path, logs: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with following(state, logs) as follower:
        with monkeypatch.context() as patch:
            patch.setattr(os, "scandir", lambda path: (_ for _ in ()).throw(PermissionError(13, "denied")))
            append(log, "one\n")
            await follower.look()
            assert follower.facts(logs)[0].state == "unreadable"
        assert await follower.look() == ["one"] or [block.lines for block in follower.blocks] == [["one"]]
        assert [fact.key.epoch for fact in follower.facts(log)] == [1]


async def test_fifo_among_the_files_blocks_nothing(state: Path, logs: Path, log: Path) -> None:
    os.mkfifo(logs / "pipe")
    async with following(state, logs) as follower:
        append(log, "new\n")
        assert await follower.look() == ["new"]


@pytest.mark.parametrize("name", ["new\nline.log", "<img src=x>.log", "100%d.log", "😀.log"])
async def test_odd_names_are_followed_under_a_printable_label(state: Path, logs: Path, name: str) -> None:
    async with following(state, logs) as follower:
        (logs / name).write_text("one\n")
        assert await follower.look() == ["one"]
        assert follower.blocks[0].path.isprintable()


async def test_name_that_is_not_utf8_survives_a_restart(state: Path, logs: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(logs) + b"/caf\xe9.log"))
    path.write_text("old\n")
    async with following(state, logs):
        pass
    append(path, "new\n")
    async with following(state, logs) as follower:
        assert await follower.look() == ["new"]
        assert follower.blocks[0].path.endswith("caf\ufffd.log")


async def test_state_directory_among_the_logs_is_not_followed(logs: Path, log: Path) -> None:
    async with following(logs / "state", logs) as follower:
        for _ in range(3):
            assert await follower.look() == []
            await follower.tailer._saver.save()


async def test_files_with_the_same_first_bytes_are_told_apart(state: Path, logs: Path) -> None:
    async with following(state, logs) as follower:
        for name in ("a.log", "b.log"):
            (logs / name).write_text("# header\n" * 1000)
        assert len(await follower.look()) == 2000
        append(logs / "b.log", "only b\n")
        assert await follower.look() == ["only b"]
        assert len({key.source for key in follower.by_key()}) == 2
