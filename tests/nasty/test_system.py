"""Where the system does not play along: names, links, devices, limits, hints that fail, mounts and clocks that lie."""

import asyncio
import mmap
import os
import shutil
import stat
import time
from pathlib import Path
from typing import Any

import pytest

from streamer_agent.tail.hints import Hints
from tests.e2e.test_bad_agent_input import WITHOUT_POWERS
from tests.nasty.agent import Agent
from tests.nasty.cases import case
from tests.nasty.tail import tail_of
from tests.support.eventually import eventually
from tests.support.log_file import LogFile, numbered
from tests.unit.streamer_agent.tail.following import append


@case("T29")
async def test_what_is_no_file_blocks_nothing(tmp_path: Path, logs: Path, hints: bool) -> None:
    os.mkfifo(logs / "pipe.log")
    (logs / "dangling.log").symlink_to("nowhere")
    (logs / "loop.log").symlink_to("loop.log")
    (logs / "zero.log").symlink_to("/dev/zero")
    (logs / "directory.log").mkdir()
    async with tail_of(tmp_path, hints, f"{logs}/*.log", logs / "zero.log", logs / "loop.log") as tail:
        append(logs / "app.log", "one\n")
        await tail.gets("one")
        (logs / "nowhere").write_text("two\n")
        await tail.gets("one", "two")
        states = {fact.path: fact.state for fact in tail.tailer.facts()}
        assert states[str(logs / "zero.log")] == "skipped"
        assert states[str(logs / "loop.log")] == "unreadable"


@case("T31")
@pytest.mark.parametrize(
    "name",
    ["with space", "new\nline", "100% %s %d", "\U0001f600", "caf\udce9", "x" * 251, "<img src=x onerror=alert(1)>"],
    ids=["space", "newline", "percent", "emoji", "undecodable", "long", "markup"],
)
async def test_any_name_is_followed_and_told(agent: Agent, name: str) -> None:
    path = agent.logs / f"{name}.log"
    await agent.start()
    append(path, "one\n")
    await eventually(lambda: [line.text for line in agent.receiver.lines] == ["one"])
    (told,) = {line.source for line in agent.receiver.lines}
    label = agent.receiver.paths[agent.receiver.lines[0].agent, told]
    assert label.isprintable()
    assert label.endswith(".log")


@case("T32")
async def test_thousands_of_files_under_a_low_limit_of_descriptors(agent: Agent) -> None:
    many = 10_000 if "NASTY_FULL" in os.environ else 2000
    for number in range(many):
        (agent.logs / f"{number}.log").touch()
    agent.through = ["prlimit", "--nofile=256"]
    await agent.start()
    for number in range(many):
        append(agent.logs / f"{number}.log", f"of {number}\n")
    wanted = [f"of {number}" for number in range(many)]
    await eventually(lambda: len(agent.receiver.lines) >= len(wanted), timeout_s=30)
    assert sorted(line.text for line in agent.receiver.lines) == sorted(wanted)
    assert len(os.listdir(f"/proc/{agent.process.pid}/fd")) < 256


