"""Rotation in every form while the tail runs: renamed, copied, truncated, compressed, removed, late."""

import asyncio
import gzip
import os
import shutil
import time
from pathlib import Path

import pytest

from tests.nasty.cases import case
from tests.nasty.tail import Tail, tail_of
from tests.support.eventually import eventually
from tests.support.log_file import LogFile, numbered

FULL = "NASTY_FULL" in os.environ
"""Whether cases last as long as they did in the field."""


def shift(log: Path) -> None:
    """Rename app.log.1 to app.log.2 and so on, as logrotate does first."""
    numbers = sorted((int(path.suffix[1:]) for path in log.parent.glob(f"{log.name}.*")), reverse=True)
    for number in numbers:
        log.with_name(f"{log.name}.{number}").rename(log.with_name(f"{log.name}.{number + 1}"))


def lost_nothing(tail: Tail, log: Path) -> bool:
    return not any(facts.gaps for facts in tail.facts(log))


@case("T3")
async def test_files_with_the_same_first_bytes_stay_apart(tmp_path: Path, logs: Path, hints: bool) -> None:
    banner = ["#" * 79] * 60
    files = [LogFile(logs / name) for name in ("a.log", "app.log", "app.log.1")]
    async with tail_of(tmp_path, hints, logs) as tail:
        for file in files:
            file.append([*banner, f"first of {file.path.name}"])
        for file in files:
            file.append([f"second of {file.path.name}"])
        await eventually(lambda: len(tail.lines) >= 3 * 62)
        assert [tail.of(file.path) for file in files] == [[file.written] for file in files]


@case("T4")
async def test_swapped_files_both_begin_at_their_first_line(tmp_path: Path, logs: Path, hints: bool) -> None:
    one, two = logs / "test1.log", logs / "test2.log"
    async with tail_of(tmp_path, hints, logs, max_open_files=1) as tail:
        one.write_text("old one\n")
        two.write_text("old two\n")
        await tail.gets("old one", "old two")
        # In one instant test2 has the inode of test1, with content of its own, and test1 is a new file.
        one.rename(two)
        two.write_text("first line of the new test2\n")
        one.write_text("first line of the new test1\n")
        await eventually(lambda: len(tail.lines) >= 4)
        assert sorted(tail.lines[2:]) == ["first line of the new test1", "first line of the new test2"]


@case("T5")
async def test_late_lines_of_a_renamed_file_come_under_its_epoch(tmp_path: Path, log: Path, hints: bool) -> None:
    pause_s = 1.0 if FULL else 0.05
    async with tail_of(tmp_path, hints, log) as tail:
        with log.open("a", buffering=1) as writer:
            shift(log)
            log.rename(log.with_name("app.log.1"))
            LogFile(log).append(["fresh"])
            for number in range(30):
                writer.write(f"late {number}\n")
                await asyncio.sleep(pause_s)
        await eventually(lambda: len(tail.lines) >= 31)
        assert tail.of(log) == [[f"late {number}" for number in range(30)], ["fresh"]]


@case("T6")
@pytest.mark.timeout(400)
@pytest.mark.parametrize("inputs", ["{log}", "{log.parent}"], ids=["path", "directory"])
async def test_rotation_every_200_ms_loses_nothing(tmp_path: Path, log: Path, hints: bool, inputs: str) -> None:
    rotations, written = (300 if FULL else 10), 0
    async with tail_of(tmp_path, hints, inputs.format(log=log)) as tail:
        for _ in range(rotations):
            until = time.monotonic() + 0.2
            with log.open("ab") as file:
                while time.monotonic() < until:
                    file.write("".join(line + "\n" for line in numbered(written + 1, written + 50, width=60)).encode())
                    file.flush()
                    written += 50
                    await asyncio.sleep(0.01)
            shift(log)
            log.rename(log.with_name("app.log.1"))
            log.touch()
        lines = numbered(1, written, width=60)
        await eventually(lambda: len(tail.lines) >= written, "all lines come", timeout_s=60)
        # Where the rotated files are inputs too, one that was renamed before it was seen is a source of its own.
        assert sorted(tail.lines) == lines
        assert all(
            life == sorted(life) for path in {block.path for block in tail.blocks} for life in tail.of(Path(path))
        )
        assert tail.lines == lines or inputs != "{log}"
        assert lost_nothing(tail, log)


