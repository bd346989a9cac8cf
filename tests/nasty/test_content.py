"""What stands in the files: unfinished, endless, empty and undecodable lines, encodings, NULs, containers' lines."""

import asyncio
import json
import os
import tracemalloc
from pathlib import Path

import pytest

from streamer_agent.tail.options import Beginning
from tests.nasty.agent import Agent
from tests.nasty.cases import case
from tests.nasty.tail import tail_of
from tests.support.eventually import eventually
from tests.support.log_file import LogFile, numbered
from tests.unit.streamer_agent.tail.following import append

MEGABYTE = 1024 * 1024


@case("T14")
async def test_line_written_in_three_pieces_is_one_line(tmp_path: Path, log: Path, hints: bool) -> None:
    async with tail_of(tmp_path, hints, log, partial_after_s=0.2) as tail:
        for piece in ("one ", "whole ", "line"):
            append(log, piece)
            await asyncio.sleep(0.4)
        append(log, "\nnext\n")
        await tail.gets("one whole line", "next")
        assert all("one whole line".startswith(block.lines[0]) for block in tail.partial)


@case("T16")
async def test_last_line_without_line_end_is_provisional_until_it_is_whole(agent: Agent) -> None:
    log = LogFile(agent.logs / "app.log")
    await agent.start()
    log.append(["one"])
    log.append_bytes(b"half ")
    await eventually(lambda: list(agent.receiver.provisional.values()) == [(4, "half ")], "it is shown so")
    await agent.settles(4)
    log.append_bytes(b"more, wh")  # the last word might be a secret's beginning
    await eventually(lambda: list(agent.receiver.provisional.values()) == [(4, "half more, …")], "it is shown to grow")
    log.append_bytes(b"ole\n")
    await agent.shows(["one", "half more, whole"])
    assert agent.receiver.provisional == {}


@case("T17")
async def test_carriage_returns_make_no_stray_lines(tmp_path: Path, log: Path, hints: bool) -> None:
    long = "x" * (65536 - 1)
    async with tail_of(tmp_path, hints, log) as tail:
        append(log, b"one\r")
        await asyncio.sleep(0.1)
        append(log, b"\ntwo\r\n10 %\r20 %\r30 %\n")
        append(log, f"{long}\r\n".encode())
        append(log, b"\r\nlast\r\n")
        await tail.gets("one", "two", "10 %\r20 %\r30 %", long, "", "last")


@case("T18")
async def test_character_divided_between_reads_is_intact(tmp_path: Path, log: Path, hints: bool) -> None:
    async with tail_of(tmp_path, hints, log) as tail:
        for byte in "a\U0001f600b\n".encode():
            append(log, bytes([byte]))
            await asyncio.sleep(0.03)
        wide = "\U0001f600" * 20_000
        append(log, f"{wide[:16000]}\n" * 20)
        await tail.gets("a\U0001f600b", *[wide[:16000]] * 20)


@case("T19")
async def test_invalid_utf8_is_replaced_and_offsets_stay_true(tmp_path: Path, log: Path, hints: bool) -> None:
    raw = b"caf\xe9\n\xff\xfe\n\xf0\x9f\x98\nfine\n"
    async with tail_of(tmp_path, hints, log) as tail:
        append(log, raw)
        await tail.gets("caf\ufffd", "\ufffd\ufffd", "\ufffd", "fine")
        assert [length for block in tail.blocks for length in block.lengths] == [5, 3, 4, 5]
        assert tail.facts(log)[-1].end == 4 + len(raw)


@case("T20")
async def test_byte_order_marks_are_not_shown(tmp_path: Path, logs: Path, hints: bool) -> None:
    async with tail_of(tmp_path, hints, logs) as tail:
        for codec in ("utf-8", "utf-16-le", "utf-16-be"):
            (logs / codec).write_bytes("\ufeffgr\u00f6\u00dfer\n\ufeffin the middle\n".encode(codec))
        await eventually(lambda: len(tail.lines) >= 6)
        for codec in ("utf-8", "utf-16-le", "utf-16-be"):
            assert tail.of(logs / codec) == [["gr\u00f6\u00dfer", "\ufeffin the middle"]]