@case("T33")
async def test_more_changes_than_the_kernel_queues_hints_for_cost_no_line(
    tmp_path: Path, logs: Path, hints: bool
) -> None:
    limit = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
    files = [logs / "a.log", logs / "b.log"]
    for file in files:
        file.touch()
    async with tail_of(tmp_path, hints, logs) as tail:
        # Equal events in a row are one, so two files take turns; nobody reads the queue meanwhile.
        with files[0].open("a", buffering=1) as one, files[1].open("a", buffering=1) as two:
            for number in range(limit // 2 + 100):
                one.write(f"{number}\n")
                two.write(f"{number}\n")
        append(logs / "c.log", "made after the overflow\n")
        await eventually(lambda: len(tail.lines) >= limit + 201)
        assert tail.of(files[0]) == [[str(number) for number in range(limit // 2 + 100)]]
        assert tail.of(logs / "c.log") == [["made after the overflow"]]
        await eventually(lambda: bool(tail.told("hints_overflowed")) is hints)


@case("T34")
async def test_lines_come_with_the_next_look_where_hints_stop_or_never_were(
    tmp_path: Path, log: Path, hints: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with tail_of(tmp_path, hints, log.parent, scan_interval_s=0.1) as tail:
        append(log, "one\n")
        await tail.gets("one")
        monkeypatch.setattr(Hints, "_tell_written", lambda *_: None)
        monkeypatch.setattr(Hints, "_lost", lambda *_: None)
        with log.open("a") as writer:
            for text in ("two", "three", "four"):
                print(text, file=writer, flush=True)
                await eventually(lambda text=text: tail.lines[-1] == text)  # type: ignore[misc]


@case("T34")
async def test_lines_that_are_written_without_a_hint_come_with_the_next_look(
    tmp_path: Path, log: Path, hints: bool
) -> None:
    # The size of a mapped file changes first; what is written into it then changes neither size nor gives a hint.
    async with tail_of(tmp_path, hints, log.parent, scan_interval_s=0.1) as tail:
        with log.open("r+b") as writer:
            os.truncate(log, 4 + 8)
            with mmap.mmap(writer.fileno(), 4 + 8) as mapped:
                mapped[4:12] = b"mapped!\n"
                await tail.gets("mapped!")


@case("T35")
async def test_stale_handle_is_opened_again_without_a_storm(
    tmp_path: Path, log: Path, hints: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = 0

    def stale(*_: Any) -> bytes:
        nonlocal calls
        calls += 1
        raise OSError(116, "Stale file handle")

    monkeypatch.setattr("streamer_agent.tail.lives._RETRY_S", 0.3)
    async with tail_of(tmp_path, hints, log, scan_interval_s=0.1) as tail:
        append(log, "one\n")
        await tail.gets("one")
        with monkeypatch.context() as patch:
            patch.setattr(os, "pread", stale)
            append(log, "two\n")
            await eventually(lambda: tail.facts(log)[-1].state == "unreadable")
            await asyncio.sleep(0.5)
            assert calls < 20
        await tail.gets("one", "two")
        assert tail.facts(log)[-1].state == "tailing"


@case("T35", "T37")
@pytest.mark.parametrize("hours", [-2, 1, 24 * 365 * 10], ids=["two hours back", "one hour off", "years ahead"])
async def test_times_of_files_decide_nothing(tmp_path: Path, log: Path, hints: bool, hours: int) -> None:
    lying = time.time() + hours * 3600
    async with tail_of(tmp_path, hints, log) as tail:
        for number in range(5):
            append(log, f"{number}\n")
            os.utime(log, (lying, lying))
            await tail.gets(*map(str, range(number + 1)))
        shutil.move(log, log.with_name("app.log.1"))
        append(log, "fresh\n")
        os.utime(log, (lying, lying))
        await tail.gets(*map(str, range(5)), "fresh")


@case("T37")
async def test_clock_that_jumps_back_between_rotations_nobody_saw_hides_none(
    tmp_path: Path, log: Path, hints: bool
) -> None:
    async with tail_of(tmp_path, hints, log) as tail:
        append(log, "seen\n")
        await tail.gets("seen")
        for hours, text in ((-2, "one"), (-4, "two"), (-3, "three")):
            for number in (2, 1):
                if (older := log.with_name(f"app.log.{number}")).exists():
                    older.rename(log.with_name(f"app.log.{number + 1}"))
            log.rename(log.with_name("app.log.1"))
            append(log, f"{text}\n")
            past = time.time() + hours * 3600
            os.utime(log, (past, past))
        await tail.gets("seen", "one", "two", "three")


@case("T43")
async def test_state_volume_that_fails_keeps_no_line_back(
    tmp_path: Path, log: Path, hints: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    async with tail_of(tmp_path, hints, log, save_interval_s=0.05) as tail:
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", full)
            for number in range(3):
                append(log, f"{number}\n")
                await tail.gets(*map(str, range(number + 1)))
            await eventually(lambda: "No space left" in tail.tailer.trouble)
        await eventually(lambda: tail.tailer.trouble == "")
        assert len(tail.told("saving_failed")) == 1


@case("T45")
async def test_second_agent_on_a_state_directory_refuses_and_names_the_first(agent: Agent) -> None:
    await agent.start()
    first = agent.process
    second = agent.launch()
    assert await second.ended() == 4
    assert f"in use by process {first.pid}" in second.output
    assert first.is_running
    LogFile(agent.logs / "app.log").append(numbered(1, 3))
    await agent.shows(numbered(1, 3))


@case("T27")
async def test_file_without_permission_is_told_once_with_a_remedy_and_read_after_chmod(agent: Agent) -> None:
    log = LogFile(agent.logs / "app.log")
    log.append(["before"])
    log.path.chmod(0)
    agent.through = WITHOUT_POWERS if os.geteuid() == 0 else []
    await agent.start()
    await eventually(lambda: [facts["state"] for facts in agent.facts()] == ["unreadable"])
    assert "setfacl" in agent.facts()[0]["detail"]
    LogFile(agent.logs / "other.log").append(["others are not disturbed"])
    await agent.shows(["others are not disturbed"], "other.log")
    log.path.chmod(0o600)
    log.append(["after"])
    await eventually(lambda: agent.texts()[-1:] == ["after"])
    assert [told["path"] for told in agent.process.events("file_unreadable")] == [str(log.path)]


@case("T28")
async def test_state_directory_that_is_a_file_is_named_and_running_without_is_asked_for(agent: Agent) -> None:
    agent.state.write_text("")
    refused = agent.launch()
    assert await refused.ended() == 4
    assert str(agent.state) in refused.output
    await agent.start("--no-resume", agent.logs)
    LogFile(agent.logs / "app.log").append(["one"])
    await agent.shows(["one"])
    assert stat.S_ISREG(agent.state.stat().st_mode)
