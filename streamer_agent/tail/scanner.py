"""Lists what the inputs mean now: paths, globs and directories to a snapshot. Opens no file, so none can block it."""

import errno
import os
import stat
import time
from collections.abc import Collection, Generator, Iterator, Sequence
from functools import cached_property
from operator import itemgetter
from pathlib import Path

from streamer_agent.tail.content import has_compressed_name
from streamer_agent.tail.exclusion import Exclusion
from streamer_agent.tail.fingerprint import Identity
from streamer_agent.tail.generations import looks_rotated
from streamer_agent.tail.pattern import Pattern, States, has_magic
from streamer_agent.tail.snapshot import Barred, Beside, FileFacts, Snapshot

_STEP_ENTRIES = 64
"""Entries looked at in one step: about 0.2 ms."""
_SETTLED_NS = 2_000_000_000
"""How long ago a directory must have changed for the next change to give it another time: the clock ticks slowly."""
_NOTHING_THERE = (errno.ENOENT, errno.ENOTDIR)
_KINDS = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
COMPRESSED = Barred("skipped", "compressed")
EXCLUDED = Barred("skipped", "named as an input and left out by --exclude; remove it from one of them")


class Scanner:
    """The inputs of one agent, `-` left out. Symbolic links are followed, loops and repeats left out."""

    def __init__(self, inputs: Sequence[str], exclude: Sequence[str] = (), state_dir: Path | None = None) -> None:
        """Look at nothing yet.

        Args:
            inputs: paths, globs and directories; relative ones count from the working directory.
            exclude: globs of what is left out.
            state_dir: a directory to stay out of: the agent's own state is no log.
        """
        self.paths = [os.path.abspath(path) for path in inputs]
        """The inputs, absolute."""
        self._exclude = exclude
        self._exclusion = Exclusion([os.path.abspath(glob) if "/" in glob else glob for glob in exclude])
        self._state_dir = state_dir
        self._settled: dict[str, tuple[int, Beside]] = {}
        """What is beside files that are named as inputs, by directory, with the time of its last change."""

    def scan(self) -> Snapshot:
        """Look at everything at once."""
        walk = _Walk(self._exclusion, self._state_dir, self._settled)
        for path in self.paths:
            for _ in walk.input(path):
                pass
        return walk.snapshot

    def walk(self) -> Generator[None, None, Snapshot]:
        """Look at everything in steps of less than a millisecond, and return the snapshot."""
        walk = _Walk(self._exclusion, self._state_dir, self._settled)
        for path in self.paths:
            yield from walk.input(path)
        return walk.snapshot

    def new_files(self, former: Collection[str]) -> Collection[str]:
        """Return the files that only inputs mean which are not in `former`: nobody can have missed anything of them."""
        known = [path for path in self.paths if path in former]
        new = [path for path in self.paths if path not in former]
        if not new:
            return ()
        return set(Scanner(new, self._exclude).scan().files) - set(Scanner(known, self._exclude).scan().files)

    def covers(self, path: str) -> bool:
        """Whether a file at `path` would be found, now or once it is there."""
        is_meant = path in self.paths or any(pattern.matches(path) for pattern in self._patterns)
        return is_meant and not self._exclusion.hides(path)

    @cached_property
    def _patterns(self) -> list[Pattern]:
        """What the inputs mean besides themselves: what is below them, and what they match."""
        globs = [Pattern.glob(path) for path in self.paths if has_magic(path)]
        return [*map(Pattern.below, self.paths), *globs]


