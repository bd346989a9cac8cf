"""Asks the kernel which files were written to, so that their lines need not wait for the next look. Never the truth.

Mounts may give no hints, late ones or only some; the queue may overflow; watches may run out. All of that costs time
until the next look and nothing else.
"""

import asyncio
import contextlib
import os
import struct
import sys
from collections.abc import Callable

from asyncinotify import Inotify, Mask, Watch

from streamer_agent.tail.facts import Notice, Notify, label
from streamer_agent.tail.snapshot import FileFacts, Snapshot

# Added to what may be asked for already: one directory can be reached by two paths and has one watch.
_NAMES = (
    Mask.MASK_ADD
    | Mask.ATTRIB
    | Mask.CREATE
    | Mask.DELETE
    | Mask.MOVE
    | Mask.DELETE_SELF
    | Mask.MOVE_SELF
    | Mask.ONLYDIR
)
_NAMES_AND_WRITES = _NAMES | Mask.MODIFY
_MODIFY = int(Mask.MODIFY)
_OVERFLOW = int(Mask.Q_OVERFLOW)
_WATCH_IS_VOID = int(Mask.IGNORED | Mask.MOVE_SELF)
_HEADER = struct.Struct("iIII")
"""inotify(7), struct inotify_event: watch, mask, cookie, length of the name that follows."""
_READ_BYTES = 64 * 1024
"""Taken from the queue in one go: some two thousand events, about a millisecond."""


class Hints:
    """One inotify instance that watches directories, never single files: a rename would leave those behind.

    Events are read here rather than through asyncinotify's objects, which cost ten times as much: a file that is
    written line by line sends one for each line.
    """

    def __init__(self, *, written: Callable[[str], None], changed: Callable[[], None], notify: Notify) -> None:
        """Ask for nothing yet.

        Args:
            written: called with the path, as the snapshot has it, of a file that was written to.
            changed: called when names or rights changed somewhere, or events were lost.
            notify: told when hints are not to be had.
        """
        self._written = written
        self._changed = changed
        self._notify = notify
        self._inotify: Inotify | None = None
        self._watches: dict[str, tuple[Mask, Watch | None]] = {}
        """By directory what was asked for, and the watch; None where the kernel refused."""
        self._directories: dict[int, str] = {}
        """By the kernel's number of the watch."""
        self._files: dict[str, FileFacts] = {}
        """Those of the last snapshot."""
        self._links: dict[str, str] = {}
        """Where the symbolic links among them lead."""
        self._paths: dict[str, str] = {}
        """The same the other way round: events come from there."""
        self._told: set[int | None] = set()
        """Reasons of refusal that were told."""

    def open(self) -> None:
        """Start to listen, on the running event loop. Other systems than Linux have no such hints."""
        if sys.platform != "linux":
            return
        try:
            self._inotify = Inotify()
        except OSError as error:
            self._refused("all files", error)
        else:
            asyncio.get_running_loop().add_reader(self._inotify.fd, self._hear)

    def close(self) -> None:
        """Stop listening."""
        if self._inotify is not None:
            asyncio.get_running_loop().remove_reader(self._inotify.fd)
            self._inotify.close()
            self._inotify = None

    def watch(self, snapshot: Snapshot) -> bool:
        """Ask for the directories of `snapshot`. Return whether there are new ones: what happened there since it was
        taken is not known, so look again."""
        if self._inotify is None:
            return False
        self._follow_links(snapshot.files)
        wanted = dict.fromkeys(snapshot.parents, _NAMES)
        wanted |= dict.fromkeys(snapshot.directories, _NAMES_AND_WRITES)
        wanted |= {os.path.dirname(target): _NAMES_AND_WRITES for target in self._paths}
        for directory in [known for known, (asked, _) in self._watches.items() if wanted.get(known) != asked]:
            self._unwatch(self._inotify, directory)
        new = wanted.keys() - self._watches.keys()
        added = [self._add(self._inotify, directory, wanted[directory]) for directory in new]
        return any(added)

    def _follow_links(self, files: dict[str, FileFacts]) -> None:
        changed = {path for path, file in files.items() if self._files.get(path) != file}
        changed |= self._links.keys() - files.keys()
        self._files = files
        before = dict(self._links)
        for path in changed:
            self._links.pop(path, None)
            if path in files and os.path.islink(path):
                self._links[path] = os.path.realpath(path)
        if self._links != before:
            self._paths = {target: path for path, target in self._links.items()}

    def _add(self, inotify: Inotify, directory: str, asked: Mask) -> bool:
        try:
            watch = inotify.add_watch(directory, asked)
        except FileNotFoundError:
            return False
        except OSError as error:
            self._watches[directory] = asked, None
            self._refused(label(directory), error)
            return False
        self._watches[directory] = asked, watch
        # A directory that is reached by two paths has one watch, and its events one path.
        self._directories[watch.wd] = directory
        return True

    def _unwatch(self, inotify: Inotify, directory: str) -> None:
        _, watch = self._watches.pop(directory)
        if watch is not None and self._directories.get(watch.wd) == directory:
            del self._directories[watch.wd]
            with contextlib.suppress(OSError):
                inotify.rm_watch(watch)

    def _hear(self) -> None:
        """Take what the kernel has to say; each file is told once, however often it was written to."""
        assert self._inotify is not None, "the reader is removed first"
        told = os.read(self._inotify.fd, _READ_BYTES)
        written: set[tuple[int, bytes]] = set()
        is_changed = False
        at = 0
        while at < len(told):
            watch, mask, _cookie, length = _HEADER.unpack_from(told, at)
            at += _HEADER.size + length
            if mask & _MODIFY:
                written.add((watch, told[at - length : at]))
            else:
                is_changed = True
                if mask & (_WATCH_IS_VOID | _OVERFLOW):
                    self._lost(watch, mask)
        for watch, name in written:
            self._tell_written(watch, os.fsdecode(name.rstrip(b"\0")))
        if is_changed:
            self._changed()

    def _tell_written(self, watch: int, name: str) -> None:
        directory = self._directories.get(watch)
        if directory is not None:
            path = os.path.join(directory, name)
            self._written(self._paths.get(path, path))

    def _lost(self, watch: int, mask: int) -> None:
        if mask & _OVERFLOW:
            detail = "more happened than the kernel remembers; looking at all files"
            self._notify(Notice("hints_overflowed", "warning", {"detail": detail}))
            return
        # The directory was removed, or is elsewhere: what is at its path now needs another watch.
        directory = self._directories.get(watch)
        if directory is not None and self._inotify is not None:
            self._unwatch(self._inotify, directory)

    def _refused(self, what: str, error: OSError) -> None:
        if error.errno in self._told:
            return
        self._told.add(error.errno)
        detail = (
            "these files are polled; raise fs.inotify.max_user_watches or max_user_instances if lines shall come sooner"
        )
        self._notify(Notice("hints_unavailable", "warning", {"path": what, "error": error.strerror, "detail": detail}))
