"""Finds beginnings of lines by reading backwards from a place. Opens nothing."""

from collections.abc import Callable

_BLOCK_BYTES = 64 * 1024
MOST_BYTES = 64 * 1024 * 1024
"""How far back lines are looked for: some tens of milliseconds. Who wants more reads from the start."""

ReadAt = Callable[[int, int], bytes]
"""Returns so many bytes at an offset, fewer at the end of the file: (length, offset)."""


def line_start(read: ReadAt, offset: int, limit: int, newline: bytes) -> int | None:
    """Return where the line begins that `offset` lies in; None if that is more than `limit` bytes before it."""
    width = len(newline)
    back = min(offset, limit - limit % width)
    at = _last(read(back, offset - back), newline, back)
    if at is not None:
        return offset - back + at + width
    return 0 if back == offset else None


def last_lines(read: ReadAt, offset: int, count: int, newline: bytes) -> int:
    """Return where the last `count` lines before `offset`, the beginning of a line, begin; earlier if there are fewer.

    Lines that lie more than MOST_BYTES before it are left out.
    """
    width = len(newline)
    # One line end more has to be found than there are lines: that of the line before them.
    wanted = count + 1
    begin = offset
    start = offset
    while begin > 0 and offset - begin < MOST_BYTES:
        length = min(_BLOCK_BYTES, begin)
        begin -= length
        block = read(length, begin)
        at: int | None = length
        while at is not None and (at := _last(block, newline, at)) is not None:
            start = begin + at + width
            wanted -= 1
            if not wanted:
                return start
    return 0 if begin == 0 else start


def _last(block: bytes, newline: bytes, before: int) -> int | None:
    """Return where the last line end before `before` begins, at a multiple of its width."""
    at = block.rfind(newline, 0, before)
    while at > 0 and at % len(newline):
        at = block.rfind(newline, 0, at + len(newline) - 1)
    return at if at >= 0 and at % len(newline) == 0 else None
