"""Every line reaches the reader once and in order, or the reader can name the bytes that are missing."""

import pytest

from tests.support.eventually import eventually
from tests.support.log_file import LogFile, numbered
from tests.support.reader import Reader
from tests.support.system import System

TOTAL = 10_000
NAMES = ("a.log", "b.log", "c.log")
ROUNDS = 10


def write_round(files: list[LogFile], number: int) -> None:
    """Append this round's share of `TOTAL` lines to each file; after `ROUNDS` rounds all are written."""
    for index, file in enumerate(files):
        share = TOTAL // len(files) + (1 if index < TOTAL % len(files) else 0)
        first, last = share * number // ROUNDS + 1, share * (number + 1) // ROUNDS
        file.append(numbered(first, last, file.path.name))


def assert_all_in_order(reader: Reader, files: list[LogFile]) -> None:
    for file in files:
        assert reader.receiver.texts(file.path.name) == file.written
    assert reader.gaps() == []


def assert_each_once_or_in_a_gap(reader: Reader, file: LogFile) -> None:
    """Every line came once, in order, or lies whole inside a gap that the reader names."""
    gaps = [(gap.start, gap.end) for gap in reader.gaps(file.path.name)]
    expected, offset = [], 0
    for line in file.written:
        end = offset + len(line) + 1
        if not any(start <= offset and end <= stop for start, stop in gaps):
            expected.append(line)
        offset = end
    assert reader.receiver.texts(file.path.name) == expected


async def caught_up(reader: Reader, files: list[LogFile]) -> None:
    """Wait until a status says that every byte of the files was acknowledged."""

    def is_level() -> bool:
        return all(reader.acked(file.path.name) == file.path.stat().st_size for file in files)

    await eventually(is_level, "the agent says that it is level with its files", timeout_s=60, step_s=0.05)


async def test_ten_thousand_lines_of_three_files_arrive_in_order(system: System, reader: Reader) -> None:
    await system.agent(system.log_directory)
    files = [system.log_file(name) for name in NAMES]
    for number in range(ROUNDS):
        write_round(files, number)
    await reader.lines(TOTAL)
    assert_all_in_order(reader, files)


async def test_each_line_arrives_once_although_the_agent_is_killed_again_and_again(
    system: System, reader: Reader
) -> None:
    agent = await system.agent(system.log_directory)
    files = [system.log_file(name) for name in NAMES]
    for number in range(ROUNDS):
        write_round(files, number)
        if number % 2:
            await reader.more_lines()
            agent.kill()  # mid-stream: more of this round is on its way
            agent = await system.agent(system.log_directory)
    await reader.lines(TOTAL)
    assert_all_in_order(reader, files)


async def test_stopped_agent_delivers_what_it_read_and_the_next_one_continues(system: System, reader: Reader) -> None:
    agent = await system.agent(system.log_directory)
    file = system.log_file()
    file.append(numbered(1, 1000))
    await reader.lines(1)
    assert await agent.stop() == 0
    file.append(numbered(1001, 2000))
    await system.agent(system.log_directory)
    await reader.lines(2000)
    assert_all_in_order(reader, [file])
    assert reader.receiver.repeats == 0
    await eventually(lambda: len(reader.receiver.restarts) == 1, "the restart is told")


async def test_two_agents_with_files_of_the_same_name_stay_apart(system: System, reader: Reader) -> None:
    one, two = system.directory / "one", system.directory / "two"
    files = []
    for name, directory in (("one", one), ("two", two)):
        directory.mkdir()
        await system.agent(directory, name=name)
        files.append(LogFile(directory / "app.log"))
        files[-1].append(numbered(1, 500, name))
    await reader.lines(1000)
    assert [reader.receiver.texts(str(file.path)) for file in files] == [file.written for file in files]
    assert len({line.agent for line in reader.receiver.lines}) == 2


async def test_second_reader_comes_in_late_without_a_gap(system: System, reader: Reader) -> None:
    await system.agent(system.log_directory)
    file = system.log_file()
    file.append(numbered(1, 100))
    await reader.lines(100)
    async with system.reader() as late:
        file.append(numbered(101, 200))
        assert await late.lines(100) == numbered(101, 200)
        assert late.gaps() == []


async def test_reader_that_was_away_names_the_gap(system: System, reader: Reader) -> None:
    await system.agent(system.log_directory)
    file = system.log_file()
    file.append(numbered(1, 100))
    await reader.lines(100)
    async with system.reader() as witness:
        await reader.pause()
        file.append(numbered(101, 200))
        await witness.lines(100)
        await reader.join()
        file.append(numbered(201, 300))
        await reader.lines(200)
    lost = len(numbered(1, 1)[0]) + 1
    assert [(gap.start, gap.end) for gap in reader.gaps()] == [(100 * lost, 200 * lost)]
    assert_each_once_or_in_a_gap(reader, file)


@pytest.mark.restarts
async def test_each_line_arrives_once_or_in_a_named_gap_across_restarts_of_the_emulator(
    system: System, reader: Reader
) -> None:
    await system.agent(system.log_directory)
    files = [system.log_file(name) for name in NAMES]
    for number in range(ROUNDS):
        write_round(files, number)
        if number in (2, 5):
            await reader.more_lines()
            await system.restart_emulator()
    await caught_up(reader, files)
    for file in files:
        assert_each_once_or_in_a_gap(reader, file)


@pytest.mark.restarts
async def test_reader_that_is_back_after_the_agent_names_what_it_missed(system: System, reader: Reader) -> None:
    await system.agent(system.log_directory)
    file = system.log_file()
    file.append(numbered(1, 500))
    await reader.lines(500)
    await reader.pause()
    await system.restart_emulator()
    async with system.reader() as witness:
        file.append(numbered(501, 1000))
        await witness.more_lines()
        await reader.join()
        file.append(numbered(1001, 1500))
        await caught_up(reader, [file])
    assert reader.gaps() != []
    assert_each_once_or_in_a_gap(reader, file)


@pytest.mark.restarts
async def test_no_gap_when_the_reader_is_back_before_the_agent(system: System, reader: Reader) -> None:
    agent = await system.agent(system.log_directory)
    files = [system.log_file(name) for name in NAMES]
    for number in range(ROUNDS):
        write_round(files, number)
        if number == ROUNDS // 2:
            await reader.lines(1)
            with agent.frozen():
                await system.restart_emulator()
                await eventually(lambda: reader.joins == 2, "the reader is back")
    await reader.lines(TOTAL)
    assert_all_in_order(reader, files)
