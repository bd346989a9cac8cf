"""Who we are and what the machine allows: user, mounts, limits. Looks at no log file."""

import os
import pwd
import resource
from functools import cache
from pathlib import Path

from streamer_agent.doctor.judge.limits import LimitFacts
from streamer_agent.doctor.judge.mounts import Mount, parse_mounts
from streamer_agent.doctor.judge.rights import User

_INOTIFY = Path("/proc/sys/fs/inotify")
"""inotify(7), /proc interfaces."""


@cache
def current_user() -> User:
    """The effective user; a container's may have no name."""
    uid = os.geteuid()
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:
        name = str(uid)
    return User(name, uid, frozenset({os.getegid(), *os.getgroups()}))


def mounts() -> list[Mount]:
    """What is mounted; nothing on systems that do not say."""
    try:
        return parse_mounts(Path("/proc/self/mountinfo").read_text("utf-8", "surrogateescape"))
    except OSError:
        return []


def limits(files: int, directories: int, max_open_files: int) -> LimitFacts:
    """What this process may have. An agent that a service manager starts may have more or less."""
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return LimitFacts(
        files=files,
        directories=directories,
        max_open_files=max_open_files,
        descriptors=None if soft == resource.RLIM_INFINITY else soft,
        watches=_number(_INOTIFY / "max_user_watches"),
        instances=_number(_INOTIFY / "max_user_instances"),
    )


def _number(path: Path) -> int | None:
    try:
        return int(path.read_text("ascii"))
    except (OSError, ValueError):
        return None
