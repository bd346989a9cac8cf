from hypothesis import given
from hypothesis import strategies as st

from streamer_agent.tail.cutter import Cutter

Found = tuple[list[tuple[int, int, str]], list[tuple[int, int]]]
"""Lines with offset and length, and holes."""


def read(content: bytes, sizes: list[int]) -> Found:
    """What is found in a file that is read in pieces of these sizes."""
    cutter = Cutter(0, max_line_bytes=1000, line_format="plain")
    lines: list[tuple[int, int, str]] = []
    sizes = [*sizes, len(content) + 1]
    cutter.look(content)
    while True:
        at, known = cutter.end, len(cutter.holes)
        chunk = content[at : at + (sizes.pop(0) if len(sizes) > 1 else sizes[0])]
        found = cutter.feed(chunk, is_last=at + len(chunk) == len(content)) if chunk else None
        offset = found.offset if found else 0
        for length, text in zip(*(found.lengths, found.texts) if found else ([], []), strict=True):
            lines.append((offset, length, text))
            offset += length
        if not found and cutter.end <= at and len(cutter.holes) == known and len(sizes) == 1:
            return lines, cutter.holes


def test_hole_is_left_out_and_ends_the_line_before_it() -> None:
    lines, holes = read(b"one\nbegun" + bytes(100) + b"two\n", [])
    assert lines == [(0, 4, "one"), (4, 5, "begun"), (109, 4, "two")]
    assert holes == [(9, 109)]


def test_few_nuls_are_text() -> None:
    assert read(b"a\0b\n", []) == ([(0, 4, "a\0b")], [])


def test_nuls_at_the_end_are_waited_for() -> None:
    assert read(b"one\n" + bytes(1000), []) == ([(0, 4, "one")], [])


@given(
    st.lists(st.sampled_from([b"a", b"\n", b"line\n", bytes(3), bytes(64), bytes(200)]), max_size=12),
    st.lists(st.integers(64, 150), max_size=8),
)
def test_holes_are_the_same_however_the_file_is_read(parts: list[bytes], sizes: list[int]) -> None:
    content = b"".join(parts) + b"end\n"
    assert read(content, sizes) == read(content, [])


def test_mark_of_another_encoding_asks_to_read_again() -> None:
    cutter = Cutter(0, max_line_bytes=1000, line_format="plain")
    assert cutter.look(b"\xff") is False
    cutter.feed(b"\xff", is_last=True)
    assert cutter.look(b"\xff\xfe") is True
    assert (cutter.end, cutter.unit) == (0, 2)
    lines = cutter.feed("\ufeffone\n".encode("utf-16-le") + b"x", is_last=True)
    assert lines is not None
    assert (lines.texts, cutter.end) == (["one"], 10)


def test_unfinished_line_is_told_as_far_as_it_came_and_kept() -> None:
    cutter = Cutter(0, max_line_bytes=1000, line_format="plain")
    cutter.feed(b"one\nbeg", is_last=True)
    unfinished = cutter.unfinished()
    assert unfinished is not None
    assert (unfinished.offset, unfinished.texts) == (4, ["beg"])
    assert cutter.feed(b"un\n", is_last=True) is not None
