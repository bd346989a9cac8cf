"""Finds out whether a file holds the bytes of a life that is known: copytruncate makes such. Decides nothing.

Two files may begin alike without one being a copy of the other: a header, or a banner. So a file counts as a copy of a
life only in two cases. Either the file of the life is whole, at its path, and begins with all that is in the other: it
may be copied just now. Or it was emptied or removed since, and the other holds all that is known of it. A life whose
file is whole under another name has no copies: it was renamed.
"""

import os
from collections.abc import Iterator
from itertools import islice

from streamer_agent.block import EpochKey
from streamer_agent.tail.fingerprint import HEAD_BYTES, NO_HEAD, Identity
from streamer_agent.tail.generations import origins
from streamer_agent.tail.harvester import Harvester
from streamer_agent.tail.lives import Lives
from streamer_agent.tail.siblings import Siblings
from streamer_agent.tail.snapshot import FileFacts

_HOW = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_KNOWN_EPOCHS = 16
"""How many of the last lives of a source are compared."""
_EDGE_BYTES = 65_536
"""How many first and last bytes of two files are compared."""
_PROBES = 16
"""How many places between them."""
_PROBE_BYTES = 4096


class Copies:
    """Looks for the original of a file among the lives of the path that its name says it comes from."""

    def __init__(self, lives: Lives, siblings: Siblings) -> None:
        """`lives` is what is known of all files, `siblings` finds those that left their path."""
        self._lives = lives
        self._siblings = siblings

    def original(self, path: str, file: FileFacts) -> Harvester | None:
        """Return the life whose bytes are in the file at `path`, none of its own; None if there is no such life."""
        others = (life for life in self._candidates(path) if life.position.identity != file.identity)
        return next((life for life in others if self._is_copied(path, file.identity, life)), None)

    def holds(self, path: str, life: Harvester) -> bool:
        """Whether the file at `path` has the bytes of `life` wherever they are known, as far as it goes."""
        with _Opened(path) as descriptor:
            return descriptor is not None and _holds(descriptor, life)

    def is_own(self, path: str, life: Harvester) -> bool:
        """Whether the file at `path`, which has the inode of `life`, has its bytes too; yes if that cannot be seen."""
        with _Opened(path, life.position.identity) as descriptor:
            return descriptor is None or _is_whole(descriptor, life)

    def is_beginning(self, path: str, other: str) -> bool:
        """Whether the file at `path` is how the file at `other` begins, or all of it: it is being copied, or was."""
        with _Opened(path) as descriptor, _Opened(other) as source:
            return descriptor is not None and source is not None and _begins(descriptor, source)

    def _candidates(self, path: str) -> Iterator[Harvester]:
        for origin in origins(path):
            source = self._lives.checkpoint.sources.get(origin)
            if source is None:
                continue
            for epoch in islice(reversed(source.known), _KNOWN_EPOCHS):
                life = self._lives.by_key.get(EpochKey(source.id, epoch))
                if life is not None and not life.is_over and life.position.head != NO_HEAD:
                    yield life

    def _is_copied(self, path: str, identity: Identity, life: Harvester) -> bool:
        """Whether the file at `path` is a copy of that of `life`, as the module says."""
        with _Opened(path, identity) as descriptor, _Opened(self._place(life), life.position.identity) as own:
            if descriptor is None:
                return False
            if own is None or not _is_whole(own, life):
                return _holds(descriptor, life)
            return _is_at(life.source_path, own) and _begins(descriptor, own)

    def _place(self, life: Harvester) -> str:
        """Return a path to the file of `life`; empty if there is none any more."""
        position = life.position
        inode = None if position.identity is None else position.identity.inode
        for path in (position.path, life.source_path):
            try:
                if os.stat(path).st_ino == inode:
                    return path
            except OSError:
                continue
        try:
            found = [] if inode is None else self._siblings.with_inode(position.path, inode)
        except OSError:
            return ""
        return found[0] if found else ""


class _Opened:
    """A descriptor for a while; None if the file cannot be opened, or is another than the one that was meant."""

    def __init__(self, path: str, identity: Identity | None = None) -> None:
        """`identity`, if given, says which file is meant: since it was seen at `path`, it may have been renamed."""
        self._path = path
        self._inode = None if identity is None else identity.inode
        self._descriptor: int | None = None

    def __enter__(self) -> int | None:
        try:
            self._descriptor = os.open(self._path, _HOW) if self._path else None
        except OSError:
            self._descriptor = None
        return self._descriptor if self._is_meant() else None

    def __exit__(self, *_: object) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)

    def _is_meant(self) -> bool:
        if self._descriptor is None or self._inode is None:
            return True
        return os.fstat(self._descriptor).st_ino == self._inode


def _read(descriptor: int, length: int, offset: int) -> bytes:
    try:
        return os.pread(descriptor, length, offset)
    except OSError:
        return b""


def _is_at(path: str, descriptor: int) -> bool:
    """Whether `path` leads to the open file."""
    try:
        return os.path.samestat(os.stat(path), os.fstat(descriptor))
    except OSError:
        return False


def _is_whole(descriptor: int, life: Harvester) -> bool:
    """Whether the open file still has what was read of `life`, or may have been by an earlier run."""
    begin, length = life.trail.newest.window
    return (
        os.fstat(descriptor).st_size >= max(life.offset, life.seen_before)
        and life.position.head.matches(_read(descriptor, HEAD_BYTES, 0))
        and life.trail.newest.matches(_read(descriptor, length, begin))
    )


def _holds(descriptor: int, life: Harvester) -> bool:
    """Whether the open file begins as that of `life` did, and has the bytes that were read where they were."""
    size = os.fstat(descriptor).st_size
    marks = life.trail.marks_until(size)
    windows = ((mark, *mark.window) for mark in marks)
    return (
        bool(marks)
        and (marks[-1].offset > 0 or life.offset == 0)
        and life.position.head.matches(_read(descriptor, HEAD_BYTES, 0))
        and all(mark.matches(_read(descriptor, length, begin)) for mark, begin, length in windows)
    )


def _begins(descriptor: int, other: int) -> bool:
    """Whether the first of two open files is how the second begins, or all of it."""
    size = os.fstat(descriptor).st_size
    if not 0 < size <= os.fstat(other).st_size:
        return False
    edges = [(0, min(_EDGE_BYTES, size)), (max(0, size - _EDGE_BYTES), min(_EDGE_BYTES, size))]
    probes = [(size * number // _PROBES, _PROBE_BYTES) for number in range(1, _PROBES)] if size > _EDGE_BYTES else []
    places = [*edges, *((begin, min(length, size - begin)) for begin, length in probes)]
    return all(os.pread(descriptor, length, begin) == os.pread(other, length, begin) for begin, length in places)
