"""What the tail tells of itself: facts on each source for status messages, notices for the log. Decides nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from streamer_agent.block import EpochKey

State = Literal["tailing", "waiting", "unreadable", "skipped", "ended"]
"""States of a source as docs/wire.md names them."""


class Gap(NamedTuple):
    """Bytes of one life that will never come: from `start` up to but not including `end`."""

    start: int
    end: int
    reason: str
    """`truncated` or `removed` for gaps, `rate`, `binary` or `nul` for drops (docs/wire.md, status)."""
    more: bool = False
    """Whether bytes after `end` may be missing too, nobody knows how many: they came and went unseen."""


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What a status message says of one life of one source."""

    key: EpochKey
    path: str
    """Label for people."""
    state: State
    start: int
    """Offset at which reading of this life began."""
    end: int
    """Everything before this offset was acknowledged."""
    lag: int
    """Bytes in the file after `end`, as last seen."""
    gaps: tuple[Gap, ...]
    drops: tuple[Gap, ...]
    detail: str
    """What to do about the state, for people; empty if there is nothing to say."""
    revision: int
    """The tailer's revision at which these facts became news. Progress of `end` and `lag` alone is not news."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One fact for the log: a past-tense event name with fields."""

    event: str
    level: Literal["debug", "info", "warning", "error"]
    fields: dict[str, Any] = field(default_factory=dict)


Notify = Callable[[Notice], None]


def label(path: str) -> str:
    """Return `path` as people can read it: undecodable bytes as U+FFFD, control characters escaped."""
    if path.isprintable():
        return path
    text = path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text)