class _Walk:
    """One look at the inputs."""

    def __init__(self, exclusion: Exclusion, state_dir: Path | None, settled: dict[str, tuple[int, Beside]]) -> None:
        self.snapshot = Snapshot()
        self._path_of: dict[Identity, str] = {}
        """Where each file was found first."""
        self._visited: set[tuple[Identity, States, Pattern]] = set()
        self._exclusion = exclusion
        self._state_dir = None if state_dir is None else _identity_if_there(state_dir)
        self._settled = settled
        self._found = 0
        """Paths that matched, whatever is there."""

    def input(self, path: str) -> Iterator[None]:
        """Add what one input means."""
        if self._exclusion.has(path):
            self.snapshot.barred[path] = EXCLUDED
            return
        try:
            mode = os.stat(path).st_mode
        except OSError as error:
            self.snapshot.directories.add(os.path.dirname(path))
            if error.errno not in _NOTHING_THERE or not has_magic(path) or os.path.lexists(path):
                self.snapshot.barred[path] = _barred(error, path)
                yield from self._beside(os.path.dirname(path))
                return
            pattern, nothing = Pattern.glob(path), "no file matches yet"
        else:
            if not stat.S_ISDIR(mode):
                self.snapshot.directories.add(os.path.dirname(path))
                self._add(path)
                yield from self._beside(os.path.dirname(path))
                return
            self.snapshot.parents.add(os.path.dirname(path))
            pattern, nothing = Pattern.below(path), "no file is in it yet"
        found_before = self._found
        yield from self._below(pattern)
        if self._found == found_before:
            self.snapshot.barred.setdefault(path, Barred("waiting", nothing))

    def _below(self, pattern: Pattern) -> Iterator[None]:
        """Add the files that `pattern` means: real directories before symbolic links, which may lead to the same."""
        waiting = [(pattern.base, pattern.start)]
        while waiting:
            directory, states = waiting.pop()
            below: list[tuple[bool, str, States]] = []
            matches = pattern.files(states)
            for count, entry in enumerate(self._entries(directory, states, pattern), start=1):
                if count % _STEP_ENTRIES == 0:
                    yield
                if self._exclusion.has(entry.path):
                    _note(entry, self.snapshot.beside[directory])
                elif _is_directory(entry):
                    if deeper := pattern.below_here(states, entry.name):
                        below.append((entry.is_symlink(), entry.path, deeper))
                elif matches(entry.name):
                    self._add(entry.path, entry)
                else:
                    _note(entry, self.snapshot.beside[directory])
            waiting += [(path, deeper) for _is_link, path, deeper in sorted(below, key=itemgetter(0, 1), reverse=True)]

    def _entries(self, directory: str, states: States, pattern: Pattern) -> list[os.DirEntry[str]]:
        """Return what is in `directory`; nothing if it was visited, or cannot be listed."""
        try:
            facts = os.stat(directory)
            identity = Identity(facts.st_dev, facts.st_ino)
            place = (identity, states, pattern)
            if place in self._visited or identity == self._state_dir:
                return []
            self._visited.add(place)
            with os.scandir(directory) as entries:
                listed = list(entries)
        except OSError as error:
            if error.errno not in _NOTHING_THERE:
                self._found += 1
                self.snapshot.barred[directory] = _barred(error, directory)
            return []
        self.snapshot.directories.add(directory)
        known = self.snapshot.beside.get(directory, Beside(facts.st_mtime_ns))
        # One of a file that is named as an input may be kept for the next look.
        self.snapshot.beside[directory] = Beside(known.changed_ns, dict(known.inodes))
        return listed

    def _beside(self, directory: str) -> Iterator[None]:
        """Note what looks rotated beside a file that is named as an input; list it only if it may have changed."""
        if directory in self.snapshot.beside:
            return
        try:
            changed_ns = os.stat(directory).st_mtime_ns
            known_ns, beside = self._settled.get(directory, (0, Beside(0)))
            if known_ns != changed_ns:
                with os.scandir(directory) as entries:
                    listed = list(entries)
                beside = Beside(changed_ns)
                for count, entry in enumerate(listed, start=1):
                    if count % _STEP_ENTRIES == 0:
                        yield
                    _note(entry, beside)
        except OSError:
            # That is no trouble with the file itself: what left it is looked for once the directory can be read.
            return
        if time.time_ns() - changed_ns > _SETTLED_NS:
            self._settled[directory] = changed_ns, beside
        self.snapshot.beside[directory] = beside

    def _add(self, path: str, entry: os.DirEntry[str] | None = None) -> None:
        """Add what is at `path`; `entry` is set if it was found by a pattern rather than named."""
        self._found += 1
        if has_compressed_name(path):
            self.snapshot.barred[path] = COMPRESSED
            return
        try:
            facts = os.stat(path) if entry is None else entry.stat()
        except OSError as error:
            # Listed but gone, or a link that leads nowhere: neither is news in a directory.
            if entry is None or error.errno not in (*_NOTHING_THERE, errno.ELOOP):
                self.snapshot.barred[path] = _barred(error, path)
            return
        if not stat.S_ISREG(facts.st_mode):
            kind = _KINDS.get(stat.S_IFMT(facts.st_mode), "no regular file")
            self.snapshot.barred[path] = Barred("skipped", f"{kind}; expected a regular file")
        elif path not in self.snapshot.files:
            identity = Identity(facts.st_dev, facts.st_ino)
            first = self._path_of.setdefault(identity, path)
            if first is not path:
                self.snapshot.aliases.setdefault(identity, [first]).append(path)
            self.snapshot.files[path] = file_facts(facts)


def file_facts(facts: os.stat_result) -> FileFacts:
    """Return what we keep of stat's answer."""
    return FileFacts(facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns)


def reason(error: OSError) -> str:
    """Return what went wrong with a file or directory and what to do about it, for people."""
    if error.errno in (errno.EACCES, errno.EPERM):
        return (
            f"permission denied for user {os.geteuid()}; add the agent to the file's group (often adm),"
            " or allow it with setfacl. Retried by itself"
        )
    if error.errno == errno.ELOOP:
        return "symbolic links that lead in a circle; correct the link"
    return f"{os.strerror(error.errno) if error.errno else error}; retried by itself"


def _identity(directory: str | Path) -> Identity:
    facts = os.stat(directory)
    return Identity(facts.st_dev, facts.st_ino)


def _identity_if_there(directory: Path) -> Identity | None:
    """The same; None of a directory that was taken away."""
    try:
        return _identity(directory)
    except OSError:
        return None


def _barred(error: OSError, path: str) -> Barred:
    if error.errno in _NOTHING_THERE:
        is_dangling = os.path.islink(path)
        return Barred("waiting", "the symbolic link leads nowhere yet" if is_dangling else "nothing is there yet")
    return Barred("unreadable", reason(error))


def _note(entry: os.DirEntry[str], beside: Beside) -> None:
    """Take note of a file that no input means, if it looks rotated."""
    if looks_rotated(entry.name) and not has_compressed_name(entry.name) and entry.is_file(follow_symlinks=False):
        try:
            facts = entry.stat(follow_symlinks=False)
        except OSError:
            return
        beside.inodes[entry.name] = facts.st_ino
        beside.changed_ns = max(beside.changed_ns, facts.st_mtime_ns)


def _is_directory(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False
