import os
from pathlib import Path
from typing import Any

import pytest

from streamer_agent.block import EpochKey
from streamer_agent.tail.checkpoint import Position
from streamer_agent.tail.errors import FileChangedError, FileReplacedError, NotTextError
from streamer_agent.tail.harvester import Harvester
from streamer_agent.tail.options import TailOptions
from tests.nasty.cases import case
from tests.unit.streamer_agent.tail.following import append

KEY = EpochKey("aaaaaaaa", 1)
OPTIONS = TailOptions(inputs=(), state_dir=Path("unused"), max_line_bytes=1024)


def harvester(path: Path, **position: Any) -> Harvester:
    return Harvester(Position(KEY, str(path), **position), str(path), OPTIONS)


def opened(path: Path, **position: Any) -> Harvester:
    reader = harvester(path, **position)
    reader.open(str(path))
    return reader


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "app.log"
    path.write_text("one\ntwo\n")
    return path


def lines(reader: Harvester, max_bytes: int = 65536) -> list[str]:
    block = reader.read(max_bytes)
    return [] if block is None else block.lines


def test_block_carries_identity_label_and_offsets(log: Path) -> None:
    block = opened(log, end=4).read(65536)
    assert block is not None
    assert (block.key, block.path, block.offset, block.lengths, block.lines) == (KEY, str(log), 4, [4], ["two"])


def test_block_is_no_larger_than_asked_for(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_text("".join(f"{number:099d}\n" for number in range(1000)))
    reader, total = opened(log), 0
    while not reader.is_at_end:
        block = reader.read(8192)
        assert block is not None
        assert block.end - block.offset <= 8192
        total += len(block.lines)
    assert total == 1000


def test_unfinished_line_waits_for_its_end(log: Path) -> None:
    reader = opened(log, end=8)
    append(log, "thr")
    assert lines(reader) == []
    assert (reader.is_at_end, reader.offset) == (True, 8)
    append(log, "ee\n")
    assert lines(reader) == ["three"]


def test_unfinished_line_is_read_again_after_closing(log: Path) -> None:
    reader = opened(log, end=8)
    append(log, "thr")
    lines(reader)
    reader.close()
    append(log, "ee\n")
    reader.open(str(log))
    assert lines(reader) == ["three"]


def test_truncated_file_is_no_longer_this_life(log: Path) -> None:
    reader = opened(log)
    lines(reader)
    log.write_text("new\n")
    with pytest.raises(FileChangedError):
        reader.read(65536)


def test_file_that_was_rewritten_and_grew_beyond_the_offset_is_no_longer_this_life(log: Path) -> None:
    reader = opened(log)
    lines(reader)
    log.write_text("new content\nthat is longer than what was there\n")
    with pytest.raises(FileChangedError):
        reader.read(65536)


def test_bytes_read_during_a_truncation_are_not_shown(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reader, real = harvester(log), os.pread
    log.write_text("")
    reader.open(str(log))
    append(log, "old line\n")

    def pread(descriptor: int, count: int, at: int) -> bytes:
        chunk = real(descriptor, count, at)
        if chunk.startswith(b"old"):
            log.write_text("new line\nand more\n")
        return chunk

    monkeypatch.setattr(os, "pread", pread)
    with pytest.raises(FileChangedError):
        reader.read(65536)


def test_saved_position_is_refused_by_another_content_of_the_same_inode(log: Path) -> None:
    reader = opened(log)
    lines(reader)
    reader.position.end = 8
    reader.close()
    log.write_text("a new file got the inode\n")
    again = Harvester(reader.position, str(log), OPTIONS)
    with pytest.raises(FileChangedError):
        again.open(str(log))


def test_path_that_leads_to_another_file_is_refused(log: Path, tmp_path: Path) -> None:
    reader = opened(log)
    reader.close()
    (tmp_path / "other").write_text("one\ntwo\n")
    with pytest.raises(FileReplacedError):
        reader.open(str(tmp_path / "other"))


def test_other_device_number_alone_does_not_make_another_file(log: Path) -> None:
    reader = opened(log)
    lines(reader)
    assert reader.position.identity is not None
    reader.position.identity = reader.position.identity._replace(device=12345)
    reader.close()
    reader.open(str(log))
    assert reader.position.identity.device == log.stat().st_dev


def test_fifo_is_refused_without_blocking(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FileReplacedError):
        opened(tmp_path / "pipe")


def test_binary_file_is_refused_and_keeps_its_head(tmp_path: Path) -> None:
    log = tmp_path / "a.bin"
    log.write_bytes(b"\x7fELF" + bytes(100) + b"\1\2\3\4")
    reader = harvester(log)
    with pytest.raises(NotTextError, match="binary"):
        reader.open(str(log))
    assert not reader.is_open
    assert reader.position.head.length == 108


@pytest.mark.parametrize(
    ("content", "start"), [(b"one\ntwo\n", 8), (b"one\npart", 4), (b"part", 0), (b"", 0), (b"x" * 100 + b"\n", 101)]
)
def test_start_at_the_end_begins_with_a_whole_line(tmp_path: Path, content: bytes, start: int) -> None:
    log = tmp_path / "a.log"
    log.write_bytes(content)
    reader = opened(log, start=len(content), end=len(content), is_unaligned=True)
    assert (reader.position.start, reader.position.end, reader.offset) == (start, start, start)
    append(log, "done\n")
    assert len(lines(reader)) == 1


def test_start_within_a_very_long_line_drops_its_rest_and_moves_along(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_bytes(b"x" * 5000)
    reader = opened(log, start=5000, end=5000, is_unaligned=True)
    append(log, "yyy")
    assert lines(reader) == []
    reader.close()
    reader.open(str(log))
    append(log, "z\nfirst\n")
    assert lines(reader) == ["first"]
    assert (reader.position.start, reader.position.end, reader.position.is_unaligned) == (5005, 5005, False)


def test_finished_life_hands_out_its_unfinished_line(log: Path) -> None:
    reader = opened(log, end=8)
    append(log, "no newline")
    lines(reader)
    reader.finish()
    assert not reader.is_drained
    block = reader.read(65536)
    assert block is not None
    assert (block.offset, block.lengths, block.lines) == (8, [10], ["no newline"])
    reader.position.end = block.end
    assert reader.is_drained


@case("T35")
def test_size_without_data_is_the_end_for_now(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reader, real = opened(log, end=8), os.pread
    append(log, "late\n")
    monkeypatch.setattr(os, "pread", lambda fd, count, at: real(fd, min(count, 8 - at), at))
    assert lines(reader) == []
    assert reader.is_at_end
    monkeypatch.undo()
    assert lines(reader) == ["late"]


def test_unlinked_file_is_read_on(log: Path) -> None:
    reader = opened(log)
    log.unlink()
    assert lines(reader) == ["one", "two"]
    assert reader.is_unlinked


def read_to_the_end(reader: Harvester) -> list[str]:
    found = lines(reader)
    while not reader.is_at_end:
        found += lines(reader)
    return found


@pytest.mark.parametrize("space", ["hole", "zeros"])
def test_space_reserved_behind_the_lines_is_filled_in_the_same_life(log: Path, space: str) -> None:
    reader = opened(log, end=8)
    for number in range(3):
        with log.open("r+b") as file:
            if space == "hole":
                file.truncate(200_000 * (number + 1))
            else:
                file.seek(0, os.SEEK_END)
                file.write(bytes(200_000))
            file.flush()
            assert read_to_the_end(reader) == []
            file.seek(8 + 4 * number)
            file.write(b"abc\n")
        assert read_to_the_end(reader) == ["abc"]
