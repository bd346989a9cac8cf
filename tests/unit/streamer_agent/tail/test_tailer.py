"""The whole tail on real files, stepped by hand."""

import errno
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from streamer_agent.tail.errors import StateLockedError
from tests.unit.streamer_agent.tail.following import Follower, append, counting_mint, following, numbered


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    path = tmp_path / "logs"
    path.mkdir()
    return path


@pytest.fixture
def log(logs: Path) -> Path:
    path = logs / "app.log"
    path.write_text("old 1\nold 2\n")
    return path


# Where reading begins


async def test_file_that_exists_at_the_first_start_is_followed_from_its_end(state: Path, log: Path) -> None:
    async with following(state, log) as follower:
        assert await follower.look() == []
        append(log, "new\n")
        assert await follower.look() == ["new"]
        assert follower.blocks[0].offset == 12


async def test_line_that_is_unfinished_at_the_first_start_is_shown_whole(state: Path, log: Path) -> None:
    append(log, "begun")
    async with following(state, log) as follower:
        append(log, " and done\n")
        assert await follower.look() == ["begun and done"]


async def test_file_that_appears_later_is_read_from_its_beginning(state: Path, logs: Path, log: Path) -> None:
    async with following(state, logs) as follower:
        (logs / "later.log").write_text("one\ntwo\n")
        assert await follower.look() == ["one", "two"]


async def test_file_that_appeared_while_no_agent_ran_is_read_from_its_beginning(
    state: Path, logs: Path, log: Path
) -> None:
    async with following(state, logs):
        pass
    (logs / "later.log").write_text("one\n")
    async with following(state, logs) as follower:
        assert await follower.look() == ["one"]


async def test_file_of_an_input_that_is_new_is_followed_from_its_end(state: Path, logs: Path, log: Path) -> None:
    async with following(state, log):
        pass
    (logs / "other.log").write_text("old\n")
    async with following(state, log, logs / "other.log") as follower:
        append(logs / "other.log", "new\n")
        assert await follower.look() == ["new"]


async def test_input_that_was_left_out_for_a_run_goes_on_where_it_was(state: Path, logs: Path, log: Path) -> None:
    (logs / "other.log").write_text("old\n")
    async with following(state, log, logs / "other.log"):
        pass
    append(log, "while left out\n")
    async with following(state, logs / "other.log") as second:
        assert [fact.path for fact in second.tailer.facts()] == [str(logs / "other.log")]
    async with following(state, log, logs / "other.log") as third:
        assert await third.look() == ["while left out"]


async def test_missing_file_is_waited_for_and_read_from_its_beginning(state: Path, tmp_path: Path) -> None:
    log = tmp_path / "not" / "yet" / "app.log"
    async with following(state, log) as follower:
        (fact,) = follower.facts(log)
        assert (fact.state, fact.detail) == ("waiting", "nothing is there yet")
        log.parent.mkdir(parents=True)
        log.write_text("first\n")
        assert await follower.look() == ["first"]
        (now,) = follower.facts(log)
        assert (now.key, now.state, now.detail) == (fact.key, "tailing", "")


async def test_glob_without_files_is_waited_for_until_one_matches(state: Path, logs: Path) -> None:
    async with following(state, f"{logs}/*.log") as follower:
        assert [fact.state for fact in follower.facts(f"{logs}/*.log")] == ["waiting"]
        (logs / "a.log").write_text("first\n")
        assert await follower.look() == ["first"]
        assert [fact.state for fact in follower.facts(f"{logs}/*.log")] == ["ended"]


# Restarts


@pytest.mark.parametrize("how", ["stop", "crash"])
async def test_restart_continues_behind_what_was_acknowledged(state: Path, log: Path, how: str) -> None:
    first = Follower(state, log)
    await first.tailer.open()
    append(log, "one\n")
    await first.look()
    append(log, "two\n")
    await first.look(settle=False)
    await first.tailer._saver.save()
    await first.tailer.stop() if how == "stop" else first.crash()
    append(log, "three\n")
    async with following(state, log) as second:
        assert await second.look() == ["two", "three"]
        assert second.blocks[0].key == first.blocks[0].key
        assert second.blocks[0].offset == 16


async def test_unfinished_line_is_shown_once_and_whole_after_a_restart(state: Path, log: Path) -> None:
    async with following(state, log) as first:
        append(log, "be")
        assert await first.look() == []
    append(log, "gun\n")
    async with following(state, log) as second:
        assert await second.look() == ["begun"]


