"""Keeps one state durably in a directory, for one agent at a time. Does not know what the state means.

A save writes a temporary file, syncs it, moves the state to the previous copy and the temporary file to its place, and
syncs the directory. Killed at any point, either the old or the new state is found whole: as the state, or between the
two moves as the previous copy.
"""

import contextlib
import errno
import fcntl
import os
from pathlib import Path

from streamer_agent.tail.errors import StateError, StateLockedError

STATE = "positions"
PREVIOUS = "positions.previous"
DAMAGED = "positions.damaged"
_DRAFT = "positions.new"
LOCK = "lock"


class Store:
    """One state directory. Lock it before anything else."""

    def __init__(self, directory: Path) -> None:
        """Nothing is touched yet."""
        self.directory = directory
        self._lock: int | None = None
        """Descriptor of the lock file while it is held."""

    def lock(self) -> None:
        """Make the directory if it is missing and claim it for this process; the kernel lets go when it dies.

        Raises:
            StateLockedError: another process has it.
            StateError: the directory cannot be made or written.
        """
        try:
            self._make_directory()
            descriptor = os.open(self.directory / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise self._unusable(error) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip()
            os.close(descriptor)
            if error.errno not in (errno.EAGAIN, errno.EACCES):
                raise self._unusable(error) from error
            raise StateLockedError(
                f"the state directory {self.directory} is in use by process {holder or '(unknown)'};"
                " stop that agent, or give this one another STATE_DIR"
            ) from error
        self._lock = descriptor
        with contextlib.suppress(OSError):  # it is for people; a full disk is no reason not to start
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, b"%d\n" % os.getpid(), 0)

    def unlock(self) -> None:
        """Let go of the directory. The lock file stays: removing it could take away another's lock."""
        if self._lock is not None:
            with contextlib.suppress(OSError):  # the kernel lets go of it whatever it answers
                os.close(self._lock)
            self._lock = None

    def load(self) -> list[bytes]:
        """Return what can be found, best first: the state, then the previous copy. Empty at the first start.

        Raises:
            StateError: there is a file that cannot be read.
        """
        found = []
        for name in (STATE, PREVIOUS):
            try:
                found.append((self.directory / name).read_bytes())
            except FileNotFoundError:
                continue
            except OSError as error:
                raise self._unusable(error) from error
        return found

    def save(self, state: bytes) -> None:
        """Replace the state; when this returns it is on the disk.

        Raises:
            OSError: it is not; the old state still is.
        """
        draft = self.directory / _DRAFT
        try:
            self._write(draft, state)
        except OSError:
            with contextlib.suppress(OSError):
                os.unlink(draft)
            raise
        with contextlib.suppress(FileNotFoundError):
            os.replace(self.directory / STATE, self.directory / PREVIOUS)
        os.replace(draft, self.directory / STATE)
        _sync_directory(self.directory)

    def set_aside(self) -> Path:
        """Keep a state that nobody can read for people to look at; return where."""
        kept = self.directory / DAMAGED
        with contextlib.suppress(OSError):
            os.replace(self.directory / STATE, kept)
        return kept

    def _make_directory(self) -> None:
        missing = [path for path in (self.directory, *self.directory.parents) if not path.exists()]
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path in missing:
            _sync_directory(path.parent)

    def _write(self, draft: Path, state: bytes) -> None:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            rest = memoryview(state)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _unusable(self, error: OSError) -> StateError:
        return StateError(
            f"cannot use the state directory {self.directory}: {error.strerror} ({error.filename});"
            " positions are kept there, so it has to be a directory that this user may write to: set STATE_DIR"
        )


def _sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some network filesystems cannot sync a directory; a rename is as durable there as it gets.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)
