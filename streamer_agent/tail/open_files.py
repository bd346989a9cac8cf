"""Keeps the number of open files within bounds: closes what was used the longest ago. Reads nothing."""

import errno
import resource
from itertools import islice

from streamer_agent.block import EpochKey
from streamer_agent.tail.harvester import Harvester

_OUT_OF_DESCRIPTORS = (errno.EMFILE, errno.ENFILE)
_CHOICE = 16
"""How many more files than have to be closed are considered."""


class OpenFiles:
    """The harvesters that hold a descriptor.

    A file that is out of sight stays open even beyond the limit, because its descriptor may be all that is left of it.
    """

    def __init__(self, limit: int) -> None:
        """`limit` shrinks when the system has fewer descriptors to give; half of them are left to others."""
        soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        self._limit = limit if soft == resource.RLIM_INFINITY else max(1, min(limit, soft // 2))
        self._open: dict[EpochKey, Harvester] = {}
        """The one used the longest ago first."""

    def open(self, harvester: Harvester, path: str) -> None:
        """Open `path` for `harvester`; the exceptions are those of Harvester.open."""
        try:
            harvester.open(path)
        except OSError as error:
            if error.errno not in _OUT_OF_DESCRIPTORS or not self._open:
                raise
            self._limit = max(1, len(self._open) // 2)
            self._close_surplus()
            harvester.open(path)
        self._open[harvester.position.key] = harvester
        self.used(harvester)
        self._close_surplus()

    def used(self, harvester: Harvester) -> None:
        """Note that an open file is in use."""
        if harvester.position.key in self._open:
            self._open[harvester.position.key] = self._open.pop(harvester.position.key)

    def close(self, harvester: Harvester) -> None:
        """Let go of one file."""
        self._open.pop(harvester.position.key, None)
        harvester.close()

    def close_all(self) -> None:
        """Let go of all files."""
        for harvester in list(self._open.values()):
            self.close(harvester)

    def _close_surplus(self) -> None:
        surplus = len(self._open) - self._limit
        if surplus > 0:
            used_last = next(reversed(self._open))
            closable = (h for key, h in self._open.items() if h.is_in_sight and key != used_last)
            # One that was read to its end can be opened again even if it is deleted meanwhile: nothing of it is missed.
            for harvester in sorted(islice(closable, surplus + _CHOICE), key=lambda h: h.has_unread)[:surplus]:
                self.close(harvester)
