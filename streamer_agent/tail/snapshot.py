"""What one look at the inputs found: files, reasons why there are none, and what is beside them. Looks at nothing."""

from dataclasses import dataclass, field
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
