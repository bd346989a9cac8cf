"""Decides what became of each file: which life goes on, which is over, which begins. Reads no lines, saves nothing."""

import os
from collections.abc import Callable, Collection, Generator

from streamer_agent.tail.copies import Copies
from streamer_agent.tail.errors import FileChangedError, FileReplacedError
from streamer_agent.tail.fingerprint import NO_HEAD, Identity
from streamer_agent.tail.harvester import Harvester
from streamer_agent.tail.lives import Lives
from streamer_agent.tail.options import STDIN
from streamer_agent.tail.rescue import Rescue
from streamer_agent.tail.rotation import (
    BarredFrom,
    Cleared,
    Created,
    Event,
    Removed,
    Renamed,
    Truncated,
    Written,
    arrivals,
    completed,
    diff,
)
from streamer_agent.tail.scanner import file_facts
from streamer_agent.tail.snapshot import Barred, Beside, FileFacts, Snapshot
from streamer_agent.tail.suspects import Suspects


class Succession:
    """Applies what changed between two snapshots to the lives.

    A start is no special case: the first snapshot is compared with what the positions remember.
    """

    def __init__(self, lives: Lives, rescue: Rescue, copies: Copies, suspects: Suspects, lines_back: int) -> None:
        """Know no file yet.

        Args:
            lives: what is known of all files.
            rescue: finds those that left their path.
            copies: tells copies of known lives.
            suspects: files that may be copies.
            lines_back: how many lines before its end to begin in a file that is followed from there.
        """
        self._lives = lives
        self._rescue = rescue
        self._copies = copies
        self._suspects = suspects
        self._lines_back = lines_back
        self._snapshot = Snapshot()
        """The latest, which is applied or being applied."""
        self._arrivals: dict[str, list[str]] = {}
        """Files that are new, or changed, under rotated names, by the paths that they may have left."""
        self._covers: Callable[[str], bool] = lambda _path: False
        """Which paths the inputs mean."""

    def remember(self, covers: Callable[[str], bool]) -> None:
        """Take the saved positions for the snapshot before the first; `covers` says which paths the inputs mean."""
        self._covers = covers
        for directory, changed_ns in self._lives.checkpoint.listed.items():
            # Which files were there is not saved: those that were written to at that very moment count as known.
            self._snapshot.beside[directory] = Beside(changed_ns + 1)
        files, barred = self._snapshot.files, self._snapshot.barred
        for harvester in reversed(list(self._lives.by_key.values())):
            position = harvester.position
            if harvester.source_path == STDIN and position.state != "ended":
                self._lives.vacant.pop(STDIN, None)
                self._lives.finish(harvester, "removed")
                continue
            harvester.is_dormant = not covers(harvester.source_path)
            if harvester.is_dormant or position.state == "ended":
                continue
            if position.identity is None and harvester.is_over:
                # Its file was gone when the agent stopped: what was not acknowledged then is lost.
                self._lives.finish(harvester, "removed")
            elif position.identity is None:
                barred[harvester.source_path] = Barred(position.state, position.detail)
            elif position.path in files:
                self._lives.revive(harvester)
                self._lives.lose_sight(harvester)
            else:
                self._lives.revive(harvester)
                # No change time, so that every file counts as written to and is opened and compared.
                files[position.path] = FileFacts(*position.identity, position.size, position.mtime_ns, 0)

    def advance(self, current: Snapshot, at_end: Collection[str] = ()) -> Generator[None, None, None]:
        """Apply what changed since the last snapshot, one step for each file.

        Args:
            current: the inputs now.
            at_end: paths whose files are followed from their end if nothing is known of them.
        """
        current = completed(self._snapshot, current)
        events = diff(self._snapshot, current)
        self._arrivals = arrivals(self._snapshot, current)
        self._rescue.advance(self._snapshot, current)
        self._snapshot = current
        for event in events:
            self._apply(event, at_end)
            yield
        for path in sorted(self._arrivals):
            self._left(path)
            yield
        listed = {directory: beside.changed_ns for directory, beside in current.beside.items()}
        if self._lives.checkpoint.listed != listed:
            self._lives.checkpoint.listed = listed
            self._lives.is_dirty = True

    def changed(self, harvester: Harvester) -> None:
        """The file of a life was truncated or rewritten in place: the life is over, the next begins at byte 0.

        If another file is at the path by now, the next snapshot tells.
        """
        path, was_in_sight = harvester.position.path, harvester.is_in_sight
        self._rescue.supersede(harvester, "truncated")
        if not was_in_sight:
            return
        file, seen = _facts_at(path), self._snapshot.files.get(path)
        is_there = file is not None and seen is not None and file.identity == seen.identity
        if not is_there:
            # Renamed meanwhile as well: what is somewhere else now is for `begin_missed` to find.
            self._snapshot.files.pop(path, None)
            self._rescue.look_again()
        self._rescue.begin_missed(path)
        if is_there and file is not None:
            self._begin(path, file)

    def _apply(self, event: Event, at_end: Collection[str]) -> None:
        match event:
            case Created(path, file) | Written(path, file) | Truncated(path, file):
                self._present(path, file, is_at_end=path in at_end)
            case Renamed(old_path, path, file):
                self._rescue.begin_missed(old_path)
                self._renamed(path, file)
            case Removed(path, file):
                self._removed(file)
                self._rescue.begin_missed(path)
            case BarredFrom(path, barred):
                self._barred(path, barred)
            case Cleared(path):
                vacant = self._lives.vacant.pop(path, None)
                if vacant is not None:
                    self._lives.finish(vacant, "removed")

    def _left(self, path: str) -> None:
        """New names say that they were at `path`, where there is no file: it may have come and gone unseen."""
        files = self._snapshot.files
        if path in files or not self._covers(path) or all(at in files for at in self._arrivals[path]):
            return
        self._rescue.begin_missed(path)
        barred = self._snapshot.barred.get(path)
        if barred is not None:
            self._barred(path, barred)

    def _present(self, path: str, file: FileFacts, *, is_at_end: bool = False) -> None:
        """A file is at `path`: read on, or begin its first or next life."""
        known = self._lives.by_identity.get(file.identity)
        if known is None:
            # A mount may have another device number since the machine started anew.
            last = self._lives.at_path.get(path)
            known = last if last is not None and _is_remounted(last.position.identity, file.identity) else None
        if known is None or (known.position.head == NO_HEAD and not known.is_over):
            if known is None and self._suspects.was_read(file):
                return
            original = self._copies.original(path, file)
            # It may also have been filled, copied and emptied before, once or more: nothing in it could tell.
            if known is not None and (
                original or (file.size and known.is_inherited) or self._rescue.begin_missed(path)
            ):
                self._lives.withdraw(known)
                known = None
            if original is not None and self._rescue.holds_back(path, file, original):
                # Its lines come from the original, which is there, or about to be missed.
                return
        if known is not None:
            was_emptied = self._rescue.follow_emptied(known, path, self._arrivals.get(path, ()))
            if not was_emptied and (self._continue(known, path) or self._may_be_copy(path, file)):
                return
            file = self._as_it_is_anywhere(path, file)  # it was seen with another content, and that content's size
        is_at_end = is_at_end and path not in self._lives.checkpoint.sources
        if not is_at_end:
            self._rescue.begin_missed(path)
        self._begin(path, file, is_at_end=is_at_end)

    def _as_it_is_anywhere(self, path: str, file: FileFacts) -> FileFacts:
        """Return the facts of `file` as they are now, also if it was renamed since it was seen at `path`."""
        found = self._rescue.place(path, file.identity)
        return file if found is None else found[1]

    def _may_be_copy(self, path: str, file: FileFacts) -> bool:
        """Whether a file that has the inode of another life, and other content, waits as the copy that it may be."""
        original = self._copies.original(path, file)
        return self._suspects.was_read(file) or (original is not None and self._rescue.holds_back(path, file, original))

    def _renamed(self, path: str, file: FileFacts) -> None:
        harvester = self._lives.by_identity.get(file.identity)
        if harvester is not None:
            self._lives.chronicle.note("file_renamed", harvester, now=path)
        self._present(path, file)

    def _removed(self, file: FileFacts) -> None:
        harvester = self._lives.by_identity.get(file.identity)
        if harvester is None:
            return
        if harvester.is_in_sight:
            self._lives.chronicle.note("file_removed", harvester)
        self._lives.lose_sight(harvester)
        if harvester.position.state == "skipped":
            self._lives.finish(harvester, "removed")
            self._lives.disown(harvester)
        elif not harvester.is_open:
            self._rescue.search(harvester)
        elif not self._rescue.drift(harvester, harvester.position.path):
            self._rescue.supersede(harvester, "removed")

    def _barred(self, path: str, barred: Barred) -> None:
        if path in self._snapshot.files:
            # A file that was there is hidden for now. If it is open it is read on.
            return
        vacant = self._lives.vacant.get(path)
        if vacant is None:
            self._rescue.begin_missed(path)
            vacant = self._lives.begin(path, None)
            vacant.position.mtime_ns = self._rescue.newest(path)
        self._lives.tell(vacant, barred.state, barred.detail)

    def _begin(self, path: str, file: FileFacts, *, is_at_end: bool = False) -> None:
        """Start a new life with the file at `path`."""
        harvester = self._lives.begin(path, file)
        if is_at_end:
            position = harvester.position
            position.start = position.end = file.size
            position.is_unaligned = True
            position.lines_back = self._lines_back
        is_same = self._continue(harvester, path)
        if not file.size and harvester.is_told_apart and self._may_be_copy(path, _as_it_is(path, file)):
            # It was empty when it was looked at, as a copy is that is just being made.
            self._lives.withdraw(harvester)
            return
        self._lives.chronicle.note("file_found", harvester, start=harvester.position.start)
        if not is_same:
            self._begin(path, _as_it_is(path, file))

    def _continue(self, harvester: Harvester, path: str) -> bool:
        """Read on with the file at `path`; return whether it still is this life. If not, the life is over."""
        was_over = harvester.is_over
        try:
            is_open = self._lives.open(harvester, path)
        except FileReplacedError:
            # Replaced since the snapshot; the next one tells by what. Until it is found again it is searched for.
            if not was_over:
                self._lives.lose_sight(harvester)
            return True
        except FileChangedError:
            self._rescue.supersede(harvester, "truncated")
            return False
        if was_over:
            self._lives.revive(harvester)
        self._lives.sight(harvester, path)
        if is_open and harvester.has_unread:
            self._lives.wake(harvester)
        return True

    def review(self) -> None:
        """Look again at the files that may be copies: those that were not after all are read from their beginning."""
        for identity, suspect in list(self._suspects.waiting.items()):
            found = None if identity in self._lives.by_identity else self._rescue.place(suspect.path, identity)
            if found is None:
                self._suspects.drop(identity)
            elif (seen := self._snapshot.files.get(found[0])) is None:
                self._rescue.begin_stranger(suspect.origin, *found)
            elif seen.identity == identity:
                self._present(*found)

    def open_untold(self, harvester: Harvester) -> None:
        """Open a file of whose content nothing is known: the first of it may show that it belongs to another life.

        Raises:
            FileReplacedError: another file is at its path; the next snapshot tells by what it was replaced.
        """
        path = harvester.position.path
        if harvester.is_in_sight:
            self.retry(harvester)
        elif not self._rescue.withdraw_copy(harvester, path):
            self._lives.open(harvester, path)

    def retry(self, harvester: Harvester) -> None:
        """Try again to read what is at the path of a life that failed. Raises as `open_untold` does."""
        path, known = harvester.position.path, harvester.position.identity
        try:
            file = file_facts(os.stat(path))
        except OSError as error:
            self._lives.fail(harvester, error)
            return
        if known is not None and known.inode != file.inode:
            raise FileReplacedError(path)
        self._present(path, file)


def _facts_at(path: str) -> FileFacts | None:
    try:
        return file_facts(os.stat(path))
    except OSError:
        return None


def _as_it_is(path: str, file: FileFacts) -> FileFacts:
    """Return the facts of `file` as they are now, if it still is at `path`."""
    now = _facts_at(path)
    return now if now is not None and now.identity == file.identity else file


def _is_remounted(before: Identity | None, now: Identity) -> bool:
    return before is not None and before.inode == now.inode and before.device != now.device
