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
class Snapshot:
    """All that the inputs mean at one moment."""

    files: dict[str, FileFacts] = field(default_factory=dict)
    """Regular files by path."""
    barred: dict[str, Barred] = field(default_factory=dict)
    """Paths without a file to read. An unreadable directory hides what lies under it."""
    aliases: dict[Identity, list[str]] = field(default_factory=dict)
    """Files that were found under several paths, with all of these."""
    directories: set[str] = field(default_factory=set)
    """Where changes are to be expected."""


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
    return current


def diff(previous: Snapshot, current: Snapshot) -> list[Event]:
    """Return what happened between two completed snapshots: departures first, then arrivals, each in order of path."""
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
    for path in sorted(fresh):
        file = current.files[path]
        old_path = gone.pop(file.identity, None)
        if old_path is None:
            created.append(Created(path, file))
        else:
            renamed.append(Renamed(old_path, path, file))
    removed: list[Event] = [Removed(path, previous.files[path]) for path in sorted(gone.values())]
    return [*removed, *renamed, *created, *changed, *_barred_changes(previous, current)]


def rotated(path: str, siblings: Iterable[tuple[str, FileFacts]]) -> list[tuple[str, FileFacts]]:
    """Return those of `siblings` whose names say that they were at `path`: with a number or a date behind it, or before
    its suffix."""
    name = PurePosixPath(path)
    number = r"[._-]\d[\d._:T-]*"
    pattern = re.compile(
        f"{re.escape(name.name)}{number}|{re.escape(name.stem)}{number}{re.escape(name.suffix)}", re.DOTALL
    )
    return [(sibling, file) for sibling, file in siblings if pattern.fullmatch(PurePosixPath(sibling).name)]


def missed_generations(
    path: str, last_mtime_ns: int, siblings: Iterable[tuple[str, FileFacts]]
) -> list[tuple[str, FileFacts]]:
    """Return the files that were at `path` between two looks and were rotated away again, oldest first.

    Args:
        path: where all of them were.
        last_mtime_ns: when the last file that was seen at `path` was written to for the last time. An earlier
            generation was finished before that one began, a missed one was not written to before it was finished.
        siblings: files of the same directory that belong to no known life.
    """
    missed = [(sibling, file) for sibling, file in rotated(path, siblings) if file.mtime_ns >= last_mtime_ns]
    # Of two that were written to within one tick of the clock, the higher number is the older.
    return sorted(sorted(missed, reverse=True), key=lambda found: found[1].mtime_ns)


def _identity(snapshot: Snapshot, path: str) -> Identity | None:
    file = snapshot.files.get(path)
    return None if file is None else file.identity


def _barred_changes(previous: Snapshot, current: Snapshot) -> list[Event]:
    if previous.barred == current.barred:
        return []
    cleared: list[Event] = [Cleared(path) for path in sorted(previous.barred.keys() - current.barred.keys())]
    news = dict(current.barred.items() - previous.barred.items())
    return [*cleared, *(BarredFrom(path, news[path]) for path in sorted(news))]
