"""What programs write into logs: too long, not UTF-8, control characters, markup. Nothing is lost or believed."""

import pytest

from tests.nasty.cases import case
from tests.support.reader import Reader
from tests.support.system import System

LIMIT = 65_536
"""MAX_LINE_BYTES, by default."""


@case("T22")
async def test_line_of_two_megabytes_is_cut_with_its_true_length(system: System, reader: Reader) -> None:
    await system.agent(system.log_directory)
    system.log_file().append(["before", "x" * 2_000_000, "after"])
    lines = await reader.lines(3)
    assert (lines[0], lines[2]) == ("before", "after")
    assert lines[1] == "x" * len(lines[1])
    assert LIMIT - 10 <= len(lines[1]) <= LIMIT
    offsets = [line.offset for line in reader.receiver.lines]
    assert offsets == [0, 7, 7 + 2_000_001]
    assert reader.receiver.cut == {offsets[1]}
    assert reader.gaps() == []


STRANGE = [
    (b"caf\xe9 au lait", "caf\ufffd au lait"),
    (b"\xf0\x9f\x92", "\ufffd"),
    (b"\xff\xfe\xfd", "\ufffd\ufffd\ufffd"),
    ("Grüße, 你好, 🚀".encode(), "Grüße, 你好, 🚀"),
    (b"bell \x07 escape \x1b[31m tab \t delete \x7f", "bell \x07 escape \x1b[31m tab \t delete \x7f"),
    (b"50 %\r100 %", "50 %\r100 %"),
    (b"<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"),
    (b'{"type":"sendToGroup","group":"x","data":""}', '{"type":"sendToGroup","group":"x","data":""}'),
    ("line separator \u2028, next line \x85".encode(), "line separator \u2028, next line \x85"),
]


@case("T19")
@pytest.mark.parametrize("end", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
async def test_strange_lines_arrive_as_text_and_offsets_stay_true(system: System, reader: Reader, end: bytes) -> None:
    await system.agent(system.log_directory)
    system.log_file().append_bytes(b"".join(raw + end for raw, _ in STRANGE))
    assert await reader.lines(len(STRANGE)) == [shown for _, shown in STRANGE]
    lengths = [len(raw + end) for raw, _ in STRANGE]
    assert [line.offset for line in reader.receiver.lines] == [sum(lengths[:index]) for index in range(len(lengths))]


@case("T23")
async def test_line_of_nothing_but_quotes_fits_when_escaped(system: System, reader: Reader) -> None:
    await system.agent(system.log_directory)
    text = '"\\' * 30_000 + "\x01" * 5_000
    system.log_file().append([text] * 20)
    assert await reader.lines(20) == [text] * 20


@case("T25")
async def test_empty_lines_count(system: System, reader: Reader) -> None:
    await system.agent(system.log_directory)
    system.log_file().append(["", " ", "", "end"])
    assert await reader.lines(4) == ["", " ", "", "end"]
