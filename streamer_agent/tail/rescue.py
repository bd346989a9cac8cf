"""Finds files that are no longer where they were: renamed, rotated away unseen, copied. Reads no lines."""

from streamer_agent.tail.errors import FileChangedError, FileReplacedError
from streamer_agent.tail.fingerprint import NO_HEAD, Identity
from streamer_agent.tail.harvester import Harvester
from streamer_agent.tail.lives import Lives
from streamer_agent.tail.rotation import FileFacts, Snapshot, missed_generations, rotated
from streamer_agent.tail.siblings import Siblings

_NEVER = 2**63 - 1
"""A time that no file was written at."""


class Rescue:
    """Looks for files in the directory where they were, under names that no input means."""

    def __init__(self, lives: Lives) -> None:
        """`lives` is what is known of all files."""
        self._lives = lives
        self._previous = self._current = Snapshot()
        self._meant: set[Identity] | None = None
        """The files of the current snapshot, once they are asked for."""
        self._owed: dict[str, int] = {}
        """Paths whose missed generations could not be looked for yet, with the time since when they count."""
        self._siblings = Siblings()

    def advance(self, previous: Snapshot, current: Snapshot) -> None:
        """Take the two latest snapshots, and do what could not be done before."""
        self._previous, self._current, self._meant = previous, current, None
        self._siblings.drop()
        owed, self._owed = self._owed, {}
        for path, last_mtime_ns in owed.items():
            self._begin_since(path, last_mtime_ns)

    def begin_missed(self, path: str) -> None:
        """Start lives for the files that came to `path` and left it unseen, since the last that was seen there."""
        last = self._lives.vacant.get(path) or self._lives.at_path.get(path)
        if last is None:
            return
        # As it was when the file was still there: it may have been written to later than those that followed it.
        seen = self._previous.files.get(path)
        self._begin_since(path, last.position.mtime_ns if seen is None else seen.mtime_ns)

    def _begin_since(self, path: str, last_mtime_ns: int) -> None:
        try:
            strangers = self._strangers(path)
        except OSError:
            self._owed[path] = last_mtime_ns
            return
        for sibling, file in missed_generations(path, last_mtime_ns, strangers):
            harvester = self._lives.begin(path, file)
            self._lives.note("file_found", harvester, at=sibling)
            self.drift(harvester, sibling)

    def _strangers(self, path: str) -> list[tuple[str, FileFacts]]:
        """Return the files beside `path` that no input means and no life is known of."""
        siblings = self._siblings.of(path)
        if self._meant is None:
            self._meant = {file.identity for file in self._current.files.values()}
        known, meant, paths = self._lives.by_identity, self._meant, self._current.files
        return [
            (at, file)
            for at, file in siblings
            if file.identity not in known and file.identity not in meant and at not in paths
        ]

    def newest(self, path: str) -> int:
        """Return a time after all files that were rotated from `path` were written to: they came before we waited."""
        try:
            return max((file.mtime_ns + 1 for _at, file in rotated(path, self._siblings.of(path))), default=0)
        except OSError:
            return _NEVER

    def supersede(self, harvester: Harvester) -> None:
        """The file of a life is gone, or another content is in it."""
        self._lives.disown(harvester)
        if harvester.is_over:
            return
        if harvester.is_in_sight:
            self._lives.note("file_truncated", harvester)
        if not self._follow_copy(harvester):
            self._lives.finish(harvester, "truncated" if harvester.is_in_sight else "removed")

    def _follow_copy(self, harvester: Harvester) -> bool:
        """Read on in the copy that copytruncate made before it emptied the file; return whether there is one."""
        if harvester.position.head == NO_HEAD or harvester.position.state == "skipped":
            return False
        path = harvester.source_path
        # The copy may be younger than the snapshot.
        self._siblings.drop()
        try:
            copies = sorted(rotated(path, self._strangers(path)), key=lambda found: found[1].mtime_ns, reverse=True)
        except OSError:
            return False
        return any(file.size >= harvester.position.size and self._lives.move(harvester, at) for at, file in copies)

    def search(self, harvester: Harvester) -> bool:
        """Find a file that left its path and is not open: by its inode in the same directory, under any name.

        Return whether it may still be there.
        """
        identity = harvester.position.identity
        try:
            found = self._siblings.with_inode(harvester.position.path, identity.inode) if identity else []
        except OSError:
            return True
        for path in found:
            if not self.drift(harvester, path):
                self.supersede(harvester)
                break
        return bool(found)

    def drift(self, harvester: Harvester, path: str) -> bool:
        """Read a file on that no input leads to; return False if another content is in it."""
        self._lives.lose_sight(harvester)
        try:
            if self._lives.open(harvester, path):
                self._lives.wake(harvester)
        except FileReplacedError:
            # Renamed since the listing; it will be searched for again.
            return True
        except FileChangedError:
            return False
        return True
