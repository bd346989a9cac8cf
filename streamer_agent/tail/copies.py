"""Finds out whether a file holds the bytes of a life that is known: copytruncate makes such. Decides nothing."""

import os
from collections.abc import Iterator

from streamer_agent.block import EpochKey
from streamer_agent.tail.fingerprint import HEAD_BYTES, MARK_BYTES, NO_HEAD
from streamer_agent.tail.harvester import Harvester
from streamer_agent.tail.lives import Lives
from streamer_agent.tail.rotation import FileFacts, origins

_HOW = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_KNOWN_EPOCHS = 16
"""How many of the last lives of a source are compared."""


class Copies:
    """Looks for the original of a file among the lives of the path that its name says it comes from."""

    def __init__(self, lives: Lives) -> None:
        """`lives` is what is known of all files."""
        self._lives = lives

    def original(self, path: str, file: FileFacts) -> Harvester | None:
        """Return the life whose bytes are in the file at `path`, none of its own; None if there is no such life."""
        candidates = [life for life in self._candidates(path) if life.position.identity != file.identity]
        return next((life for life in candidates if file.size and self.is_copy(path, life)), None)

    def is_copy(self, path: str, life: Harvester) -> bool:
        """Whether the file at `path` has the bytes of `life`, or the first of them."""
        try:
            descriptor = os.open(path, _HOW)
        except OSError:
            return False
        try:
            return _holds(descriptor, os.fstat(descriptor).st_size, life)
        except OSError:
            return False
        finally:
            os.close(descriptor)

    def is_beginning(self, path: str, other: str) -> bool:
        """Whether the file at `path` is how the file at `other` begins, or all of it: it is being copied, or was."""
        try:
            descriptor, source = os.open(path, _HOW), None
        except OSError:
            return False
        try:
            source = os.open(other, _HOW)
            size = os.fstat(descriptor).st_size
            return 0 < size <= os.fstat(source).st_size and _begin_alike(descriptor, source, size)
        except OSError:
            return False
        finally:
            os.close(descriptor)
            if source is not None:
                os.close(source)

    def _candidates(self, path: str) -> Iterator[Harvester]:
        for origin in origins(path):
            source = self._lives.checkpoint.sources.get(origin)
            if source is None:
                continue
            for epoch in range(source.epoch, max(0, source.epoch - _KNOWN_EPOCHS), -1):
                life = self._lives.by_key.get(EpochKey(source.id, epoch))
                if life is not None and life.position.head != NO_HEAD and life.position.state != "skipped":
                    yield life


def _holds(descriptor: int, size: int, life: Harvester) -> bool:
    """Whether an open file holds the bytes of `life`, or the first of them."""
    is_beginning = _is_beginning(descriptor, size, life)
    return _is_continued(descriptor, size, life) if is_beginning is None else is_beginning


def _is_beginning(descriptor: int, size: int, life: Harvester) -> bool | None:
    """Whether the file is how that of `life` begins; None if that is not there any more to be compared with."""
    position = life.position
    try:
        other = os.open(position.path, _HOW)
    except OSError:
        return None
    try:
        facts = os.fstat(other)
        first = os.pread(other, HEAD_BYTES, 0)
        is_there = position.identity is not None and facts.st_ino == position.identity.inode
        if not is_there or not position.head.matches(first) or facts.st_size < life.offset:
            return None
        return facts.st_size >= size and _begin_alike(descriptor, other, size)
    finally:
        os.close(other)


def _begin_alike(one: int, other: int, size: int) -> bool:
    """Whether two open files have the same first bytes, and the same before `size`."""
    places = (0, min(HEAD_BYTES, size)), (max(0, size - MARK_BYTES), min(MARK_BYTES, size))
    return all(os.pread(one, length, offset) == os.pread(other, length, offset) for offset, length in places)


def _is_continued(descriptor: int, size: int, life: Harvester) -> bool:
    """Whether the file begins as that of `life` did, and has the bytes that were read last where they were."""
    head = life.position.head
    mark = life.trail.newest_until(size)
    if mark is None or size < head.length or not head.matches(os.pread(descriptor, HEAD_BYTES, 0)):
        return False
    begin, length = mark.window
    return mark.matches(os.pread(descriptor, length, begin))
