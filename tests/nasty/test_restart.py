"""What happens to files while the agent is down, ended in good order or killed."""

import os
import shutil
import signal
from pathlib import Path

from streamer_agent.tail.fingerprint import Identity
from streamer_agent.tail.saved_form import decoded
from streamer_agent.tail.store import STATE
from tests.nasty.agent import Agent
from tests.nasty.cases import case
from tests.support.log_file import LogFile, numbered
from tests.unit.streamer_agent.tail.following import saved_form


def rewrite_identity(state: Path, log: Path, device: int | None = None) -> None:
    """Let the saved position of `log` name the file that is there now: an inode cannot be had at will."""
    checkpoint = decoded((state / STATE).read_bytes())
    facts = log.stat()
    for position in checkpoint.positions.values():
        if position.path == str(log):
            position.identity = Identity(device or facts.st_dev, facts.st_ino)
    (state / STATE).write_bytes(saved_form(checkpoint))


async def read_and_ended(agent: Agent, ending: signal.Signals, *lines: str) -> LogFile:
    """A file that was read and acknowledged, and an agent that is down."""
    log = LogFile(agent.logs / "app.log")
    await agent.start()
    log.append(lines)
    await agent.shows(log.written)
    await agent.saves(log.path.stat().st_size)
    await agent.end(ending)
    return log


@case("T1")
async def test_inode_of_a_smaller_file_is_read_from_its_beginning(agent: Agent, ending: signal.Signals) -> None:
    log = await read_and_ended(agent, ending, *numbered(1, 50_000, width=20))
    log.path.unlink()
    LogFile(log.path).append(["new 1", "new 2"])
    rewrite_identity(agent.state, log.path)
    await agent.start()
    await agent.shows([*log.written, "new 1", "new 2"])


@case("T2")
async def test_inode_of_a_larger_file_is_read_from_its_beginning(agent: Agent, ending: signal.Signals) -> None:
    log = await read_and_ended(agent, ending, "one", "two")
    log.path.unlink()
    fresh = LogFile(log.path)
    fresh.append(numbered(1, 1000))
    rewrite_identity(agent.state, log.path)
    await agent.start()
    await agent.shows(log.written + fresh.written)


@case("T2", "T10")
async def test_same_beginning_and_larger_is_told_apart_by_what_was_read_last(
    agent: Agent, ending: signal.Signals
) -> None:
    banner = ["# " + "=" * 78] * 100
    log = await read_and_ended(agent, ending, *banner, "one", "two")
    log.path.write_text("")
    fresh = LogFile(log.path)
    fresh.append([*banner, *numbered(1, 1000)])
    await agent.start()
    await agent.shows(log.written + fresh.written)


@case("T12")
async def test_copytruncate_while_down_loses_nothing_and_reading_goes_on(agent: Agent, ending: signal.Signals) -> None:
    log = await read_and_ended(agent, ending, *numbered(1, 10))
    log.append(numbered(11, 20))
    log.copy_truncate()
    log.append(numbered(21, 30))
    await agent.start()
    log.append(numbered(31, 40))
    await agent.shows(log.written)
    assert agent.texts("app.log.1") == []
    assert agent.gaps() == []
    log.copy_truncate(".2")
    log.append(numbered(41, 50))
    await agent.shows(log.written)


@case("T12")
async def test_truncation_while_down_is_told_although_nobody_saw_what_it_took(
    agent: Agent, ending: signal.Signals
) -> None:
    log = await read_and_ended(agent, ending, "one")
    log.append(["never seen"])
    os.truncate(log.path, 0)
    LogFile(log.path).append(["three"])
    await agent.start()
    await agent.shows(["one", "three"])
    await agent.settles(6)
    assert [place[3:] for place in agent.receiver.unknown()] == [(4, "truncated")]


@case("T15")
async def test_unfinished_line_over_a_restart_is_one_whole_line(agent: Agent, ending: signal.Signals) -> None:
    log = await read_and_ended(agent, ending, "one")
    await agent.start()
    log.append_bytes(b"beg")
    await agent.settles(4)
    await agent.end(ending)
    log.append_bytes(b"un\n")
    await agent.start()
    await agent.shows(["one", "begun"])
    assert agent.gaps() == []


@case("T20")
async def test_utf16_goes_on_in_the_middle(agent: Agent, ending: signal.Signals) -> None:
    for codec in ("utf-16-le", "utf-16-be"):
        (agent.logs / f"{codec}.log").touch()
    await agent.start()
    for codec in ("utf-16-le", "utf-16-be"):
        with (agent.logs / f"{codec}.log").open("ab") as file:
            file.write("\ufeffeins\nzw\u00f6lf \U0001f600\r\n\u0a00\u000a\u0a0a".encode(codec))
    for codec in ("utf-16-le", "utf-16-be"):
        await agent.shows(["eins", "zw\u00f6lf \U0001f600", "\u0a00"], f"{codec}.log")
        await agent.settles((agent.logs / f"{codec}.log").stat().st_size - 2, f"{codec}.log")
    await agent.end(ending)
    for codec in ("utf-16-le", "utf-16-be"):
        with (agent.logs / f"{codec}.log").open("ab") as file:
            file.write("x\ndrei\n".encode(codec))
    await agent.start()
    for codec in ("utf-16-le", "utf-16-be"):
        await agent.shows(["eins", "zw\u00f6lf \U0001f600", "\u0a00", "\u0a0ax", "drei"], f"{codec}.log")


@case("T36")
async def test_other_device_number_after_a_restart_repeats_nothing(agent: Agent, ending: signal.Signals) -> None:
    log = await read_and_ended(agent, ending, "one")
    rewrite_identity(agent.state, log.path, device=4711)
    log.append(["two"])
    await agent.start()
    await agent.shows(log.written)
    assert agent.receiver.repeats == 0


@case("T41")
async def test_lines_that_were_sent_and_not_saved_come_again_under_the_same_identity(agent: Agent) -> None:
    log = LogFile(agent.logs / "app.log")
    for first in range(1, 1000, 200):
        await agent.start()
        log.append(numbered(first, first + 199))
        # The connection has it, and nothing says that the position is saved.
        await agent.shows(log.written)
        await agent.end(signal.SIGKILL)
    await agent.start()
    log.append(["last"])
    await agent.shows(log.written)


@case("T46")
async def test_input_that_is_taken_away_and_given_back_goes_on_where_it_was(
    agent: Agent, ending: signal.Signals
) -> None:
    log = await read_and_ended(agent, ending, "one")
    (agent.logs / "other.log").touch()
    await agent.start(agent.logs / "other.log")
    log.append(["while nobody looked"])
    LogFile(agent.logs / "other.log").append(["other"])
    await agent.shows(["other"], "other.log")
    await agent.end(ending)
    await agent.start()
    await agent.shows(log.written)


@case("T4", "T7")
async def test_generations_that_came_while_it_was_down_are_read_in_order(agent: Agent, ending: signal.Signals) -> None:
    log = await read_and_ended(agent, ending, "one")
    log.append(["two"])
    for generation in range(3):
        for number in range(generation, 0, -1):
            shutil.move(f"{log.path}.{number}", f"{log.path}.{number + 1}")
        log.rename_rotate()
        log.append(numbered(generation * 10, generation * 10 + 9))
    await agent.start(agent.logs / "app.log")
    await agent.shows(log.written)
    assert agent.gaps() == []
