"""Says whether a mount gives hints: by its type, and by what was really heard. Tries nothing."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from streamer_agent.doctor.finding import Finding, ok, warning

REMOTE_TYPES = frozenset(
    {
        *("nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "glusterfs", "lustre", "ocfs2", "gfs2", "beegfs"),
        *("9p", "virtiofs", "vboxsf", "vmhgfs", "prl_fs", "fakeowner", "grpcfuse", "osxfs", "drvfs"),
    }
)
"""File systems that others write to as well, of which this kernel is told nothing (inotify(7), Limitations)."""
FLEETING_TYPES = frozenset({"tmpfs", "ramfs"})
"""Gone when the machine starts anew."""
CONTAINER_TYPES = frozenset({"overlay", "aufs"})
"""Usually the writable layer of a container, gone with it."""


@dataclass(frozen=True, slots=True)
class Mount:
    """Where a file system is attached."""

    point: str
    type: str

    @property
    def is_remote(self) -> bool:
        """Whether others may write to it unheard. FUSE may be anything, so it counts as such."""
        return self.type in REMOTE_TYPES or self.type == "fuse" or self.type.startswith("fuse.")


@dataclass(frozen=True, slots=True)
class HintFacts:
    """What was tried in one directory of a mount."""

    mount: Mount
    directory: str
    directories: int
    """How many directories of this mount are to be watched."""
    is_asked: bool
    """Whether the settings want hints at all."""
    refusal: str = ""
    """Why the kernel gave no watch; empty if it did."""
    heard: bool | None = None
    """Whether a file of our own was heard of; None where we may write nothing, or must not."""


def parse_mounts(mountinfo: str) -> list[Mount]:
    """Read /proc/self/mountinfo (proc_pid_mountinfo(5)), in its order: the later covers the earlier."""
    mounts = []
    for line in mountinfo.splitlines():
        before, _, after = line.partition(" - ")
        fields, rest = before.split(" "), after.split(" ")
        if len(fields) >= 5 and rest[0]:
            mounts.append(Mount(_unescaped(fields[4]), rest[0]))
    return mounts


def mount_of(path: str, mounts: list[Mount]) -> Mount:
    """The mount that an absolute path without symbolic links lies in."""
    lineage = {path, *(str(parent) for parent in PurePosixPath(path).parents)}
    found = Mount("/", "unknown")
    for mount in mounts:
        if mount.point in lineage and len(mount.point) >= len(found.point):
            found = mount
    return found


def judge_hints(facts: HintFacts, scan_interval_s: float, poll_interval_s: float) -> Finding:
    """Say how soon lines in this mount are found."""
    mount = facts.mount
    polled = f"found by looking every {scan_interval_s:g} s, and every {poll_interval_s:g} s while a file grows"
    where = f"this mount ({mount.type})"
    known = {
        "type": mount.type,
        "directories": facts.directories,
        "tried_in": facts.directory,
        "heard": facts.heard,
        "scan_interval_s": scan_interval_s,
        "poll_interval_s": poll_interval_s,
    }

    if not facts.is_asked:
        return ok("hints", f"HINTS is off: lines are {polled}", subject=mount.point, facts=known)
    if facts.refusal:
        return warning(
            "hints",
            f"{where} has no watch for us ({facts.refusal}); lines are {polled}",
            "Raise fs.inotify.max_user_watches or max_user_instances (sysctl) if lines shall come sooner",
            mount.point,
            facts=known,
        )
    if facts.heard is False:
        return ok("hints", f"{where} gives no hints: lines are {polled}", subject=mount.point, facts=known)
    if mount.is_remote:
        seen = f"{where} gives hints of what this machine writes at most: what others write is {polled}"
        return ok("hints", seen, subject=mount.point, facts=known)
    proof = "tried with a file of our own" if facts.heard else "by its type; we may not write there to try"
    return ok("hints", f"{where} gives hints: lines are found at once ({proof})", subject=mount.point, facts=known)


def _unescaped(field: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), field)
