"""Says of each input and each file whether it is read, and from where. Opens no file."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from streamer_agent.doctor.finding import Finding, Verdict, ok, warning, wrong
from streamer_agent.doctor.judge.rights import Refusal
from streamer_agent.tail.containers import LineFormat
from streamer_agent.tail.facts import SourceFacts

Wrapping = Literal["", "docker", "cri"]
"""What a container runtime wrote around the lines, by the first of them; empty for nothing."""


@dataclass(frozen=True, slots=True)
class FileLook:
    """One path that an input means, and what the agent would do with it."""

    path: str
    """Fit for people."""
    is_named: bool
    """Whether the input is this path, rather than a glob or a directory that it was found by."""
    size: int | None = None
    """Bytes; None if there is no file."""
    refusal: Refusal | None = None
    """Why it cannot be read."""
    reason_to_skip: str = ""
    """Why its content is left out."""
    missing: str = ""
    """What is not there, for an input that leads to no file."""
    similar: tuple[str, ...] = ()
    """Names in the same directory that resemble one that is not there."""
    is_utf16: bool = False
    wrapping: Wrapping = ""
    line_format: LineFormat = "plain"
    """The setting, which may fit or not."""
    resume: SourceFacts | None = None
    """Where a start would go on; None if it could not be found out, or there is nothing to read."""
    is_saved: bool = False
    """Whether this very life of the file has a saved position."""
    is_known_path: bool = False
    """Whether an earlier life at this path has one."""
    leftover_bytes: int = 0
    """What is still to be read of earlier lives, such as the file that was rotated away."""


@dataclass(frozen=True, slots=True)
class InputLook:
    """One input and all that it means now."""

    text: str
    """As it was given."""
    is_plural: bool
    """Whether it is a directory or a glob."""
    files: Sequence[FileLook] = ()
    missing: str = ""
    """Why it means nothing; empty if it means something."""


STDIN_IS_READ = ok("input", "standard input, read to its end; it has no position to resume from", subject="-")


def judge(look: InputLook) -> list[Finding]:
    """One finding on the input if it may mean several files, and one on each file."""
    each = [judge_file(file) for file in look.files]
    return [_summary(look, each), *each] if look.is_plural else each


def judge_file(look: FileLook) -> Finding:
    """Say whether the file is read, and from where."""
    known = {"size": look.size, "wrapping": look.wrapping or None, "is_utf16": look.is_utf16, **_resume_facts(look)}
    if look.refusal is not None:
        return wrong("file", look.refusal.seen, look.refusal.advice, look.path, facts=known)
    if look.missing:
        similar = f" Did you mean {' or '.join(look.similar)}?" if look.similar else ""
        advice = f"It is read from its beginning once it is there.{similar}"
        return (wrong if look.is_named else warning)("file", look.missing, advice, look.path, facts=known)
    if look.reason_to_skip:
        if look.is_named:
            return wrong(
                "file",
                f"left out: {look.reason_to_skip}",
                "Name the text that it was made from",
                look.path,
                facts=known,
            )
        return ok("file", f"left out: {look.reason_to_skip}", subject=look.path, facts=known)
    if look.resume is None:
        return ok("file", "text that can be read; where it would go on is not known", subject=look.path, facts=known)
    if look.resume.state in ("unreadable", "skipped", "waiting"):
        return warning("file", look.resume.detail, subject=look.path, facts=known)
    seen = f"{_kind(look)}; {_resume(look, look.resume)}"
    if look.wrapping and look.line_format == "plain":
        advice = f"LINE_FORMAT={look.wrapping} (or auto) takes it off and joins lines that were split"
        return warning("file", f"{seen}; what wraps its lines is shown with them", advice, look.path, facts=known)
    if look.size and look.line_format in ("docker", "cri") and look.wrapping != look.line_format:
        advice = "LINE_FORMAT=auto looks at the first line of each file"
        return warning("file", f"{seen}; not in the form that LINE_FORMAT names", advice, look.path, facts=known)
    return ok("file", seen, subject=look.path, facts=known)


def _kind(look: FileLook) -> str:
    wrapped = {"": "", "docker": ", wrapped by Docker", "cri": ", wrapped by Kubernetes (CRI)"}[look.wrapping]
    return f"{'UTF-16 ' if look.is_utf16 else ''}text{wrapped}"


def _resume(look: FileLook, resume: SourceFacts) -> str:
    size = look.size or 0
    place = f"byte {resume.end:,} of {size:,}"
    if look.is_saved:
        behind = "up to date" if not resume.lag else f"{resume.lag:,} bytes behind"
        text = f"goes on at {place}, {behind}"
    elif look.is_known_path:
        text = f"replaced or truncated since the last save: its new content begins at {place}"
    elif resume.end >= size and size:
        text = f"not known yet: followed from its end, {place}"
    else:
        text = f"not known yet: begins at {place}"
    return f"{text}; {look.leftover_bytes:,} bytes of earlier content come first" if look.leftover_bytes else text


def _resume_facts(look: FileLook) -> dict[str, int | bool | str | None]:
    if look.resume is None:
        return {}
    return {
        "state": look.resume.state,
        "source": look.resume.key.source if look.is_saved or look.is_known_path else None,
        "epoch": look.resume.key.epoch,
        "offset": look.resume.end,
        "behind": look.resume.lag,
        "is_saved": look.is_saved,
        "leftover": look.leftover_bytes,
    }


def _summary(look: InputLook, each: list[Finding]) -> Finding:
    """Count what became of the files that an input means."""
    states: Counter[str] = Counter()
    for file, finding in zip(look.files, each, strict=True):
        is_left_out = bool(file.reason_to_skip) or finding.verdict is Verdict.WARNING
        states["unreadable" if file.refusal else "left out" if is_left_out else "read"] += 1
    total = states.total()
    known = {name.replace(" ", "_"): states[name] for name in ("read", "left out", "unreadable")}
    if not total:
        return warning(
            "input",
            look.missing or "means no file",
            "Files are read from their beginning once they are there",
            look.text,
            facts=known,
        )
    counted = ", ".join(f"{count} {name}" for name, count in states.items() if count)
    seen = f"means {total} {'file' if total == 1 else 'files'}: {counted}"
    return (ok if states["read"] else warning)("input", seen, subject=look.text, facts=known)