async def test_second_agent_on_one_state_directory_is_refused(state: Path, log: Path) -> None:
    async with following(state, log):
        with pytest.raises(StateLockedError, match=str(os.getpid())):
            await Follower(state, log).tailer.open()


async def test_other_device_number_after_a_reboot_repeats_nothing(state: Path, log: Path) -> None:
    async with following(state, log) as first:
        append(log, "one\n")
        await first.look()
        for position in first.tailer._lives.checkpoint.positions.values():
            assert position.identity is not None
            position.identity = position.identity._replace(device=4711)
        key = first.blocks[0].key
    append(log, "two\n")
    async with following(state, log) as second:
        assert await second.look() == ["two"]
        assert second.blocks[0].key == key
        append(log, "three\n")
        assert await second.look() == ["three"]


# Rotation by renaming


@pytest.mark.parametrize("inputs", ["{logs}/app.log", "{logs}"], ids=["path", "directory"])
async def test_renamed_file_is_drained_under_its_own_epoch(state: Path, logs: Path, log: Path, inputs: str) -> None:
    async with following(state, inputs.format(logs=logs)) as follower:
        append(log, "before\n")
        writer = log.open("a")
        log.rename(logs / "app.log.1")
        writer.write("late\n")
        writer.flush()
        log.write_text("fresh\n")
        assert await follower.look() == ["before", "late", "fresh"]
        writer.write("later still\n")
        writer.close()
        assert await follower.look() == ["later still"]
        assert follower.by_epoch() == [["before", "late", "later still"], ["fresh"]]
        assert len({key.source for key in follower.by_key()}) == 1


async def test_rotation_while_no_agent_ran_is_found_by_inode_under_any_name(state: Path, logs: Path, log: Path) -> None:
    async with following(state, log):
        pass
    append(log, "rest\n")
    log.rename(logs / "kept-aside.txt")
    log.write_text("fresh\n")
    async with following(state, log) as follower:
        assert await follower.look() == ["rest", "fresh"]
        assert follower.by_epoch() == [["rest"], ["fresh"]]


@pytest.mark.parametrize("is_running", [True, False], ids=["running", "down"])
async def test_generations_that_nobody_saw_are_read_in_order(
    state: Path, logs: Path, log: Path, is_running: bool
) -> None:
    first = Follower(state, log)
    await first.tailer.open()
    if not is_running:
        await first.tailer.stop()
    append(log, "a\n")
    for text in ("b\n", "c\n", "d\n"):
        for number in (3, 2, 1):
            if (logs / f"app.log.{number}").exists():
                (logs / f"app.log.{number}").rename(logs / f"app.log.{number + 1}")
        log.rename(logs / "app.log.1")
        log.write_text(text)
    follower = first if is_running else Follower(state, log)
    if not is_running:
        await follower.tailer.open()
    assert await follower.look() == ["a", "b", "c", "d"]
    assert follower.by_epoch() == [["a"], ["b"], ["c"], ["d"]]
    await follower.tailer.stop()


async def test_older_rotated_files_are_not_taken_for_missed_ones(state: Path, logs: Path, log: Path) -> None:
    (logs / "app.log.1").write_text("long ago\n")
    os.utime(logs / "app.log.1", (1, 1))
    async with following(state, log) as follower:
        (logs / "app.log.1").rename(logs / "app.log.2")
        log.rename(logs / "app.log.1")
        log.write_text("fresh\n")
        assert await follower.look() == ["fresh"]


async def test_rotated_files_beside_a_missing_one_are_not_taken_for_missed_ones(
    state: Path, logs: Path, log: Path
) -> None:
    log.rename(logs / "app.log.1")
    async with following(state, log) as follower:
        log.write_text("first\n")
        assert await follower.look() == ["first"]


async def test_new_file_much_later_than_the_rename_is_read_from_its_beginning(
    state: Path, logs: Path, log: Path
) -> None:
    async with following(state, log) as follower:
        log.rename(logs / "app.log.1")
        assert await follower.look() == []
        follower.clock.now += 20
        await follower.look()
        assert follower.facts(log)[-1].state == "waiting"
        log.write_text("fresh\n")
        assert await follower.look() == ["fresh"]


async def test_name_that_is_swapped_for_a_file_with_the_freed_inode_begins_a_new_life(
    state: Path, logs: Path, log: Path
) -> None:
    # rsyslog#4648: test1 goes, and test2 has its inode. An inode cannot be had at will, so a rename stands for it.
    async with following(state, logs, max_open_files=1) as follower:
        (logs / "decoy.log").write_text("x\n")
        await follower.look()
        assert not follower.tailer._lives.at_path[str(log)].is_open
        log.write_text("first line of the new file\nmore\n")
        log.rename(logs / "test2.log")
        assert await follower.look() == ["first line of the new file", "more"]
        assert follower.facts(log)[0].state == "ended"


