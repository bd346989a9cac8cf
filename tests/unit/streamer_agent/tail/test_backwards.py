import pytest

from streamer_agent.tail.backwards import MOST_BYTES, ReadAt, last_lines, line_start


def of(content: bytes) -> ReadAt:
    return lambda length, offset: content[offset : offset + length]


@pytest.mark.parametrize("offset", [8, 9, 12, 13])
def test_beginning_of_a_line_is_found_from_within(offset: int) -> None:
    assert line_start(of(b"one\ntwo\nthree\nfour\n"), offset, 1000, b"\n") == 8


def test_beginning_that_is_too_far_back_is_not_found() -> None:
    assert line_start(of(b"one\n" + b"x" * 100), 50, 40, b"\n") is None
    assert line_start(of(b"x" * 30), 30, 40, b"\n") == 0


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_line_feeds_of_utf16_are_found_at_even_places(codec: str) -> None:
    content = "one\n\u0a00\u0a0a\u000btwo".encode(codec)
    assert line_start(of(content), len(content), 1000, "\n".encode(codec)) == 8


@pytest.mark.parametrize(("count", "start"), [(0, 18), (1, 14), (2, 8), (3, 4), (4, 0), (9, 0)])
def test_last_lines_are_counted(count: int, start: int) -> None:
    assert last_lines(of(b"one\ntwo\nthree\nfou\n"), 18, count, b"\n") == start


def test_lines_across_blocks_are_counted() -> None:
    content = b"".join(b"%07d\n" % number for number in range(50_000))
    start = last_lines(of(content), len(content), 20_000, b"\n")
    assert content[start:].count(b"\n") == 20_000


def test_search_ends_where_it_would_take_too_long() -> None:
    reads = []

    def read(length: int, offset: int) -> bytes:
        reads.append(length)
        return b"x" * length

    end = 10 * MOST_BYTES
    assert last_lines(read, end, 5, b"\n") == end
    assert sum(reads) == MOST_BYTES
