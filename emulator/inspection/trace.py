"""The last things that happened, in order and bounded; frames become records only when somebody looks.

Two rings, so that a flood of frames does not push out the refusal that explains it.
"""

from collections import deque
from collections.abc import Iterator
from heapq import merge
from typing import Protocol

from emulator.inspection.record import Record

MAX_FRAMES = 2000
MAX_OTHERS = 1000
"""Records kept of each sort. A frame holds at most `excerpt.KEPT_BYTES` of content, so that all take some megabytes."""

MAX_OTHER_BYTES = 4 * 1024 * 1024
"""Memory for the texts of what is no frame: strangers write into them by what they ask for."""


class Entry(Protocol):
    """A record, or what becomes one."""

    @property
    def number(self) -> int:
        """Its place among all, from 1."""
        ...

    def record(self) -> Record:
        """The record."""
        ...


class Trace:
    """What happened. Its readers ask again with the number of the last record they have."""

    __slots__ = (
        "_frames",
        "_max_other_bytes",
        "_max_others",
        "_other_bytes",
        "_others",
        "add_frame",
        "epoch",
        "number",
    )

    def __init__(
        self,
        epoch: str,
        max_frames: int = MAX_FRAMES,
        max_others: int = MAX_OTHERS,
        max_other_bytes: int = MAX_OTHER_BYTES,
    ) -> None:
        """Begin; `epoch` names this life of the emulator, since numbers begin anew with each."""
        self.epoch = epoch
        self.number = 0  # of the last record
        self._frames: deque[Entry] = deque(maxlen=max_frames)
        self._others: deque[Record] = deque()
        self._other_bytes = 0  # of all of them
        self._max_others = max_others
        self._max_other_bytes = max_other_bytes
        self.add_frame = self._frames.append

    def next_number(self) -> int:
        """The number of one more record."""
        self.number += 1
        return self.number

    def add(self, record: Record) -> None:
        """Keep what is no frame; the oldest give way to it."""
        self._others.append(record)
        self._other_bytes += record.size_bytes
        while len(self._others) > self._max_others or self._other_bytes > self._max_other_bytes:
            self._other_bytes -= self._others.popleft().size_bytes

    def since(self, number: int) -> list[Entry]:
        """What came after `number` and is still kept, in order."""
        return list(merge(_after(self._frames, number), _after(self._others, number), key=lambda entry: entry.number))


def _after(entries: "deque[Entry] | deque[Record]", number: int) -> Iterator[Entry]:
    found = []
    for entry in reversed(entries):
        if entry.number <= number:
            break
        found.append(entry)
    return reversed(found)