async def test_directory_that_is_renamed_away_and_back_repeats_nothing(state: Path, logs: Path, log: Path) -> None:
    async with following(state, logs) as follower:
        append(log, "one\n")
        await follower.look()
        logs.rename(logs.with_name("away"))
        await follower.look()
        logs.with_name("away").rename(logs)
        append(log, "two\n")
        assert await follower.look() == ["two"]
        assert len({block.key for block in follower.blocks}) == 1


async def test_file_that_comes_back_after_its_end_goes_on(state: Path, logs: Path, log: Path) -> None:
    async with following(state, log) as follower:
        append(log, "one\n")
        await follower.look()
        log.rename(logs / "elsewhere")
        await follower.look()
        follower.clock.now += 61
        await follower.look()
        assert follower.facts(log)[0].state == "ended"
        (logs / "elsewhere").rename(log)
        append(log, "two\n")
        assert await follower.look() == ["two"]
        assert follower.facts(log)[0].state == "tailing"


# Symbolic and hard links


async def test_link_that_leads_elsewhere_begins_a_new_epoch_and_drains_the_old_file(state: Path, logs: Path) -> None:
    (logs / "one").write_text("")
    (logs / "two").write_text("of two\n")
    current = logs / "current.log"
    current.symlink_to("one")
    async with following(state, current) as follower:
        append(logs / "one", "of one\n")
        current.unlink()
        current.symlink_to("two")
        assert await follower.look() == ["of one", "of two"]
        assert follower.by_epoch() == [["of one"], ["of two"]]


async def test_file_that_is_reached_by_several_paths_is_read_once(state: Path, logs: Path, log: Path) -> None:
    (logs / "hard.log").hardlink_to(log)
    (logs / "soft.log").symlink_to(log)
    async with following(state, logs, log, f"{logs}/*.log") as follower:
        append(log, "new\n")
        assert await follower.look() == ["new"]


async def test_file_goes_on_under_its_second_name_when_the_first_is_deleted(state: Path, logs: Path, log: Path) -> None:
    (logs / "second.log").hardlink_to(log)
    async with following(state, logs) as follower:
        append(log, "one\n")
        await follower.look()
        log.unlink()
        append(logs / "second.log", "two\n")
        assert await follower.look() == ["two"]
        assert len(follower.by_key()) == 1


# Truncation


async def test_truncated_file_begins_a_new_epoch_at_zero(state: Path, log: Path) -> None:
    async with following(state, log) as follower:
        append(log, "one\n")
        await follower.look()
        log.write_text("x\n")
        assert await follower.look() == ["x"]
        assert [block.offset for block in follower.blocks] == [12, 0]
        assert follower.by_epoch() == [["one"], ["x"]]
        assert [fact.state for fact in follower.facts(log)] == ["ended", "tailing"]


async def test_rewritten_file_that_is_larger_than_before_is_read_from_zero(state: Path, log: Path) -> None:
    async with following(state, log) as follower:
        append(log, "one\n")
        await follower.look()
        log.write_text("".join(f"{line}\n" for line in numbered(0, 100)))
        assert await follower.look() == list(numbered(0, 100))


@pytest.mark.parametrize("max_open_files", [1, 256], ids=["closed", "open"])
@pytest.mark.parametrize("content", ["x\n", "other lines\n" * 50], ids=["smaller", "larger"])
async def test_file_that_was_rewritten_while_no_agent_ran_is_read_from_zero(
    state: Path, logs: Path, log: Path, content: str, max_open_files: int
) -> None:
    (logs / "decoy.log").write_text("x\n")
    async with following(state, logs, max_open_files=max_open_files) as follower:
        append(log, "one\n")
        await follower.look()
    log.write_text(content)
    async with following(state, logs, max_open_files=max_open_files) as follower:
        assert await follower.look() == content.splitlines()


async def test_bytes_that_a_truncation_destroyed_are_told_as_a_gap(state: Path, log: Path) -> None:
    async with following(state, log) as follower:
        append(log, "seen but not read\n")
        await follower.tailer.scan()
        log.write_text("x\n")
        assert await follower.look() == ["x"]
        old = follower.facts(log)[0]
        assert [tuple(gap) for gap in old.gaps] == [(12, 30, "truncated")]
        assert (old.state, old.end) == ("ended", 12)


