"""Tries whether a mount gives hints: watches a directory, makes a file of our own there and listens. Judges nothing.

The file is empty, hidden and gone within milliseconds. None is made where an input means hidden files: an agent that
is at work could take it for a log.
"""

import asyncio
import contextlib
import os
import secrets
import sys
from collections.abc import Iterable

from asyncinotify import Inotify, Mask

from streamer_agent.doctor.judge.mounts import HintFacts, Mount, mount_of
from streamer_agent.tail.scanner import Scanner

LISTEN_S = 1.0
"""How long a hint may take; it usually takes less than a millisecond."""


async def look(directories: Iterable[str], scanner: Scanner, mounts: list[Mount], is_asked: bool) -> list[HintFacts]:
    """Try one of `directories` on each mount, preferably one that we may write to."""
    by_mount = _by_mount(directories, mounts)
    return [await _try(mount, found, scanner, is_asked) for mount, found in by_mount.items()]


def _by_mount(directories: Iterable[str], mounts: list[Mount]) -> dict[Mount, list[str]]:
    """Those that we may list, as a watch demands; the others are told by the files that they hide."""
    found: dict[Mount, list[str]] = {}
    for directory in sorted(directories):
        if os.access(directory, os.R_OK | os.X_OK):
            found.setdefault(mount_of(os.path.realpath(directory), mounts), []).append(directory)
    return found


async def _try(mount: Mount, directories: list[str], scanner: Scanner, is_asked: bool) -> HintFacts:
    writable = (directory for directory in directories if _may_write(directory, scanner))
    directory = next(writable, None) or directories[0]
    refusal, heard = "", None
    if is_asked and sys.platform != "linux":
        refusal = "this system has no inotify"
    elif is_asked:
        try:
            heard = await _hear(directory, may_write=_may_write(directory, scanner))
        except OSError as error:
            refusal = error.strerror or str(error)
    return HintFacts(mount, directory, len(directories), is_asked, refusal, heard)


def _may_write(directory: str, scanner: Scanner) -> bool:
    return os.access(directory, os.W_OK | os.X_OK) and not scanner.covers(_own_file(directory))


def _own_file(directory: str) -> str:
    return os.path.join(directory, f".tailcast-doctor-{secrets.token_hex(6)}")


async def _hear(directory: str, *, may_write: bool) -> bool | None:
    """Whether the kernel told of our file within LISTEN_S; None if we made none.

    Raises:
        OSError: there is no watch to be had.
    """
    with Inotify() as inotify:
        inotify.add_watch(directory, Mask.CREATE | Mask.MODIFY | Mask.ONLYDIR)
        if not may_write:
            return None
        path = _own_file(directory)
        try:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        except OSError:
            return None  # full, or refused in spite of its mode
        finally:
            with contextlib.suppress(OSError):
                os.unlink(path)
        try:
            async with asyncio.timeout(LISTEN_S):
                while True:
                    event = await inotify.get()
                    if event.name is not None and str(event.name) == os.path.basename(path):
                        return True
        except TimeoutError:
            return False
