"""Cases that no list named: what else files, disks, networks and services do to an agent."""

import asyncio
import ctypes
import errno
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.test_bad_agent_input import WITHOUT_POWERS
from tests.nasty.agent import Agent
from tests.nasty.cases import case
from tests.nasty.tail import tail_of
from tests.support.eventually import eventually
from tests.support.log_file import LogFile, numbered
from tests.unit.streamer_agent.scripted_service import success
from tests.unit.streamer_agent.tail.following import append

AT_FDCWD, RENAME_EXCHANGE = -100, 2
"""<linux/fcntl.h>, <linux/fs.h>."""


@case("X1")
async def test_a_file_that_is_rotated_by_a_hard_link_is_read_on_and_once(
    tmp_path: Path, log: Path, hints: bool
) -> None:
    async with tail_of(tmp_path, hints, log) as tail:
        append(log, "one\n")
        await tail.gets("one")
        os.link(log, log.with_name("app.log.1"))
        append(log, "two\n")
        log.unlink()
        append(log.with_name("app.log.1"), "three\n")
        append(log, "fresh\n")
        await tail.gets("one", "two", "three", "fresh")


@case("X2")
async def test_a_directory_or_a_pipe_in_the_place_of_a_file_blocks_nothing(
    tmp_path: Path, log: Path, hints: bool
) -> None:
    async with tail_of(tmp_path, hints, log) as tail:
        written = []
        for number, make in enumerate((os.mkdir, os.mkfifo)):
            append(log, f"before {number}\n")
            written.append(f"before {number}")
            await tail.gets(*written)
            log.rename(log.with_name(f"app.log.{number}"))
            make(log)
            await eventually(lambda: tail.facts(log)[-1].state in ("skipped", "waiting", "ended", "unreadable"))
            append(log.with_name(f"app.log.{number}"), f"late {number}\n")
            written.append(f"late {number}")
            await tail.gets(*written)
            log.rmdir() if log.is_dir() else log.unlink()
        append(log, "after\n")
        await tail.gets(*written, "after")


@case("X3")
async def test_permission_that_is_taken_away_while_a_file_is_read_costs_no_line(agent: Agent) -> None:
    log = LogFile(agent.logs / "app.log")
    agent.through = WITHOUT_POWERS if os.geteuid() == 0 else []
    await agent.start()
    log.append(["one"])
    await agent.shows(log.written)
    with log.path.open("a", buffering=1) as writer:
        log.path.chmod(0)
        writer.write("two\n")
        agent.logs.chmod(0)
        writer.write("three\n")
        await asyncio.sleep(0.5)  # some looks that fail
        agent.logs.chmod(0o700)
        writer.write("four\n")
    log.path.chmod(0o600)
    await agent.shows(["one", "two", "three", "four"])
    assert agent.gaps() == []


@case("X4")
async def test_directories_that_lead_in_a_circle_are_read_once(tmp_path: Path, logs: Path, hints: bool) -> None:
    (logs / "deep" / "er").mkdir(parents=True)
    (logs / "deep" / "er" / "back").symlink_to(logs)
    (logs / "self").symlink_to(logs)
    async with tail_of(tmp_path, hints, logs, f"{logs}/**/*.log") as tail:
        append(logs / "app.log", "one\n")
        append(logs / "deep" / "er" / "app.log", "two\n")
        await eventually(lambda: len(tail.lines) >= 2)
        append(logs / "app.log", "three\n")
        await eventually(lambda: "three" in tail.lines)
        assert sorted(tail.lines) == ["one", "three", "two"]


@case("X5")
async def test_a_volume_that_is_gone_for_a_while_is_not_read_again(tmp_path: Path, log: Path, hints: bool) -> None:
    async with tail_of(tmp_path, hints, log.parent) as tail:
        append(log, "one\n")
        await tail.gets("one")
        log.parent.rename(tmp_path / "away")  # unmounted: the empty directory below it shows
        log.parent.mkdir()
        await asyncio.sleep(0.3)
        append(tmp_path / "away" / "app.log", "two\n")
        log.parent.rmdir()
        (tmp_path / "away").rename(log.parent)
        append(log, "three\n")
        await tail.gets("one", "two", "three")


@case("X6")
async def test_characters_that_formats_stumble_over_arrive(agent: Agent) -> None:
    raw = {
        b"a\0b": "a\0b",
        b"\xed\xa0\x80 lone surrogate": "\ufffd\ufffd\ufffd lone surrogate",
        "\u2028\u2029\x85\x0b\x0c are no line ends".encode(): "\u2028\u2029\x85\x0b\x0c are no line ends",
        "\ufeff\uffff\U0010ffff".encode(): "\ufeff\uffff\U0010ffff",
        b"\xc0\xaf overlong": "\ufffd\ufffd overlong",
        "e\u0301 \u202e rtl".encode(): "e\u0301 \u202e rtl",
    }
    await agent.start()
    append(agent.logs / "app.log", "first\n")
    for line in raw:
        append(agent.logs / "app.log", line + b"\n")
    await agent.shows(["first", *raw.values()])


@case("X7")
async def test_a_file_that_is_cut_in_its_middle_says_what_nobody_knows(tmp_path: Path, log: Path, hints: bool) -> None:
    async with tail_of(tmp_path, hints, log) as tail:
        LogFile(log).append(numbered(1, 100))
        await tail.gets(*numbered(1, 100))
        os.truncate(log, len("old\n") + 50 * len("line 000001\n"))
        LogFile(log).append(["after"])
        await eventually(lambda: tail.lines[-1:] == ["after"])
        assert any(gap.more for facts in tail.facts(log) for gap in facts.gaps)


