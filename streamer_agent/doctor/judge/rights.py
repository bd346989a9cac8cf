"""Says which right is missing on the way to a file, and the command that grants it. Asks no file system.

Only the classic mode bits are judged: where they allow what was refused, it is an access control list or a security
module that refuses, and the finding says so.
"""

import shlex
from dataclasses import dataclass

READ, SEARCH = 4, 1
"""Of the three bits of one class in a mode (inode(7))."""


@dataclass(frozen=True, slots=True)
class User:
    """Who asks."""

    name: str
    uid: int
    gids: frozenset[int]
    """The effective group and all supplementary ones."""


@dataclass(frozen=True, slots=True)
class Step:
    """One directory on the way, or the file at its end."""

    path: str
    mode: int
    uid: int
    gid: int
    owner: str
    """Names of user and group, or their numbers."""
    group: str
    is_directory: bool


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a path cannot be read."""

    seen: str
    advice: str


def explain(steps: list[Step], user: User, is_listed: bool) -> Refusal:
    """Find the first of `steps` that refuses.

    Args:
        steps: from the root down, as far as they could be looked at.
        user: who was refused.
        is_listed: whether the last step is a directory whose content is wanted.
    """
    for step in steps:
        wanted = SEARCH if step.is_directory else READ
        if step.is_directory and is_listed and step is steps[-1]:
            wanted |= READ
        missing = wanted & ~_granted(step, user)
        if missing:
            return Refusal(_seen(step, user, missing), _advice(step, user, wanted))
    at = steps[-1].path if steps else "/"
    return Refusal(
        f"permission denied for {user.name}, although the mode of everything up to {at} allows it",
        f"An access control list or a security module refuses: see `getfacl {shlex.quote(at)}`,"
        " SELinux (`ausearch -m avc`) or AppArmor (`journalctl -k`)",
    )


def _granted(step: Step, user: User) -> int:
    """The bits that count: the owner's for the owner, the group's for a member, else the others'."""
    if step.uid == user.uid:
        return step.mode >> 6 & 7
    return (step.mode >> 3 if step.gid in user.gids else step.mode) & 7


def _seen(step: Step, user: User, missing: int) -> str:
    right = {READ: "read", SEARCH: "search", READ | SEARCH: "read and search"}[missing]
    what = "the directory" if step.is_directory else "the file"
    return (
        f"{user.name} may not {right} {what} {step.path},"
        f" which belongs to {step.owner}:{step.group} with mode {step.mode & 0o7777:04o}"
    )


def _advice(step: Step, user: User, wanted: int) -> str:
    path, name = shlex.quote(step.path), shlex.quote(user.name)
    if step.uid == user.uid:
        return f"`chmod u+{_letters(wanted)} {path}`"
    if step.gid not in user.gids and step.mode >> 3 & wanted == wanted and step.gid != 0:
        return f"`sudo usermod -aG {shlex.quote(step.group)} {name}`, then start the agent (or the session) anew"
    command = f"`sudo setfacl -m u:{name}:{_letters(wanted)} {path}`"
    if step.is_directory:
        return command
    directory = shlex.quote(step.path.rpartition("/")[0] or "/")
    return f"{command}, and for the files that rotation makes there `sudo setfacl -d -m u:{name}:r {directory}`"


def _letters(bits: int) -> str:
    return ("r" if bits & READ else "") + ("x" if bits & SEARCH else "")
