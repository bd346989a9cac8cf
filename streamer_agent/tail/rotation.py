"""Compares two snapshots of the inputs and says what happened to each file between them. Looks at no file itself.

What a snapshot cannot tell, because the inode and the size stayed what they were, the harvester finds by the head.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import NamedTuple

from streamer_agent.tail.facts import State
from streamer_agent.tail.fingerprint import Identity

_COUNT_DIGITS = 5
"""A longer number is a date or a time."""
_NUMBER = re.compile(r"[._-]\d[\d._:+TZtz-]*")
"""What a rotation puts behind a name, or before its suffix: a number, or a date with or without a zone."""


class FileFacts(NamedTuple):
    """What stat says of a regular file."""

    device: int
    inode: int
    size: int
    mtime_ns: int
    ctime_ns: int
    """When content, name or rights changed last."""

    @property
    def identity(self) -> Identity:
        """Device and inode."""
        return Identity(self.device, self.inode)


class Barred(NamedTuple):
    """Why a path yields no file to read: its state as docs/wire.md names it, and what to do about it."""

    state: State
    detail: str


@dataclass(slots=True)
class Beside:
    """What is in one directory beside the files that the inputs mean."""

    changed_ns: int
    """When a name in it, or the content of a file that looks rotated, changed last. What comes later is younger."""
    inodes: dict[str, int] = field(default_factory=dict)
    """Files that look rotated, by name."""


@dataclass(slots=True)
class Snapshot:
    """All that the inputs mean at one moment."""

    files: dict[str, FileFacts] = field(default_factory=dict)
    """Regular files by path."""
    barred: dict[str, Barred] = field(default_factory=dict)
    """Paths without a file to read. An unreadable directory hides what lies under it."""
    aliases: dict[Identity, list[str]] = field(default_factory=dict)
    """Files that were found under several paths, with all of these."""
    directories: set[str] = field(default_factory=set)
    """Where files are, or may come."""
    parents: set[str] = field(default_factory=set)
    """Where directories are that inputs name: they may go or come there, and the files beside them are none of ours."""
    beside: dict[str, Beside] = field(default_factory=dict)
    """What else was in the directories that were listed."""


class Created(NamedTuple):
    """A file is at `path` that no path had before."""

    path: str
    file: FileFacts


class Written(NamedTuple):
    """The file was written to, or its rights changed."""

    path: str
    file: FileFacts


class Truncated(NamedTuple):
    """The file is smaller than before."""

    path: str
    file: FileFacts


class Renamed(NamedTuple):
    """The file left `old_path` and is at `path` now."""

    old_path: str
    path: str
    file: FileFacts


class Removed(NamedTuple):
    """The file was at `path` and no path has it any more: deleted, or moved to where nobody looks."""

    path: str
    file: FileFacts


class BarredFrom(NamedTuple):
    """No file can be read at `path`, for a reason that is new."""

    path: str
    barred: Barred


class Cleared(NamedTuple):
    """The reason why `path` could not be read is gone, with or without a file being there."""

    path: str


Event = Created | Written | Truncated | Renamed | Removed | BarredFrom | Cleared


def completed(previous: Snapshot, current: Snapshot) -> Snapshot:
    """Return `current` with one path for each file, and with what it could not see taken from `previous`.

    Of several paths to one file, the one that it had before stays; else the first found wins.
    """
    for identity, paths in current.aliases.items():
        kept = next((path for path in paths if _identity(previous, path) == identity), paths[0])
        for path in paths:
            if path != kept:
                current.files.pop(path, None)
    hidden = [path for path, barred in current.barred.items() if barred.state == "unreadable"]
    if hidden:
        seen = {file.identity for file in current.files.values()}
        under = tuple(f"{path.rstrip('/')}/" for path in hidden)
        for path, file in previous.files.items():
            if (path in current.barred or path.startswith(under)) and file.identity not in seen:
                current.files.setdefault(path, file)
        for directory, beside in previous.beside.items():
            if directory in current.barred or directory.startswith(under):
                current.beside.setdefault(directory, beside)
    return current


def diff(previous: Snapshot, current: Snapshot) -> list[Event]:
    """Return what happened between two completed snapshots: departures first, then changes, then arrivals.

    Each is in order of path, but arrivals whose names say that they were rotated come last: one may be a copy of what
    is at its origin, which has to be known by then.
    """
    changed: list[Event] = []
    fresh: list[str] = []
    gone: dict[Identity, str] = {
        previous.files[path].identity: path for path in previous.files.keys() - current.files.keys()
    }
    for path, file in current.files.items():
        before = previous.files.get(path)
        if before == file:
            continue
        if before is not None and before.identity == file.identity:
            changed.append(Truncated(path, file) if file.size < before.size else Written(path, file))
            continue
        if before is not None:
            gone[before.identity] = path
        fresh.append(path)
    renamed: list[Event] = []
    created: list[Event] = []
    for path in sorted(fresh, key=lambda path: (bool(origins(path)), path)):
        file = current.files[path]
        old_path = gone.pop(file.identity, None)
        if old_path is None:
            created.append(Created(path, file))
        else:
            renamed.append(Renamed(old_path, path, file))
    removed: list[Event] = [Removed(path, previous.files[path]) for path in sorted(gone.values())]
    return [*removed, *renamed, *changed, *created, *_barred_changes(previous, current)]


def arrivals(previous: Snapshot, current: Snapshot) -> dict[str, list[str]]:
    """Return the files whose names are new beside what the inputs mean, by the paths from which they may have come."""
    found: dict[str, list[str]] = {}
    for directory, beside in current.beside.items():
        before = previous.beside.get(directory)
        known = beside.inodes if before is beside else {} if before is None else before.inodes
        for name, _inode in beside.inodes.items() - known.items():
            path = f"{directory.rstrip('/')}/{name}"
            for origin in origins(path):
                found.setdefault(origin, []).append(path)
    return found


def looks_rotated(name: str) -> bool:
    """Whether a file's name has something in it that a rotation may have put there."""
    return _NUMBER.search(name, 1) is not None