@case("X8")
async def test_names_that_are_exchanged_in_one_step_keep_their_lines(tmp_path: Path, logs: Path, hints: bool) -> None:
    one, two = logs / "one.log", logs / "two.log"
    async with tail_of(tmp_path, hints, one, two) as tail:
        append(one, "of one\n")
        append(two, "of two\n")
        await eventually(lambda: len(tail.lines) == 2)
        exchange(one, two)
        append(two, "more of one\n")
        append(one, "more of two\n")
        await eventually(lambda: len(tail.lines) >= 4)
        assert sorted(tail.lines) == ["more of one", "more of two", "of one", "of two"]


def exchange(one: Path, two: Path) -> None:
    """Swap two names atomically (renameat2, RENAME_EXCHANGE)."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.renameat2(AT_FDCWD, bytes(one), AT_FDCWD, bytes(two), RENAME_EXCHANGE) != 0:
        raise OSError(ctypes.get_errno(), "renameat2")


@case("X9")
@pytest.mark.parametrize("code", [errno.ENOTCONN, errno.ESTALE, errno.EIO, errno.EMFILE], ids=errno.errorcode.get)
async def test_a_mount_that_fails_for_a_while_is_waited_for(
    tmp_path: Path, log: Path, hints: bool, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def failing(real: Any) -> Any:
        def call(path: Any, *rest: Any, **named: Any) -> Any:
            if str(path).startswith(str(log.parent)):
                raise OSError(code, os.strerror(code), str(path))
            return real(path, *rest, **named)

        return call

    async with tail_of(tmp_path, hints, log.parent, scan_interval_s=0.1) as tail:
        append(log, "one\n")
        await tail.gets("one")
        with monkeypatch.context() as patch:
            for name in ("stat", "scandir", "open", "lstat"):
                patch.setattr(os, name, failing(getattr(os, name)))
            await eventually(lambda: any(fact.state == "unreadable" for fact in tail.tailer.facts()))
            await asyncio.sleep(0.3)
        append(log, "two\n")
        await tail.gets("one", "two")
        assert len(tail.of(log)) == 1


@case("X10")
async def test_a_state_directory_that_is_removed_stops_no_line_and_is_told(
    tmp_path: Path, log: Path, hints: bool
) -> None:
    async with tail_of(tmp_path, hints, log, save_interval_s=0.05) as tail:
        append(log, "one\n")
        await tail.gets("one")
        shutil.rmtree(tmp_path / "state")
        append(log, "two\n")
        await tail.gets("one", "two")
        await eventually(lambda: str(tmp_path / "state") in tail.tailer.trouble)
        (tmp_path / "state").mkdir()
        await eventually(lambda: tail.tailer.trouble == "")


@case("X11")
@pytest.mark.parametrize("output", ["/dev/full", "closed", "broken pipe"])
async def test_a_log_of_its_own_that_cannot_be_written_stops_no_line(agent: Agent, output: str) -> None:
    redirected = {"/dev/full": "2>/dev/full", "closed": "2>&-", "broken pipe": "2>&1 | true"}[output]
    agent.through = ["sh", "-c", f'"$@" {redirected}', "sh"]
    agent.launch()
    await eventually(lambda: agent.service.frames, "it publishes")
    LogFile(agent.logs / "app.log").append(["one"])
    await agent.shows(["one"])


@case("X12")
async def test_frames_that_no_service_should_send_disturb_nothing(agent: Agent) -> None:
    await agent.start()
    log = LogFile(agent.logs / "app.log")
    log.append(["one"])
    await agent.shows(log.written)
    socket = agent.service.sockets[-1]
    for text in ("", "[]", "nonsense", '{"type":7}', '{"type":"ack"}', '{"type":"ack","ackId":-1,"success":true}',
                 '{"type":"ack","ackId":1e400,"success":true}', '{"type":"message","sequenceId":"x"}',
                 '{"type":"system","event":"connected"}', "[" * 100_000):  # fmt: skip
        await socket.send_str(text)
    await socket.send_bytes(b"\xff\x00")
    log.append(["two"])
    await agent.shows(log.written)
    assert agent.process.is_running
    assert "Traceback" not in agent.process.output


@case("X13")
async def test_few_descriptors_are_enough_to_connect_and_to_read(agent: Agent) -> None:
    for number in range(200):
        append(agent.logs / f"{number}.log", "old\n")
    agent.through = ["prlimit", "--nofile=32"]
    await agent.start()
    for number in range(200):
        append(agent.logs / f"{number}.log", f"of {number}\n")
    await eventually(lambda: len(agent.receiver.lines) >= 200, timeout_s=60)
    assert sorted(line.text for line in agent.receiver.lines) == sorted(f"of {number}" for number in range(200))


@case("X14")
async def test_a_service_that_acknowledges_twice_and_what_was_never_sent_moves_nothing_too_far(agent: Agent) -> None:
    def generous(frame: dict[str, Any]) -> Any:
        asyncio.get_running_loop().create_task(again(frame))
        return success(frame)

    async def again(frame: dict[str, Any]) -> None:
        for ack_id in (frame["ackId"], frame["ackId"] + 1, frame["ackId"] + 500):
            await agent.service.sockets[-1].send_json({"type": "ack", "ackId": ack_id, "success": True})

    agent.service.replies = generous
    await agent.start()
    log = LogFile(agent.logs / "app.log")
    for first in range(1, 500, 50):
        log.append(numbered(first, first + 49))
        await agent.shows(log.written)
    assert "Traceback" not in agent.process.output
