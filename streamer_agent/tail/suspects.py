"""Remembers files that may be copies of others, and for how long nobody can tell. Looks at no file.

Whoever copies a log to empty it does so at once: the copy grows until it is whole, then its original is emptied, and
the life goes on in the copy. A file that stays as it is while the original stays too is one of its own, begun alike.
"""

from collections.abc import Callable

from streamer_agent.tail.checkpoint import Checkpoint, Suspect
from streamer_agent.tail.fingerprint import Identity
from streamer_agent.tail.snapshot import FileFacts

_WAIT_S = 5.0
"""Seconds without growth after which a file is shown although it begins as another does. A line that is shown twice
under two names is better than one that is never shown."""
_KEPT = 1024
"""Files of either kind that are remembered, the latest ones."""


class Suspects:
    """Files that are not read for now, by what tells them from others.

    They are saved: whoever is killed meanwhile and starts anew would not look at them again, as they are older than
    what is at the path by then.
    """

    def __init__(self, clock: Callable[[], float], checkpoint: Checkpoint, changed: Callable[[], None]) -> None:
        """Wait anew for those that an earlier run waited for.

        Args:
            clock: returns seconds.
            checkpoint: what is saved.
            changed: called whenever that has to be saved again.
        """
        self._clock = clock
        self._changed = changed
        self.waiting = checkpoint.suspects
        self._read = checkpoint.read_copies
        for suspect in self.waiting.values():
            suspect.since = clock()

    def waits(self, path: str, file: FileFacts, origin: str, epoch: int) -> bool:
        """Whether it is too early to show the file at `path`, which may be a copy of the life `epoch` at `origin`."""
        suspect = self.waiting.get(file.identity)
        if suspect is None or suspect.size != file.size:
            suspect = Suspect(path, origin, file.size, self._clock(), epoch)
            self.waiting[file.identity] = suspect
            self._changed()
        suspect.path = path
        # It stays until it is known, or the wait would begin anew. Beyond so many nobody waits: they are shown.
        return self._clock() - suspect.since < _WAIT_S and len(self.waiting) <= _KEPT

    def is_waiting(self, file: FileFacts, epoch: int) -> bool:
        """Whether a file is waited for as a copy of the life `epoch`, and is as it was then: all of it was there."""
        suspect = self.waiting.get(file.identity)
        return suspect is not None and suspect.size == file.size and suspect.epoch == epoch

    def drop(self, identity: Identity) -> None:
        """Forget a file: it is read now, or gone."""
        if self.waiting.pop(identity, None) is not None:
            self._changed()

    def note_read(self, file: FileFacts) -> None:
        """Take note of a copy whose lines were all read from its original."""
        self.drop(file.identity)
        self._read[file._replace(ctime_ns=0)] = None
        self._changed()
        if len(self._read) > _KEPT:
            del self._read[next(iter(self._read))]

    def was_read(self, file: FileFacts) -> bool:
        """Whether it is such a copy, as it was."""
        return file._replace(ctime_ns=0) in self._read
