"""Files in all their lives: rotated, truncated, made anew, late, and standard input."""

import pytest

from tests.support.eventually import eventually
from tests.support.log_file import LogFile, numbered
from tests.support.reader import Reader
from tests.support.system import System


def epochs(reader: Reader) -> list[int]:
    return sorted({line.epoch for line in reader.receiver.lines})


async def tailed(system: System, reader: Reader, count: int = 10) -> LogFile:
    """A file that the agent follows, of which the reader has the first lines."""
    file = system.log_file()
    file.append(numbered(1, count))
    await reader.lines(count)
    return file


async def test_existing_file_is_followed_from_its_end(system: System, reader: Reader) -> None:
    file = system.log_file()
    file.append(numbered(1, 100))
    await system.agent(system.log_directory)
    await reader.settled("app.log")
    file.append(numbered(101, 110))
    assert await reader.lines(10) == numbered(101, 110)
    assert reader.gaps() == []


async def test_new_file_in_a_watched_directory_is_read_from_its_beginning(system: System, reader: Reader) -> None:
    system.log_file("first.log").path.touch()
    await system.agent(system.log_directory)
    await reader.settled("first.log")
    deep = system.log_directory / "deep" / "er"
    deep.mkdir(parents=True)
    LogFile(deep / "new.log").append(numbered(1, 100))
    assert await reader.lines(100, "deep/er/new.log") == numbered(1, 100)


async def test_glob_takes_the_files_that_match_now_and_later(system: System, reader: Reader) -> None:
    system.log_file("a.log").path.touch()
    await system.agent(system.log_directory / "*.log")
    await reader.settled("a.log")
    system.log_file("b.txt").append(["not this"])
    system.log_file("b.log").append(["but this"])
    assert await reader.lines(1) == ["but this"]


@pytest.mark.parametrize("rotate", ["rename_rotate", "copy_truncate", "recreate"])
async def test_rotation_begins_a_new_epoch_and_loses_nothing(system: System, reader: Reader, rotate: str) -> None:
    agent = await system.agent(system.log_directory / "app.log")
    file = await tailed(system, reader)
    getattr(file, rotate)()
    file.append(numbered(11, 20))
    assert await reader.lines(20) == numbered(1, 20)
    assert reader.gaps() == []
    assert len(epochs(reader)) == 2
    assert agent.is_running


async def test_renamed_file_is_read_to_its_end(system: System, reader: Reader) -> None:
    await system.agent(system.log_directory / "app.log")
    file = await tailed(system, reader)
    with file.path.open("ab") as writer:  # a program that has not reopened its log yet
        file.rename_rotate()
        writer.write(b"written after the rename\n")
    file.append(["in the new file"])
    await reader.lines(12)
    epoch = {line.text: line.epoch for line in reader.receiver.lines}
    assert epoch["written after the rename"] == epoch[numbered(1, 1)[0]] < epoch["in the new file"]


async def test_rotation_while_the_agent_was_down_loses_no_line_of_the_new_file(system: System, reader: Reader) -> None:
    agent = await system.agent(system.log_directory / "app.log")
    file = await tailed(system, reader)
    await agent.stop()
    file.recreate()
    file.append(numbered(11, 20))
    await system.agent(system.log_directory / "app.log")
    assert await reader.lines(20) == numbered(1, 20)
    assert len(epochs(reader)) == 2


async def test_file_truncated_to_less_than_was_read_begins_anew(system: System, reader: Reader) -> None:
    await system.agent(system.log_directory / "app.log")
    file = await tailed(system, reader, 100)
    file.path.write_text("".join(line + "\n" for line in numbered(101, 110)))
    assert await reader.lines(110) == numbered(1, 110)
    assert len(epochs(reader)) == 2


async def test_standard_input_is_streamed_and_its_end_ends_the_agent(system: System, reader: Reader) -> None:
    agent = system.launch_agent("-", stdin=True)
    agent.write(b"one\ntwo\n")
    assert await reader.lines(2) == ["one", "two"]
    agent.write(b"three, without a line end")
    agent.end_input()
    assert await reader.lines(3) == ["one", "two", "three, without a line end"]
    assert await agent.ended() == 0


async def test_binary_and_compressed_files_are_left_out_and_said_once(system: System, reader: Reader) -> None:
    agent = await system.agent(system.log_directory)
    binary, compressed = system.log_directory / "core", system.log_directory / "app.log.1.gz"
    binary.write_bytes(bytes(range(256)) * 64)
    compressed.write_bytes(b"\x1f\x8b\x08\x00" + bytes(200))
    await eventually(lambda: len(agent.events("file_skipped")) == 2, "both are said to be left out")
    system.log_file().append(["text"])
    assert await reader.lines(1) == ["text"]
    assert sorted(event["path"] for event in agent.events("file_skipped")) == [str(compressed), str(binary)]
    await reader.settled("core", "skipped")
