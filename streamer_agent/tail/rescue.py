"""Finds files that are no longer where they were: renamed, rotated away unseen, copied. Reads no lines."""

import os
from collections.abc import Collection, Iterable, Sequence
from typing import Literal

from streamer_agent.tail.copies import Copies
from streamer_agent.tail.errors import FileChangedError, FileReplacedError
from streamer_agent.tail.fingerprint import NO_HEAD, Identity
from streamer_agent.tail.generations import missed_generations
from streamer_agent.tail.harvester import Harvester
from streamer_agent.tail.lives import Lives
from streamer_agent.tail.scanner import file_facts
from streamer_agent.tail.siblings import Siblings
from streamer_agent.tail.snapshot import Beside, FileFacts, Snapshot
from streamer_agent.tail.suspects import Suspects

_LOOKS = 5
"""How often to look for files while others rename them: what moves from one place to another may be missed in both."""
_NEVER = 2**63 - 1
"""A time that no file was written at."""


class Rescue:
    """Looks for files in the directory where they were, under names that no input means."""

    def __init__(self, lives: Lives, copies: Copies, siblings: Siblings, suspects: Suspects) -> None:
        """`lives` is what is known of all files, `copies` tells copies of these; `suspects` are those that may be."""
        self._lives = lives
        self._copies = copies
        self._suspects = suspects
        self._previous = self._current = Snapshot()
        self._meant: set[Identity] | None = None
        """The files of the current snapshot, once they are asked for."""
        self._owed: dict[str, int] = {}
        """Paths whose missed generations could not be looked for yet, with the time since when they count."""
        self._siblings = siblings

    def advance(self, previous: Snapshot, current: Snapshot) -> None:
        """Take the two latest snapshots, and do what could not be done before."""
        self._previous, self._current, self._meant = previous, current, None
        self._siblings.drop()
        owed, self._owed = self._owed, {}
        for path, last_mtime_ns in owed.items():
            self._begin_since(path, last_mtime_ns)

    def look_again(self) -> None:
        """Note that files were moved since the snapshot was taken."""
        self._meant = None
        self._siblings.drop()

    def begin_missed(self, path: str) -> bool:
        """Start lives for the files that came to `path` and left it unseen, since the last that was seen there.

        Return whether there are any.
        """
        last = self._lives.vacant.get(path) or self._lives.at_path.get(path) or self._lives.latest(path)
        if last is None:
            beside = self._beside(path)
            return beside is not None and self._begin_since(path, beside.changed_ns, beside.inodes.values())
        return self._begin_since(path, *self._since(path, last))

    def _since(self, path: str, last: Harvester) -> tuple[int, Collection[int]]:
        """Return since when files that left `path` came after `last`, and the inodes of those that were there then.

        That is when the file was written to as the last look at all inputs found it. Later it may have been read
        further, and in its place what came after those that are missed; and if it has left since, it may have been
        written to later than those that followed it.
        """
        seen = self._previous.files.get(path)
        mtime_ns = last.position.mtime_ns if seen is None else seen.mtime_ns
        beside = self._previous.beside.get(os.path.dirname(path))
        if beside is None or mtime_ns <= beside.changed_ns:
            return mtime_ns, ()
        return beside.changed_ns, beside.inodes.values()

    def _beside(self, path: str) -> Beside | None:
        """Return what was in the directory of `path` when it was looked at last, and nothing was at `path`.

        If it was not there then, what is above it was. None if nobody looked.
        """
        directory = os.path.dirname(path)
        while directory not in self._previous.beside:
            directory, below = os.path.dirname(directory), directory
            if directory == below:
                return None
        return self._previous.beside[directory]

    def _begin_since(self, path: str, last_mtime_ns: int, known: Collection[int] = ()) -> bool:
        """Do so with those that were written to since then; one that was at that moment may be in `known`, by inode."""
        has_begun = False
        for _ in range(_LOOKS):
            try:
                strangers = [
                    (at, file)
                    for at, file in self._strangers(path)
                    if file.mtime_ns > last_mtime_ns or file.inode not in known
                ]
                place = self._place_of_last(path)
                for sibling, file in missed_generations(path, last_mtime_ns, strangers, place):
                    has_begun |= self.begin_stranger(path, sibling, file)
                if self._are_in_place(path):
                    break
            except OSError:
                self._owed[path] = last_mtime_ns
                break
        return has_begun

    def _are_in_place(self, path: str) -> bool:
        """Whether the files rotated from `path` are where they were listed; if not, the next look lists them anew.

        Raises:
            OSError: the directory cannot be listed.
        """
        for at, file in self._siblings.rotated_from(path):
            try:
                is_there = file_facts(os.stat(at)).identity == file.identity
            except OSError:
                is_there = False
            if not is_there:
                self.look_again()
                return False
        return True

    def begin_stranger(self, path: str, sibling: str, file: FileFacts) -> bool:
        """Start a life of the source at `path` with the file at `sibling`, unless that may be a copy.

        An empty one may be a copy that is only begun. A life of its own would hide that from those who come after us.
        """
        if not file.size and self._waits(sibling, file, path):
            return False
        if self._may_be_copy(sibling, file, path):
            return False
        harvester = self._lives.begin(path, file)
        self._lives.chronicle.note("file_found", harvester, at=sibling)
        self.drift(harvester, sibling)
        return True

    def _may_be_copy(self, path: str, file: FileFacts, origin: str) -> bool:
        """Whether the lines of the file at `path` come from that at `origin`, or from the copy once that is emptied."""
        original = self._copies.original(path, file)
        if original is not None:
            return self.holds_back(path, file, original)
        return self._copies.is_beginning(path, origin) and self._waits(path, file, origin)

    def holds_back(self, path: str, file: FileFacts, original: Harvester) -> bool:
        """Whether it is too early to show the file at `path`, which holds the bytes of `original`.

        A life whose file is missed may go on in it, however long the search takes.
        """
        is_missed = not original.is_open and original.position.key in self._lives.adrift
        epoch = original.position.key.epoch
        return self._suspects.waits(path, file, original.source_path, epoch) or is_missed

    def _waits(self, path: str, file: FileFacts, origin: str) -> bool:
        """Whether it is too early to show a file that may be a copy of what is at `origin`, or was there last."""
        life = self._lives.at_path.get(origin) or self._lives.latest(origin)
        return self._suspects.waits(path, file, origin, 0 if life is None else life.position.key.epoch)

    def withdraw_copy(self, harvester: Harvester, path: str) -> bool:
        """If the file of a life at `path`, of which nothing was read, holds another's bytes, end the life.

        Return whether it does.
        """
        try:
            file = file_facts(os.stat(path))
        except OSError:
            return False
        if file.identity != harvester.position.identity:
            return False
        if not self._may_be_copy(path, file, harvester.source_path):
            return False
        self._lives.withdraw(harvester)
        return True

    def _place_of_last(self, path: str) -> tuple[str, FileFacts] | None:
        """Return where the last file is that was seen at `path`, if it is in the same directory."""
        last = self._lives.at_path.get(path) or self._lives.latest(path)
        identity = None if last is None else last.position.identity
        return self._siblings.with_identity(path, identity)

    def _strangers(self, path: str) -> list[tuple[str, FileFacts]]:
        """Return the files that were rotated from `path`, that no input means and no life is known of."""
        siblings = self._siblings.rotated_from(path)
        if self._meant is None:
            self._meant = {file.identity for file in self._current.files.values()}
        meant, paths = self._meant, self._current.files
        return [
            (at, file)
            for at, file in siblings
            if file.identity not in meant
            and at not in paths
            and not self._suspects.was_read(file)
            and self._owner(at, file) is None
        ]

    def _owner(self, path: str, file: FileFacts) -> Harvester | None:
        """Return the life that the file at `path`, which no input means, belongs to.

        A file that was deleted while nobody had it open has left its inode to another: its life is over then.
        """
        life = self._lives.by_identity.get(file.identity)
        if life is None or life.is_open or self._copies.is_own(path, life):
            return life
        self.supersede(life, "removed")
        return None

    def newest(self, path: str) -> int:
        """Return a time after all files that were rotated from `path` were written to: they came before we waited."""
        try:
            return max((file.mtime_ns + 1 for _at, file in self._siblings.rotated_from(path)), default=0)
        except OSError:
            return _NEVER

    def supersede(self, harvester: Harvester, why: Literal["truncated", "removed"]) -> None:
        """The file of a life is gone, or another content is in it."""
        left = harvester.position.identity
        self._lives.disown(harvester)
        if harvester.is_over:
            return
        if why == "truncated":
            self._lives.chronicle.note("file_truncated", harvester)
        if not self._follow_copy(harvester, left):
            # Nobody knows what was written since the last look. An empty file had nothing to lose that was seen.
            self._lives.finish(harvester, why, more=harvester.position.size > 0)

    def _follow_copy(self, harvester: Harvester, left: Identity | None) -> bool:
        """Read on in the copy that copytruncate made before it emptied the file; return whether there is one.

        `left` is the file itself, which may have got a rotated name since, and begins as before.
        """
        if harvester.position.head == NO_HEAD or harvester.position.state == "skipped":
            return False
        path = harvester.source_path
        # The copy may be younger than the snapshot.
        self._siblings.drop()
        try:
            for _ in range(_LOOKS):
                siblings = self._siblings.rotated_from(path)
                if self._follow_one_of([(at, file) for at, file in siblings if file.identity != left], harvester):
                    return True
                if self._are_in_place(path):
                    break
        except OSError:
            pass
        return False

    def _follow_one_of(self, siblings: Sequence[tuple[str, FileFacts]], harvester: Harvester) -> bool:
        """Read on in that of `siblings` which is the copy of a life's file; return whether one is."""
        copies = []
        for at, file in _nearest(siblings, self._since(harvester.source_path, harvester)[0]):
            other = self._owner(at, file)
            if other is not None and other.is_told_apart:
                continue
            holds = self._copies.holds(at, harvester)
            if holds or self._suspects.is_waiting(file, harvester.position.key.epoch):
                copies.append(file)
            if holds and self._lives.move(harvester, at):
                self._suspects.drop(file.identity)
                if other is not None:
                    self._lives.withdraw(other)
                if at in self._current.files:
                    self._lives.sight(harvester, at)
                return True
        for file in copies:
            # Older than what was read behind its end: all that it holds was read before.
            if 0 < file.size <= harvester.offset and file.mtime_ns < harvester.position.mtime_ns:
                self._suspects.note_read(file)
                self._lives.finish(harvester, "truncated")
                return True
        return False

    def follow_emptied(self, harvester: Harvester, path: str, arrivals: Iterable[str]) -> bool:
        """If a file that seems to go on at `path` was copied and emptied, let its life go on in the copy.

        It begins as before, but so do all that begin with one header. The copy, one of the files `arrivals` that are
        new there, begins so as well, and is not how the file begins now. Return whether it was.
        """
        position = harvester.position
        if harvester.is_over or position.head == NO_HEAD or position.path != path:
            return False
        since_ns, _inodes = self._since(path, harvester)
        for at in arrivals:
            try:
                file = file_facts(os.stat(at))
            except OSError:
                continue
            other = self._lives.by_identity.get(file.identity)
            is_known = other is not None and other.is_told_apart
            if (
                is_known
                or self._suspects.was_read(file)
                or file.mtime_ns < since_ns
                or not self._copies.holds(at, harvester)
            ):
                continue
            if not self._copies.is_beginning(at, path):
                self.supersede(harvester, "truncated")
                return True
        return False

    def place(self, path: str, identity: Identity) -> tuple[str, FileFacts] | None:
        """Return where a file is that was at `path`, and how it is; None if it is not in that directory any more."""
        try:
            if (file := file_facts(os.stat(path))).identity == identity:
                return path, file
        except OSError:
            pass
        try:
            return self._siblings.with_identity(path, identity)
        except OSError:
            return None

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
                self.supersede(harvester, "removed")
                break
        return bool(found)

    def drift(self, harvester: Harvester, path: str) -> bool:
        """Read a file on that no input leads to; return False if another content is in it."""
        if not harvester.is_told_apart and self.withdraw_copy(harvester, path):
            return True
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


def _nearest(siblings: Sequence[tuple[str, FileFacts]], mtime_ns: int) -> list[tuple[str, FileFacts]]:
    """Return where the copy of a file may be that was last written to at `mtime_ns`, the likeliest first.

    That is the oldest one made since: later ones may be copies of what was in the file afterwards, and begin alike.
    """
    return sorted(siblings, key=lambda found: (found[1].mtime_ns < mtime_ns, abs(found[1].mtime_ns - mtime_ns)))
