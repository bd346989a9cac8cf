"""Compares two snapshots of the inputs and says what happened to each file between them. Looks at no file itself.

What a snapshot cannot tell, because the inode and the size stayed what they were, the harvester finds by the head.
"""

from typing import NamedTuple

from streamer_agent.tail.fingerprint import Identity
from streamer_agent.tail.generations import origins
from streamer_agent.tail.snapshot import Barred, FileFacts, Snapshot


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

    Each is in order of path, but changes and arrivals at names that say that they were rotated come last: one may be a
    copy of what is at its origin, of which has to be known by then whether it was emptied.
    """
    changed: list[Event] = []
    fresh: list[str] = []
    gone: dict[Identity, str] = {
        previous.files[path].identity: path for path in previous.files.keys() - current.files.keys()
    }
    different = [path for path, file in current.files.items() if previous.files.get(path) != file]
    for path in sorted(different, key=lambda path: (bool(origins(path)), path)):
        file, before = current.files[path], previous.files.get(path)
        if before is not None and before.identity == file.identity:
            changed.append(Truncated(path, file) if file.size < before.size else Written(path, file))
            continue
        if before is not None:
            gone[before.identity] = path
        fresh.append(path)
    renamed: list[Event] = []
    created: list[Event] = []
    for path in fresh:
        file = current.files[path]
        old_path = gone.pop(file.identity, None)
        if old_path is None:
            created.append(Created(path, file))
        else:
            renamed.append(Renamed(old_path, path, file))
    removed: list[Event] = [Removed(path, previous.files[path]) for path in sorted(gone.values())]
    return [*removed, *renamed, *changed, *created, *_barred_changes(previous, current)]


def arrivals(previous: Snapshot, current: Snapshot) -> dict[str, list[str]]:
    """Return the files that are new under names that say that they were rotated, or changed there, by the paths from
    which they may have come. Of those that no input means only the new ones are known."""
    found: dict[str, list[str]] = {}

    def add(path: str) -> None:
        for origin in origins(path):
            found.setdefault(origin, []).append(path)

    for path, file in current.files.items():
        if previous.files.get(path) != file:
            add(path)
    for directory, beside in current.beside.items():
        before = previous.beside.get(directory)
        known = beside.inodes if before is beside else {} if before is None else before.inodes
        for name, _inode in beside.inodes.items() - known.items():
            add(f"{directory.rstrip('/')}/{name}")
    return found


def _identity(snapshot: Snapshot, path: str) -> Identity | None:
    file = snapshot.files.get(path)
    return None if file is None else file.identity


def _barred_changes(previous: Snapshot, current: Snapshot) -> list[Event]:
    if previous.barred == current.barred:
        return []
    cleared: list[Event] = [Cleared(path) for path in sorted(previous.barred.keys() - current.barred.keys())]
    news = dict(current.barred.items() - previous.barred.items())
    return [*cleared, *(BarredFrom(path, news[path]) for path in sorted(news))]