@case("T7")
async def test_three_rotations_between_two_looks_are_drained_in_order(tmp_path: Path, log: Path, hints: bool) -> None:
    async with tail_of(tmp_path, hints, log) as tail:
        for text in "abc":
            LogFile(log).append([f"{text} {number}" for number in range(5)])
            shift(log)
            log.rename(log.with_name("app.log.1"))
        LogFile(log).append(["d"])
        await tail.gets(*(f"{text} {number}" for text in "abc" for number in range(5)), "d")
        assert len(tail.of(log)) == 4


@case("T8")
async def test_file_that_is_compressed_and_removed_at_once_is_drained(tmp_path: Path, log: Path, hints: bool) -> None:
    async with tail_of(tmp_path, hints, log.parent) as tail:
        LogFile(log).append(["first"])
        await tail.gets("first")
        LogFile(log).append(numbered(1, 100))
        rotated = log.with_name("app.log.1")
        log.rename(rotated)
        with gzip.open(f"{rotated}.gz", "wb") as packed:
            packed.write(rotated.read_bytes())
        rotated.unlink()
        LogFile(log).append(["fresh"])
        await tail.gets("first", *numbered(1, 100), "fresh")
        assert lost_nothing(tail, log)


@case("T8")
async def test_file_that_was_not_open_when_it_was_compressed_is_a_gap(tmp_path: Path, log: Path, hints: bool) -> None:
    async with tail_of(tmp_path, hints, log):
        pass
    size = log.stat().st_size
    LogFile(log).append(numbered(1, 100))
    with gzip.open(log.with_name("app.log.1.gz"), "wb") as packed:
        packed.write(log.read_bytes())
    log.unlink()
    LogFile(log).append(["fresh"])
    async with tail_of(tmp_path, hints, log) as tail:
        await tail.gets("fresh")
        await eventually(lambda: any(facts.gaps for facts in tail.facts(log)))
        # An inode that was given to the new file at once makes it look truncated.
        (gap,) = tail.facts(log)[0].gaps
        assert (gap.start, gap.end, gap.more) == (size, size, True)


@case("T9")
async def test_new_file_long_after_the_rename_is_read_without_a_storm(tmp_path: Path, log: Path, hints: bool) -> None:
    async with tail_of(tmp_path, hints, log) as tail:
        log.rename(log.with_name("app.log.1"))
        await asyncio.sleep(20 if FULL else 0.5)
        LogFile(log).append(["fresh"])
        await tail.gets("fresh")
        assert [notice.event for notice in tail.notices if notice.level != "info"] == []
        assert len(tail.notices) < 10


@case("T10")
async def test_file_rewritten_to_more_than_before_is_read_from_its_beginning(
    tmp_path: Path, log: Path, hints: bool
) -> None:
    banner = ["#" * 79] * 60
    async with tail_of(tmp_path, hints, log) as tail:
        log.write_text("\n".join([*banner, "one", "two", ""]))
        await tail.gets(*banner, "one", "two")
        with log.open("r+b") as file:  # in one instant, with the same first bytes
            file.truncate(0)
            file.write("\n".join([*banner, *numbered(1, 100), ""]).encode())
        await tail.gets(*banner, "one", "two", *banner, *numbered(1, 100))
        assert tail.of(log)[-1] == [*banner, *numbered(1, 100)]


