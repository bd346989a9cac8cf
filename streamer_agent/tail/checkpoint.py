"""Positions and identities of all lives. Does not know how they are saved."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from streamer_agent.block import EpochKey
from streamer_agent.tail.facts import Gap, State
from streamer_agent.tail.fingerprint import NO_HEAD, NO_MARK, Head, Identity, Mark
from streamer_agent.tail.snapshot import FileFacts

_KEPT_GAPS = 128
"""Gaps kept of one life, and drops. A file that has more is one that loses bytes all the time: the oldest are joined,
so that no reason is forgotten before it was told. Both together fit a status message."""

_KEPT_SOURCES = 10_000
"""Sources without a known life that keep their id in case a file is at their path again; then the oldest go."""

Mint = Callable[[int], str]
"""Returns that many random hexadecimal digits."""


@dataclass(slots=True)
class Source:
    """One path as this agent sees it, with every file that is ever at it."""

    id: str
    path: str
    epoch: int = 0
    """The latest life; 0 before the first."""
    known: list[int] = field(default_factory=list)
    """The lives of it that are known, in order."""


@dataclass(slots=True)
class Position:
    """What is durable of one life of one file."""

    key: EpochKey
    path: str
    """Where the file was seen last. After a rename it is not the path of its source."""
    identity: Identity | None = None
    """None while there is no file yet."""
    head: Head = NO_HEAD
    start: int = 0
    """Offset at which reading began."""
    end: int = 0
    """Everything before it was acknowledged; a line begins here."""
    mark: Mark = NO_MARK
    """The bytes before a place at or before `end`: a file that has others there is not this life."""
    size: int = 0
    """Size of the file as last seen."""
    mtime_ns: int = 0
    """When the file was written to, as last seen."""
    is_unaligned: bool = False
    """Whether `start` may lie within a line: it was set to a size, and no beginning of a line was found yet."""
    lines_back: int = 0
    """How many lines before `start` are still to be found, at which reading begins."""
    is_over: bool = False
    """Whether no more bytes can be read of this life. What is not acknowledged when the agent starts is lost."""
    state: State = "tailing"
    detail: str = ""
    gaps: list[Gap] = field(default_factory=list)
    drops: list[Gap] = field(default_factory=list)

    def lose(self, start: int, end: int, reason: str, *, more: bool = False) -> bool:
        """Note that the bytes from `start` to `end` will never come; return whether there is anything to say.

        `more` says that bytes behind them may have been lost too.
        """
        if start >= end and not more:
            return False
        replaced = [known for known in self.gaps if known.start >= start]
        end = max([start, end, *(known.end for known in replaced)])
        gap = Gap(start, end, reason, more or any(known.more for known in replaced))
        self.gaps = _bounded([*(known for known in self.gaps if known.start < start), gap])
        return True

    def leave_out(self, start: int, end: int, reason: str) -> None:
        """Note that the bytes from `start` to `end` were left out on purpose; what touches the last range joins it."""
        last = self.drops[-1] if self.drops else None
        if last is not None and last.reason == reason and last.start <= start <= last.end:
            self.drops[-1] = Gap(last.start, max(end, last.end), reason)
        else:
            self.drops = _bounded([*self.drops, Gap(start, end, reason)])


def _bounded(gaps: list[Gap]) -> list[Gap]:
    """Return `gaps`, the two oldest neighbours that have one reason joined if they are too many.

    What lies between the two arrived, or is missing for a reason that is told as well or that nobody knows: a receiver
    takes the entry for the reason of what it misses, not for the loss of what it has.
    """
    if len(gaps) <= _KEPT_GAPS:
        return gaps
    for at, (one, next_one) in enumerate(pairwise(gaps)):
        if one.reason == next_one.reason and not one.more:
            joined = Gap(min(one.start, next_one.start), max(one.end, next_one.end), one.reason, next_one.more)
            return [*gaps[:at], joined, *gaps[at + 2 :]]
    return gaps[1:]


@dataclass(slots=True)
class Suspect:
    """A file that may be a copy of another, and is not read for now."""

    path: str
    """Where it was last."""
    origin: str
    """Where its original is or was."""
    size: int
    since: float
    """When it was first seen at this size, by the clock of this run."""
    epoch: int = 0
    """Of the life at `origin` that it may be a copy of; 0 if none is known there."""


class Checkpoint:
    """Everything that one agent knows of its files. Identities are made here, once, and never given twice."""

    def __init__(self, agent: str) -> None:
        """`agent` is the id of the state directory, 16 hex digits."""
        self.agent = agent
        self.inputs: tuple[str, ...] = ()
        """The inputs of the last run: a file that appeared while no agent ran is told by them from a new input."""
        self.sources: dict[str, Source] = {}
        """By path."""
        self.positions: dict[EpochKey, Position] = {}
        self.listed: dict[str, int] = {}
        """When the latest change had been made, by directory, which a look at it found: later ones are news."""
        self.suspects: dict[Identity, Suspect] = {}
        self.read_copies: dict[FileFacts, None] = {}
        """Copies whose lines were all read from their originals, without the time of their last change of name."""
        self._ids: set[str] = set()
        self._idle: dict[str, Source] = {}
        """Sources without a known life, by path, in the order in which they lost it."""

    @classmethod
    def restored(
        cls, agent: str, inputs: tuple[str, ...], sources: Iterable[Source], positions: Iterable[Position]
    ) -> "Checkpoint":
        """Return one with what an earlier run knew.

        Raises:
            KeyError: a position has no source.
        """
        checkpoint = cls(agent)
        checkpoint.inputs = inputs
        for source in sources:
            checkpoint._add_source(source)
        by_id = {source.id: source for source in checkpoint.sources.values()}
        for position in positions:
            checkpoint.positions[position.key] = position
            by_id[position.key.source].known.append(position.key.epoch)
        checkpoint._idle = {source.path: source for source in by_id.values() if not source.known}
        return checkpoint

    def begin(self, path: str, mint: Mint, now_ms: int = 0) -> Position:
        """Add the next life of the source at `path`, and the source itself if it is new.

        The first one has the number 1, every later one `now_ms`, milliseconds since 1970, unless the clock lags behind
        the one before: after a restart with an older copy of the positions, the next number is not what the lost part
        has used for another content, which receivers would take for a repeat.
        """
        source = self.sources.get(path)
        if source is None:
            while (new_id := mint(8)) in self._ids:
                pass
            source = self._add_source(Source(new_id, path))
        self._idle.pop(path, None)
        source.epoch = max(source.epoch + 1, now_ms) if source.epoch else 1
        source.known.append(source.epoch)
        key = EpochKey(source.id, source.epoch)
        position = self.positions[key] = Position(key, path)
        return position

    def forget(self, key: EpochKey, path: str) -> None:
        """Drop a life of the source at `path`."""
        del self.positions[key]
        source = self.sources[path]
        source.known.remove(key.epoch)
        if not source.known:
            self._idle[path] = source
        if len(self._idle) > _KEPT_SOURCES:
            oldest = next(iter(self._idle))
            self._ids.remove(self._idle.pop(oldest).id)
            del self.sources[oldest]

    def _add_source(self, source: Source) -> Source:
        self._ids.add(source.id)
        self.sources[source.path] = source
        return source
