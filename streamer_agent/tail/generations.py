"""Knows rotated files by their names: where they came from, and which of them came after which. Looks at no file."""

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from streamer_agent.tail.snapshot import FileFacts

_COUNT_DIGITS = 5
"""A longer number is a date or a time."""
_NUMBER = r"[._-]+\d[\d._:+TZtz-]*"
_WORD = r"[._-](?i:old|bak|backup|prev|previous|save|saved|orig)\d*(?=[._-]|$)"
_MARKING = re.compile(f"(?:{_NUMBER}|{_WORD})+")
"""What a rotation puts behind a name, or before its suffix: a number, a date with or without a zone, or a word for what
is put aside."""


def looks_rotated(name: str) -> bool:
    """Whether a file's name has something in it that a rotation may have put there."""
    return _MARKING.search(name, 1) is not None


def origins(path: str) -> list[str]:
    """Return the paths that the file at `path` may have been rotated from, by its name: that has something behind the
    name of the file, or before its suffix, which a rotation may have put there."""
    place = PurePosixPath(path)
    suffix = place.suffix
    found = _without_marking(place.name)
    if suffix:
        found += [name + suffix for name in _without_marking(place.name.removesuffix(suffix))]
    return [str(place.with_name(name)) for name in found]


def _without_marking(name: str) -> list[str]:
    """Return the beginnings of `name` behind which only stands what a rotation puts there, the shortest first."""
    marks = [index for index, char in enumerate(name) if char in "._-" and index]
    return [name[:index] for index in marks if _MARKING.fullmatch(name, index)]


def missed_generations(
    path: str, last_mtime_ns: int, siblings: Iterable[tuple[str, FileFacts]], place: tuple[str, FileFacts] | None = None
) -> list[tuple[str, FileFacts]]:
    """Return the files that were at `path` between two looks and were rotated away again, oldest first.

    Args:
        path: where all of them were.
        last_mtime_ns: when the last file that was seen at `path` was written to for the last time. An earlier
            generation was finished before that one began, a missed one was not written to before it was finished.
        siblings: files of the same directory that belong to no known life.
        place: where that last file is now, if it is known. Clocks may jump: a file with a lower number, which was
            renamed no earlier, came after it whatever its time says.
    """
    candidates = [(at, file) for at, file in siblings if path in origins(at)]
    number = None if place is None else _count(path, place[0])
    if place is not None and number is not None:
        numbered = {at: _count(path, at) for at, file in candidates if file.ctime_ns >= place[1].ctime_ns}
        behind = {at: count for at, count in numbered.items() if count is not None and count < number}
        if any(file.mtime_ns < last_mtime_ns for at, file in candidates if at in behind):
            return sorted((found for found in candidates if found[0] in behind), key=lambda found: -behind[found[0]])
    missed = [(at, file) for at, file in candidates if file.mtime_ns >= last_mtime_ns]
    # Of two that were written to within one tick of the clock, the higher number is the older, the later date is not.
    return sorted(missed, key=lambda found: (found[1].mtime_ns, -(_count(path, found[0]) or 0), found[0]))


def _count(path: str, place: str) -> int | None:
    """Return the number that a rotation of `path` gave to the file at `place`; None if it is a date, or none."""
    name, at = PurePosixPath(path), PurePosixPath(place).name
    for begin, end in ((name.name, ""), (name.stem, name.suffix)):
        number = at.removeprefix(begin).removesuffix(end)[1:]
        if at.startswith(begin) and at.endswith(end) and number.isdecimal() and len(number) <= _COUNT_DIGITS:
            return int(number)
    return None