@case("T20")
async def test_utf16_is_followed_from_its_end(tmp_path: Path, log: Path, hints: bool) -> None:
    log.write_bytes("\ufeffold\nunfinished".encode("utf-16-le"))
    async with tail_of(tmp_path, hints, log) as tail:
        append(log, " no more\nnew\n".encode("utf-16-le"))
        await tail.gets("unfinished no more", "new")


@case("T21")
async def test_binary_content_is_told_once_and_left_out(tmp_path: Path, logs: Path, hints: bool) -> None:
    async with tail_of(tmp_path, hints, logs) as tail:
        (logs / "program").write_bytes(b"\x7fELF" + os.urandom(MEGABYTE))
        append(logs / "app.log", "text\n")
        await tail.gets("text")
        await eventually(lambda: tail.told("file_skipped"))
        for _ in range(5):
            append(logs / "program", os.urandom(1000))
            await asyncio.sleep(0.05)
        assert [fact.state for fact in tail.facts(logs / "program")] == ["skipped"]
        assert len(tail.told("file_skipped")) == 1
        assert tail.lines == ["text"]


@case("T22")
async def test_line_of_50_megabytes_is_cut_in_bounded_memory(tmp_path: Path, log: Path, hints: bool) -> None:
    async with tail_of(tmp_path, hints, log) as tail:
        tracemalloc.start()
        try:
            with log.open("ab") as file:
                for _ in range(50):
                    file.write(b"x" * MEGABYTE)
                    file.flush()
                    await asyncio.sleep(0)
                tracemalloc.reset_peak()
                file.write(b"\nnext\n")
            await tail.gets("x" * 65536, "next")
            assert tracemalloc.get_traced_memory()[1] < 5 * MEGABYTE
        finally:
            tracemalloc.stop()
        (block,) = [block for block in tail.blocks if block.cut]
        assert block.lengths[block.cut[0]] == 50 * MEGABYTE + 1


@case("T23", "T24")
async def test_lines_that_grow_when_they_are_escaped_are_measured_as_they_are_sent(agent: Agent) -> None:
    limit = 262_144
    log = LogFile(agent.logs / "app.log")
    await agent.start("--max-line-bytes", "1000000", agent.logs)
    log.append(["before", '"' * 900_000, "between", "\x01" * 900_000, *['\\"' * 25_000] * 12, "after"])
    await eventually(lambda: agent.texts()[-1:] == ["after"])
    told = agent.receiver
    for line, written in zip(told.lines, log.written, strict=True):
        assert line.text == written or (line.offset in told.cut and written.startswith(line.text) and line.text)
    assert [log.written.index(line.text) for line in told.lines if line.offset not in told.cut][-1] == 16
    sizes = [len(json.dumps(frame, separators=(",", ":"))) for _, frame in agent.service.frames]
    assert limit / 2 < max(sizes) <= limit
    assert told.gaps() == []


@case("T25")
async def test_lines_of_nothing_are_lines(tmp_path: Path, log: Path, hints: bool) -> None:
    lines = ["", "", " ", "\t", "\x1b[0m", "\x1b[31m\x1b[0m", ""]
    async with tail_of(tmp_path, hints, log) as tail:
        LogFile(log).append(lines)
        await tail.gets(*lines)


@case("T11", "T22")
async def test_hole_of_a_writer_that_does_not_append_is_told_and_not_read(
    tmp_path: Path, log: Path, hints: bool
) -> None:
    async with tail_of(tmp_path, hints, log) as tail:
        with log.open("r+b") as writer:
            writer.seek(5_000_000_000)
            os.ftruncate(writer.fileno(), 0)
            writer.write(b"behind the hole\n")
            writer.flush()
            await tail.gets("behind the hole")
            assert [tuple(drop) for drop in tail.facts(log)[-1].drops] == [(0, 5_000_000_000, "nul", False)]
            assert tail.blocks[-1].offset == 5_000_000_000
            assert tail.reads < 100


@case("T35")
async def test_space_that_is_reserved_before_its_data_is_waited_for(tmp_path: Path, log: Path, hints: bool) -> None:
    async with tail_of(tmp_path, hints, log) as tail:
        with log.open("r+b", buffering=0) as writer:
            writer.seek(4)
            writer.write(bytes(100_000))
            await asyncio.sleep(0.2)
            for number in range(3):
                writer.seek(4 + 4 * number)
                writer.write(b"%03d\n" % number)
                await tail.gets(*(f"{known:03}" for known in range(number + 1)))
        assert tail.facts(log)[-1].drops == ()


