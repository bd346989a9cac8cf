"""What tells one file from another: device and inode, its first bytes, and the last ones read. Reads no file.

Device and inode alone lie: an inode is given to the next file once its own is deleted, and a file that was truncated
and written anew keeps its own. The first bytes alone lie too: two files may begin alike. Together they hold, and the
bytes before a place that was read tell whether a file goes on there, or was written anew behind the same beginning.
"""

import hashlib
from dataclasses import dataclass
from typing import NamedTuple

HEAD_BYTES = 4096
"""How many first bytes count. Log files that differ at all differ in their first time stamp."""

MARK_BYTES = 256
"""How many bytes before a place count: more than a line's time stamp."""

_DIGEST_BYTES = 16


class Identity(NamedTuple):
    """Device and inode: which file of this machine, as long as it exists."""

    device: int
    inode: int


@dataclass(frozen=True, slots=True)
class Head:
    """Hash of a file's first `length` bytes. It grows with the file up to HEAD_BYTES; an empty one matches any file."""

    length: int
    digest: str

    @property
    def is_complete(self) -> bool:
        """Whether it covers HEAD_BYTES, so that it will never grow again."""
        return self.length == HEAD_BYTES

    def matches(self, first: bytes) -> bool:
        """Whether `first`, up to HEAD_BYTES first bytes of a file as it is now, can belong to the same file."""
        return len(first) >= self.length and _digest(first[: self.length]) == self.digest

    def grown(self, first: bytes) -> "Head":
        """Return the head of the same file, which now begins with `first`.

        NUL bytes at its end are left out: space that was reserved, or a size that is visible before its data, as
        network mounts may show it, will be written yet.
        """
        first = first[:HEAD_BYTES].rstrip(b"\0")
        return Head(len(first), _digest(first)) if len(first) > self.length else self


def _digest(first: bytes) -> str:
    return hashlib.blake2b(first, digest_size=_DIGEST_BYTES).hexdigest()


NO_HEAD = Head(0, _digest(b""))
"""The head of a file of which nothing is known."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Hash of the MARK_BYTES bytes before `offset`, of all of them where there are fewer."""

    offset: int
    digest: str

    @classmethod
    def at(cls, offset: int, before: bytes) -> "Mark":
        """Return the mark at `offset`; `before` are the bytes that end there, at least MARK_BYTES or all."""
        return cls(offset, _digest(before[-MARK_BYTES:]))

    @property
    def window(self) -> tuple[int, int]:
        """Where the bytes begin that it covers, and how many they are."""
        length = min(self.offset, MARK_BYTES)
        return self.offset - length, length

    def matches(self, before: bytes) -> bool:
        """Whether the bytes of its window are still these."""
        return len(before) == self.window[1] and _digest(before) == self.digest


NO_MARK = Mark.at(0, b"")
"""The mark of a file of which nothing was read. It matches every file."""