@case("T11")
async def test_loop_of_appends_and_truncations_shows_what_survives_once(tmp_path: Path, log: Path, hints: bool) -> None:
    async with tail_of(tmp_path, hints, log) as tail:
        for number in range(1, 1001):
            with log.open("w" if number % 10 == 0 else "a") as file:
                file.write(f"{number}\n")
            if number % 7 == 0:
                await asyncio.sleep(0.001)
        LogFile(log).append(["end"])
        await eventually(lambda: tail.lines[-1:] == ["end"])
        assert len(tail.lines) == len(set(tail.lines))
        assert tail.lines[-2:] == ["1000", "end"]
        await eventually(lambda: [facts.state for facts in tail.facts(log)[:-1]].count("tailing") == 0)
        # Each life but the last says that nobody knows what was written to it besides.
        assert all(facts.gaps and facts.gaps[-1].more for facts in tail.facts(log)[:-1] if facts.end)


@case("T12")
async def test_copytruncate_where_the_copies_are_tailed_too_doubles_nothing(
    tmp_path: Path, log: Path, hints: bool
) -> None:
    written: list[str] = []
    async with tail_of(tmp_path, hints, log.parent) as tail:
        for round_ in range(5):
            lines = numbered(round_ * 200, round_ * 200 + 199)
            LogFile(log).append(lines[:100])
            await asyncio.sleep(0.03 * round_)
            LogFile(log).append(lines[100:])
            written += lines
            shift(log)
            shutil.copy(log, log.with_name("app.log.1"))
            await asyncio.sleep(0.03 * (round_ % 3))
            os.truncate(log, 0)
        LogFile(log).append(["end"])
        await eventually(lambda: "end" in tail.lines)
        assert sorted(tail.lines) == sorted([*written, "end"])
        assert all(line in {*written, "end"} for life in tail.of(log) for line in life)
        assert {block.path for block in tail.blocks} == {str(log)}


@case("T13")
async def test_file_truncated_while_its_reader_waits_has_one_reader_after(
    tmp_path: Path, log: Path, hints: bool
) -> None:
    async with tail_of(tmp_path, hints, log) as tail:
        tail.is_reading.clear()
        for text in ("one", "two", "three"):
            log.write_text(f"{text}\n")
            await tail.tailer.scan()
        log.write_text("last\n")
        tail.is_reading.set()
        await eventually(lambda: tail.lines[-1:] == ["last"])
        LogFile(log).append(["after"])
        await eventually(lambda: tail.lines[-1:] == ["after"])
        assert tail.lines.count("last") == 1
        assert [facts.state for facts in tail.facts(log)].count("tailing") == 1


@case("T26")
async def test_missing_files_and_directories_are_read_when_they_come(tmp_path: Path, logs: Path, hints: bool) -> None:
    log = logs / "not" / "yet" / "app.log"
    async with tail_of(tmp_path, hints, log) as tail:
        log.parent.mkdir(parents=True)
        LogFile(log).append(["first"])
        await tail.gets("first")
        log.parent.rename(logs / "away")
        await asyncio.sleep(0.1)
        (logs / "away").rename(log.parent)
        LogFile(log).append(["second"])
        await tail.gets("first", "second")
        assert len(tail.of(log)) == 1


@case("T29", "T30")
async def test_links_of_kubernetes_are_followed_and_a_file_is_read_once(
    tmp_path: Path, logs: Path, hints: bool
) -> None:
    pods, containers = tmp_path / "pods", logs
    pods.mkdir()
    LogFile(pods / "0.log").append(["old"])
    (pods / "current").symlink_to("0.log")
    (containers / "app.log").symlink_to(pods / "current")
    async with tail_of(tmp_path, hints, containers / "app.log", f"{pods}/*.log", pods) as tail:
        LogFile(pods / "0.log").append(["one"])
        await tail.gets("one")
        LogFile(pods / "1.log").append(["two"])
        (pods / "next").symlink_to("1.log")
        (pods / "next").rename(pods / "current")
        await tail.gets("one", "two")
        LogFile(pods / "0.log").append(["late"])
        await tail.gets("one", "two", "late")