@pytest.mark.parametrize("is_running", [True, False], ids=["running", "down"])
async def test_rest_of_a_file_is_read_from_the_copy_that_copytruncate_made(
    state: Path, logs: Path, log: Path, is_running: bool
) -> None:
    async with following(state, log) as follower:
        append(log, "one\n")
        await follower.look()
        if not is_running:
            await follower.tailer.stop()
        append(log, "two\nthree\n")
        shutil.copy(log, logs / "app.log.1")
        log.write_text("fresh\n")
        if not is_running:
            follower = Follower(state, log)
            await follower.tailer.open()
        assert await follower.look() == ["two", "three", "fresh"]
        assert follower.by_epoch()[-2:] == [["two", "three"] if not is_running else ["one", "two", "three"], ["fresh"]]
        assert [fact.gaps for fact in follower.facts(log)] == [(), ()]
        await follower.tailer.stop()


async def test_unfinished_line_of_a_truncated_file_is_not_lost(state: Path, log: Path) -> None:
    log.with_name("app.log.1").write_text("something else, and no copy of it\n" * 10)
    async with following(state, log) as follower:
        append(log, "begun")
        await follower.look()
        log.write_text("x\n")
        assert await follower.look() == ["begun", "x"]


async def test_truncations_in_a_loop_show_every_surviving_line_once(state: Path, log: Path) -> None:
    async with following(state, log) as follower:
        for number in range(1, 51):
            with log.open("w" if number % 10 == 0 else "a") as file:
                file.write(f"{number}\n")
            if number % 3 == 0:
                await follower.look()
        await follower.look()
        lines = [line for epoch in follower.by_epoch() for line in epoch]
        assert len(lines) == len(set(lines))
        # 49 came after the last look and was destroyed before the next.
        assert set(lines) >= {str(number) for number in range(40, 49)} | {"50"}


async def test_truncation_of_a_file_that_a_full_window_keeps_unread_begins_one_new_life(state: Path, log: Path) -> None:
    async with following(state, log) as follower:
        append(log, "one\n")
        await follower.tailer.scan()
        for text in ("a\n", "b\n"):
            log.write_text(text)
            await follower.tailer.scan()
            log.write_text("")
            await follower.tailer.scan()
        log.write_text("last\n")
        assert await follower.look() == ["last"]


# Deletion


async def test_deleted_file_is_drained_and_ends_after_it_was_quiet(state: Path, log: Path) -> None:
    async with following(state, log) as follower:
        writer = log.open("a")
        await follower.look()
        log.unlink()
        writer.write("last words\n")
        writer.flush()
        assert await follower.look() == ["last words"]
        follower.clock.now += 59
        writer.write("really the last")
        writer.close()
        assert await follower.look() == []
        follower.clock.now += 61
        assert await follower.look() == ["really the last"]
        assert follower.facts(log)[0].state == "ended"
        assert not follower.tailer._lives.adrift


async def test_file_deleted_while_no_agent_ran_is_told_as_a_gap(state: Path, log: Path) -> None:
    async with following(state, log) as follower:
        append(log, "never acknowledged\n")
        await follower.look(settle=False)
    log.unlink()
    async with following(state, log) as follower:
        follower.clock.now += 5
        await follower.look()
        fact = follower.facts(log)[0]
        assert (fact.state, [tuple(gap) for gap in fact.gaps]) == ("ended", [(12, 31, "removed")])


async def test_file_deleted_and_made_anew_is_another_epoch(state: Path, log: Path) -> None:
    async with following(state, log) as follower:
        for text in ("one\n", "one\n", "one\n"):
            log.unlink()
            await follower.look()
            log.write_text(text)
            assert await follower.look() == ["one"]
        assert len(follower.by_key()) == 3


async def test_rename_gzip_and_unlink_loses_nothing_of_an_open_file(state: Path, logs: Path, log: Path) -> None:
    async with following(state, logs) as follower:
        append(log, "one\n")
        log.rename(logs / "app.log.1")
        shutil.copy(logs / "app.log.1", logs / "app.log.1.gz")
        (logs / "app.log.1").unlink()
        log.write_text("fresh\n")
        assert await follower.look() == ["one", "fresh"]
        assert [fact.state for fact in follower.facts(logs / "app.log.1.gz")] == ["skipped"]


