"""Looks at the state directory, whether an agent is at work there or not. Writes nothing and sets nothing aside."""

import contextlib
import errno
import fcntl
import os
from dataclasses import dataclass
from pathlib import Path

from streamer_agent.doctor.judge.mounts import Mount, mount_of
from streamer_agent.doctor.judge.state import StateFacts
from streamer_agent.doctor.probe.machine import current_user
from streamer_agent.settings import StreamerSettings
from streamer_agent.tail.checkpoint import Checkpoint
from streamer_agent.tail.errors import CorruptStateError, StateError
from streamer_agent.tail.saved_form import decoded
from streamer_agent.tail.store import LOCK, Store


@dataclass(frozen=True, slots=True)
class Saved:
    """What the agent would begin with."""

    checkpoint: Checkpoint | None = None
    """None if nothing is saved, or nothing that can be read."""
    copies: tuple[bytes, ...] = ()
    """The saved forms, best first, as they are on the disk."""
    damage: str = ""
    refusal: str = ""


def read_saved(settings: StreamerSettings) -> Saved:
    """Read what is saved, as the agent would, but leave a damaged state where it is."""
    if not settings.resume:
        return Saved()
    damage = ""
    try:
        copies = tuple(Store(settings.state_directory).load())
        for copy in copies:
            try:
                return Saved(decoded(copy), copies, damage)
            except CorruptStateError as error:
                damage = damage or str(error)
    except StateError as error:
        return Saved(refusal=str(error))
    return Saved(None, copies, damage)


def look(settings: StreamerSettings, saved: Saved, mounts: list[Mount]) -> StateFacts:
    """Look at the directory; `saved` is what was read there."""
    directory = settings.state_directory.absolute()
    nearest = next(path for path in (directory, *directory.parents) if os.path.exists(path))
    space = os.statvfs(nearest)
    is_held, holder = _holder(directory) if settings.resume else (False, "")
    return StateFacts(
        directory=str(directory),
        mount=mount_of(os.path.realpath(nearest), mounts),
        user=current_user().name,
        exists=nearest == directory,
        nearest=str(nearest),
        is_directory=nearest.is_dir(),
        is_writable=os.access(nearest, os.W_OK | os.X_OK, effective_ids=os.access in os.supports_effective_ids),
        free_bytes=space.f_bavail * space.f_frsize,
        is_out_of_inodes=space.f_files > 0 and space.f_favail == 0,
        is_kept=settings.resume,
        is_held=is_held,
        holder=holder,
        saved_bytes=max(map(len, saved.copies), default=0),
        saved_sources=len(saved.checkpoint.sources) if saved.checkpoint else 0,
        agent=saved.checkpoint.agent if saved.checkpoint else "",
        damage=saved.damage,
        has_previous=bool(saved.damage) and saved.checkpoint is not None,
        refusal=saved.refusal,
    )


def _holder(directory: Path) -> tuple[bool, str]:
    """Whether an agent holds the lock, and its process id as it wrote it there.

    The kernel's own list (proc_locks(5)) hides processes of other containers, so the lock itself is asked: for a shared
    one, which is refused at once and unnoticed while an agent has it, and given back at once if none has.
    """
    try:
        descriptor = os.open(directory / LOCK, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False, ""  # there is none yet; or we may not look, and then the state cannot be read either
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in (errno.EAGAIN, errno.EACCES):
            return False, ""
        return True, _digits(os.pread(descriptor, 32, 0))
    else:
        return False, ""
    finally:
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_UN)
        os.close(descriptor)


def _digits(written: bytes) -> str:
    text = written.decode("ascii", "replace").strip()
    return text if text.isdigit() else ""