def rotated(path: str, siblings: Iterable[tuple[str, FileFacts]]) -> list[tuple[str, FileFacts]]:
    """Return those of `siblings` whose names say that they were at `path`: with a number or a date behind it, or before
    its suffix."""
    name = PurePosixPath(path)
    pattern = re.compile(
        f"{re.escape(name.name)}{_NUMBER.pattern}|{re.escape(name.stem)}{_NUMBER.pattern}{re.escape(name.suffix)}",
        re.DOTALL,
    )
    return [(sibling, file) for sibling, file in siblings if pattern.fullmatch(PurePosixPath(sibling).name)]


def origins(path: str) -> list[str]:
    """Return the paths that the file at `path` may have been rotated from, by its name: what `rotated` says, asked the
    other way round."""
    place = PurePosixPath(path)
    suffix = place.suffix
    found = _without_number(place.name)
    if suffix:
        found += [name + suffix for name in _without_number(place.name.removesuffix(suffix))]
    return [str(place.with_name(name)) for name in found]


def _without_number(name: str) -> list[str]:
    """Return the beginnings of `name` behind which nothing but a number or a date stands, the shortest first."""
    marks = [index for index, char in enumerate(name) if char in "._-" and index]
    return [name[:index] for index in marks if _NUMBER.fullmatch(name, index)]


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
    candidates = rotated(path, siblings)
    number = None if place is None else _count(path, place[0])
    if place is not None and number is not None:
        numbered = {at: _count(path, at) for at, file in candidates if file.ctime_ns >= place[1].ctime_ns}
        behind = {at: count for at, count in numbered.items() if count is not None and count < number}
        if any(file.mtime_ns < last_mtime_ns for at, file in candidates if at in behind):
            return sorted((found for found in candidates if found[0] in behind), key=lambda found: -behind[found[0]])
    missed = [(at, file) for at, file in candidates if file.mtime_ns >= last_mtime_ns]
    # Of two that were written to within one tick of the clock, the higher number is the older.
    return sorted(sorted(missed, reverse=True), key=lambda found: found[1].mtime_ns)


def _count(path: str, place: str) -> int | None:
    """Return the number that a rotation of `path` gave to the file at `place`; None if it is a date, or none."""
    name, at = PurePosixPath(path), PurePosixPath(place).name
    for begin, end in ((name.name, ""), (name.stem, name.suffix)):
        number = at.removeprefix(begin).removesuffix(end)[1:]
        if at.startswith(begin) and at.endswith(end) and number.isdecimal() and len(number) <= _COUNT_DIGITS:
            return int(number)
    return None


def _identity(snapshot: Snapshot, path: str) -> Identity | None:
    file = snapshot.files.get(path)
    return None if file is None else file.identity


def _barred_changes(previous: Snapshot, current: Snapshot) -> list[Event]:
    if previous.barred == current.barred:
        return []
    cleared: list[Event] = [Cleared(path) for path in sorted(previous.barred.keys() - current.barred.keys())]
    news = dict(current.barred.items() - previous.barred.items())
    return [*cleared, *(BarredFrom(path, news[path]) for path in sorted(news))]