async def test_ended_lives_are_forgotten_but_no_epoch_is_used_twice(state: Path, log: Path) -> None:
    async with following(state, log) as follower:
        append(log, "one\n")
        await follower.look()
        log.write_text("x\n")
        await follower.look()
        follower.clock.now += 3601
        await follower.look()
        assert [fact.key.epoch for fact in follower.facts(log)] == [2]
        log.write_text("")
        await follower.look()
        assert follower.facts(log)[-1].key.epoch == 3


# What is left out, and what fails


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


# Reading


async def test_long_line_is_cut_and_what_follows_is_intact(state: Path, log: Path) -> None:
    async with following(state, log, max_line_bytes=1000) as follower:
        append(log, "x" * 2_000_000 + "\nnext\n")
        assert await follower.look() == ["x" * 1000, "next"]
        assert follower.blocks[0].lengths[0] == 2_000_001
        assert follower.blocks[0].cut == [0]


async def test_files_are_served_in_turn(state: Path, logs: Path) -> None:
    async with following(state, logs) as follower:
        (logs / "busy.log").write_text("".join(f"{line}\n" for line in numbered(0, 20_000)))
        (logs / "quiet.log").write_text("quiet\n")
        await follower.tailer.scan()
        while not any(block.lines == ["quiet"] for block in follower.blocks):
            for key in follower.tailer.ready():
                block = follower.tailer.read(key, 8192)
                assert block is not None
                follower.blocks.append(block)
        assert len(follower.blocks) <= 2


async def test_more_files_than_descriptors_are_all_followed(state: Path, logs: Path) -> None:
    paths = [logs / f"{number}.log" for number in range(50)]
    async with following(state, logs, max_open_files=4) as follower:
        for round_ in range(3):
            for path in paths:
                append(path, f"{round_} of {path.name}\nunfin")
                append(path, "ished\n")
            lines = await follower.look(max_bytes=64)
            assert len(lines) == 100
            assert sum(harvester.is_open for harvester in follower.tailer._lives.by_key.values()) <= 4


async def test_deleted_file_beyond_the_descriptors_is_told_as_a_gap(state: Path, logs: Path, log: Path) -> None:
    async with following(state, logs, max_open_files=1) as follower:
        append(log, "never read\n")
        await follower.tailer.scan()
        (logs / "other.log").write_text("other\n")
        await follower.tailer.scan()
        assert not follower.tailer._lives.at_path[str(log)].is_open
        log.unlink()
        await follower.look()
        assert follower.facts(log)[0].gaps == ()
        follower.clock.now += 5
        await follower.look()
        assert [tuple(gap) for gap in follower.facts(log)[0].gaps] == [(12, 23, "removed")]


async def test_settling_moves_the_position_and_never_back(state: Path, log: Path) -> None:
    async with following(state, log) as follower:
        append(log, "one\ntwo\n")
        await follower.look(settle=False)
        (block,) = follower.blocks
        follower.tailer.settle(block.key, 16)
        follower.tailer.settle(block.key, 14)
        fact = follower.facts(log)[0]
        assert (fact.start, fact.end, fact.lag) == (12, 16, 4)


async def test_facts_since_a_revision_are_only_the_news(state: Path, logs: Path, log: Path) -> None:
    async with following(state, logs) as follower:
        revision = follower.tailer.revision
        append(log, "one\n")
        await follower.look()
        assert follower.tailer.facts(revision) == []
        (logs / "b.log").touch()
        await follower.look()
        assert [fact.path for fact in follower.tailer.facts(revision)] == [str(logs / "b.log")]


async def test_hot_files_are_polled_between_scans(state: Path, log: Path) -> None:
    async with following(state, log) as follower:
        append(log, "one\n")
        await follower.look()
        append(log, "two\n")
        follower.tailer.poll()
        assert await follower.read() == ["two"]
        follower.clock.now += 11
        append(log, "three\n")
        follower.tailer.poll()
        follower.tailer.poll()
        assert await follower.read() == []


async def test_poll_that_finds_a_file_moved_asks_for_a_scan(state: Path, logs: Path, log: Path) -> None:
    async with following(state, log) as follower:
        append(log, "one\n")
        await follower.look()
        log.rename(logs / "app.log.1")
        follower.tailer.poll()
        assert follower.tailer._lookout._scan_pace.due_at() < follower.clock.now + 10


async def test_identities_are_minted_once(state: Path, logs: Path, log: Path) -> None:
    mint = counting_mint()
    async with following(state, logs, mint=mint) as first:
        append(log, "one\n")
        await first.look()
    async with following(state, logs, mint=mint) as second:
        append(log, "two\n")
        await second.look()
    assert second.tailer.agent_id == first.tailer.agent_id
    assert second.blocks[0].key == first.blocks[0].key
