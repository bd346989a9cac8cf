"""Says whether positions can be saved, and what is saved. Opens nothing."""

import shlex
from dataclasses import dataclass

from streamer_agent.doctor.finding import Finding, ok, warning, wrong
from streamer_agent.doctor.judge.mounts import CONTAINER_TYPES, FLEETING_TYPES, Mount

SPARE_BYTES = 16 * 2**20
"""Room below which a warning is due: a log disk that is nearly full is full soon."""


@dataclass(frozen=True, slots=True)
class StateFacts:
    """What is at the state directory. `known_sources` and all after it are about what is saved there."""

    directory: str
    mount: Mount
    user: str
    exists: bool = True
    nearest: str = ""
    """The directory itself, or the nearest above it that exists."""
    is_directory: bool = True
    is_writable: bool = True
    """Whether files may be made in `nearest`."""
    free_bytes: int = 0
    is_out_of_inodes: bool = False
    is_kept: bool = True
    """The setting RESUME."""
    is_held: bool = False
    """Whether an agent is at work there."""
    holder: str = ""
    """Its process id as the lock file tells it."""
    saved_bytes: int = 0
    saved_sources: int = 0
    agent: str = ""
    """16 hex digits; empty if nothing is saved."""
    damage: str = ""
    """What is wrong with the saved positions."""
    has_previous: bool = False
    """Whether the previous copy stands in for a damaged one."""
    refusal: str = ""
    """Why the agent will not start with this state, or why we may not read it."""


def judge(facts: StateFacts) -> Finding:
    """Judge the worst first."""
    known = {
        "directory": facts.directory,
        "type": facts.mount.type,
        "free_bytes": facts.free_bytes,
        "agent": facts.agent or None,
        "sources": facts.saved_sources,
        "is_held": facts.is_held,
        "holder": facts.holder or None,
    }
    if not facts.is_kept:
        return ok("state", "RESUME is off: no positions are kept, every start is a first start", facts=known)
    trouble = _trouble(facts)
    if trouble:
        return wrong("state", *trouble, facts.directory, facts=known)
    seen = f"{_saved(facts)}; {_held(facts)}; {_size(facts.free_bytes)} free"
    doubt = _doubt(facts)
    if doubt:
        return warning("state", f"{seen}; {doubt[0]}", doubt[1], facts.directory, facts=known)
    return ok("state", seen, subject=facts.directory, facts=known)


def _trouble(facts: StateFacts) -> tuple[str, str] | None:
    """What keeps positions from being saved or read, and what to do; None if nothing does."""
    if not facts.is_directory:
        return f"{facts.nearest} is no directory", "Set STATE_DIR to a directory"
    if facts.refusal:
        return facts.refusal, "" if ";" in facts.refusal else "Set STATE_DIR to a directory of the agent's own"
    if not facts.is_writable:
        what = "cannot be written to" if facts.exists else f"cannot be made in {facts.nearest}"
        target = shlex.quote(facts.directory)
        return (
            f"{what} by {facts.user}",
            f"`sudo install -d -m 700 -o {shlex.quote(facts.user)} {target}`, or set STATE_DIR"
            " (a mount may also be read-only)",
        )
    needed = 3 * facts.saved_bytes + 65_536
    if facts.free_bytes < needed or facts.is_out_of_inodes:
        lack = "no inodes" if facts.is_out_of_inodes else f"{_size(facts.free_bytes)} of disk"
        return f"{lack} left; positions cannot be saved", f"Make room in {facts.mount.point}, or set STATE_DIR"
    if facts.damage and not facts.has_previous:
        return (
            f"the saved positions cannot be read: {facts.damage}",
            "The agent sets them aside and starts anew at the end of every file, under a new id;"
            " restore them from a backup first, if there is one",
        )
    return None


def _doubt(facts: StateFacts) -> tuple[str, str] | None:
    if facts.damage:
        return (
            f"the latest positions cannot be read ({facts.damage})",
            "The agent takes the previous copy: what was acknowledged since is sent again, and the page drops it",
        )
    if facts.free_bytes < SPARE_BYTES:
        return "that is little", f"Make room in {facts.mount.point}: when it is full, a restart repeats lines"
    if facts.mount.type in FLEETING_TYPES:
        return (
            f"{facts.mount.point} is in memory ({facts.mount.type})",
            "Positions are gone when the machine starts anew; set STATE_DIR to a directory on a disk to keep them",
        )
    if facts.mount.type in CONTAINER_TYPES:
        return (
            f"it lies in a container's own layer ({facts.mount.type})",
            "Positions are gone with the container; mount a volume there to keep them",
        )
    return None


def _saved(facts: StateFacts) -> str:
    if facts.agent:
        sources = "1 source" if facts.saved_sources == 1 else f"{facts.saved_sources} sources"
        return f"writable, holds positions of {sources} (agent {facts.agent})"
    return "writable, nothing saved yet" if facts.exists else "will be made at the first start"


def _held(facts: StateFacts) -> str:
    if facts.is_held:
        return f"an agent is at work there (process {facts.holder or 'unknown'}), and a second one would be refused"
    return "no agent is at work there"


def _size(count: int) -> str:
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("KB", 10**3)):
        if count >= size:
            return f"{count / size:.0f} {unit}"
    return f"{count} bytes"
