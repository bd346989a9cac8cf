"""The log lines that are appended, and the check that each arrived once and in order.

Opens no file.
"""

import re
from collections.abc import Sequence

LINE_BYTES = 120
"""Bytes of each line, its line end included."""

NUMBER = re.compile(rb"#(\d{9})")
"""A line's number, wherever a system puts the line; no system writes such a mark itself."""


def line(number: int) -> bytes:
    """One access-log line of `LINE_BYTES`. It has quotes, since real lines make JSON escape."""
    text = f'2026-11-23T20:00:00.000Z INFO web-3 10.0.0.17 "GET /items HTTP/1.1" 200 5120 "Mozilla/5.0" #{number:09d} '
    return text.encode().ljust(LINE_BYTES - 1, b"x") + b"\n"


def lines(count: int) -> bytes:
    """The lines 0 to `count` - 1, as they stand in a file."""
    return numbered(0, count)


def numbered(first: int, end: int) -> bytes:
    """The lines `first` to `end` - 1, as they stand in a file."""
    return b"".join(map(line, range(first, end)))


def faults(received: Sequence[int], count: int) -> str:
    """What is wrong with the numbers `received` where 0 to `count` - 1 were expected in order; empty if nothing."""
    if list(received) == list(range(count)):
        return ""
    missing = count - len(set(received) & set(range(count)))
    repeated = len(received) - len(set(received))
    return f"{missing} missing, {repeated} repeated" if missing or repeated else "out of order"