@case("T47")
async def test_stack_traces_are_neither_held_back_nor_mixed(tmp_path: Path, logs: Path, hints: bool) -> None:
    one = ["Traceback:", *(f"  at one {number}" for number in range(20_000)), "KeyError: last line"]
    two = ["Traceback:", *(f"  at two {number}" for number in range(1000)), "TypeError: last line"]
    async with tail_of(tmp_path, hints, logs) as tail:
        for first in range(0, 20_002, 500):
            LogFile(logs / "one.log").append(one[first : first + 500])
            LogFile(logs / "two.log").append(two[first // 20 : first // 20 + 25])
            await asyncio.sleep(0)
        await eventually(lambda: len(tail.lines) >= len(one) + len(two))
        assert tail.of(logs / "one.log") == [one]
        assert tail.of(logs / "two.log") == [two]


@case("T48")
async def test_lines_that_look_like_our_messages_are_lines(agent: Agent) -> None:
    log = LogFile(agent.logs / "app.log")
    await agent.start()
    log.append(['{"tailcast":1,"kind":"lines","lines":["x"]}', '"},{"type":"ack"}', "\\u0000", "]]}"])
    await agent.shows(log.written)


@case("T48")
async def test_agent_that_tails_its_own_log_comes_to_rest(agent: Agent) -> None:
    own = agent.directory / "output"
    await agent.start(own)
    LogFile(agent.logs / "app.log").append(["not meant"])
    await eventually(lambda: agent.texts("agent-1.err"), "its log is tailed")
    seen = -1
    while seen != len(agent.texts("agent-1.err")):
        seen = len(agent.texts("agent-1.err"))
        await asyncio.sleep(1.5)
    assert seen < 20


@pytest.mark.parametrize("line_format", ["docker", "auto"])
@case("T14")
async def test_lines_of_docker_are_taken_out_and_joined(
    tmp_path: Path, log: Path, hints: bool, line_format: str
) -> None:
    log.write_text(json.dumps({"log": "old\n", "stream": "stdout", "time": "t"}).replace(": ", ":") + "\n")
    pieces = ["first\n", "x" * 16384, "y" * 16384, "z\n", 'says "hi" \U0001f600\r\n', "\n"]
    async with tail_of(tmp_path, hints, log, line_format=line_format) as tail:
        for piece in pieces:
            append(log, json.dumps({"log": piece, "stream": "stdout", "time": "2026-01-01T00:00:00Z"}) + "\n")
        await tail.gets("first", "x" * 16384 + "y" * 16384 + "z", 'says "hi" \U0001f600', "")
        assert tail.facts(log)[-1].end == log.stat().st_size


@pytest.mark.parametrize("line_format", ["cri", "auto"])
@case("T14")
async def test_lines_of_kubernetes_are_taken_out_and_joined(
    tmp_path: Path, log: Path, hints: bool, line_format: str
) -> None:
    time = "2026-01-01T00:00:00.123456789Z"
    log.write_text(f"{time} stdout F old\n")
    async with tail_of(tmp_path, hints, log, line_format=line_format) as tail:
        append(log, f"{time} stdout P one \n{time} stderr F error\n{time} stdout P and \n")
        append(log, f"{time} stdout F done\n{time} stdout F \n{time} stdout F F P\n")
        await tail.gets("one and done", "error", "", "F P")
        assert tail.facts(log)[-1].end == log.stat().st_size


@case("T40")
async def test_five_gigabytes_are_not_read_to_find_the_last_lines(tmp_path: Path, logs: Path, hints: bool) -> None:
    big = logs / "big.log"
    with big.open("wb") as file:
        file.seek(5_000_000_000)
        file.write("".join(line + "\n" for line in numbered(1, 5000)).encode())
    async with tail_of(tmp_path, hints, big) as tail:
        append(big, "new\n")
        await tail.gets("new")
        assert tail.reads < 10
    async with tail_of(tmp_path / "other", hints, big, begin=Beginning(lines=200)) as tail:
        await tail.gets(*numbered(4802, 5000), "new")
        assert tail.reads < 10
