"""Remembers files that may be copies of others, and for how long nobody can tell. Looks at no file.

Whoever copies a log to empty it does so at once: the copy grows until it is whole, then its original is emptied, and
the life goes on in the copy. A file that stays as it is while the original stays too is one of its own, begun alike.
"""

from collections.abc import Callable
from dataclasses import dataclass

from streamer_agent.tail.fingerprint import Identity
from streamer_agent.tail.rotation import FileFacts

_WAIT_S = 5.0
"""Seconds without growth after which a file is shown although it begins as another does. A line that is shown twice
under two names is better than one that is never shown."""
_KEPT = 1024
"""Files of either kind that are remembered, the latest ones."""


@dataclass(slots=True)
class Suspect:
    """A file that may be a copy."""

    path: str
    """Where it was last."""
    origin: str
    """Where its original is or was."""
    size: int
    since: float
    """When it was first seen at this size."""


class Suspects:
    """Files that are not read for now, by what tells them from others."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock` returns seconds."""
        self._clock = clock
        self.waiting: dict[Identity, Suspect] = {}
        self._read: dict[FileFacts, None] = {}

    def waits(self, path: str, file: FileFacts, origin: str) -> bool:
        """Whether it is too early to show the file at `path`, which may be a copy of that at `origin`."""
        suspect = self.waiting.get(file.identity)
        if suspect is None or suspect.size != file.size:
            suspect = Suspect(path, origin, file.size, self._clock())
        suspect.path = path
        # It stays until it is known, or the wait would begin anew. Beyond so many nobody waits: they are shown.
        self.waiting[file.identity] = suspect
        return self._clock() - suspect.since < _WAIT_S and len(self.waiting) <= _KEPT

    def is_waiting(self, file: FileFacts) -> bool:
        """Whether a file is waited for and is as it was then: all of it was in its original."""
        suspect = self.waiting.get(file.identity)
        return suspect is not None and suspect.size == file.size

    def drop(self, identity: Identity) -> None:
        """Forget a file: it is read now, or gone."""
        self.waiting.pop(identity, None)

    def note_read(self, file: FileFacts) -> None:
        """Take note of a copy whose lines were all read from its original."""
        self.drop(file.identity)
        self._read[file._replace(ctime_ns=0)] = None
        if len(self._read) > _KEPT:
            del self._read[next(iter(self._read))]

    def was_read(self, file: FileFacts) -> bool:
        """Whether it is such a copy, as it was."""
        return file._replace(ctime_ns=0) in self._read
