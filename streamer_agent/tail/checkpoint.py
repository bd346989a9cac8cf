"""Positions and identities of all lives, and their saved form with version and checksum. Reads and writes no file.

Saved form: one line of magic, version and checksum, then JSON. The magic keeps foreign files out, the version a state
that a later release wrote, the checksum one that a crash or a disk has damaged.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson

from streamer_agent.block import EpochKey
from streamer_agent.tail.errors import CorruptStateError, StateError
from streamer_agent.tail.facts import Gap, State
from streamer_agent.tail.fingerprint import NO_HEAD, Head, Identity

VERSION = 1
_MAGIC = b"tailcast-positions"
_KEPT_GAPS = 16
"""Gaps told of one life. More would be a file that loses bytes all the time; the oldest are forgotten."""

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
    lives: int = 0
    """How many lives of it are known."""


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
    size: int = 0
    """Size of the file as last seen."""
    mtime_ns: int = 0
    """When the file was written to, as last seen."""
    is_unaligned: bool = False
    """Whether `start` may lie within a line: it was set to a size, and no beginning of a line was found yet."""
    is_over: bool = False
    """Whether no more bytes can be read of this life. What is not acknowledged when the agent starts is lost."""
    state: State = "tailing"
    detail: str = ""
    gaps: list[Gap] = field(default_factory=list)
    drops: list[Gap] = field(default_factory=list)

    def lose(self, start: int, end: int, reason: str) -> bool:
        """Note that the bytes from `start` to `end` will never come; return whether there are any."""
        if start >= end:
            return False
        self.gaps = [*(gap for gap in self.gaps if gap.start < start), Gap(start, end, reason)][-_KEPT_GAPS:]
        return True

    def leave_out(self, start: int, end: int, reason: str) -> None:
        """Note that the bytes from `start` to `end` were left out on purpose; what touches the last range joins it."""
        last = self.drops[-1] if self.drops else None
        if last is not None and last.reason == reason and last.start <= start <= last.end:
            self.drops[-1] = Gap(last.start, max(end, last.end), reason)
        else:
            self.drops = [*self.drops, Gap(start, end, reason)][-_KEPT_GAPS:]


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
        self._ids: set[str] = set()
        self._idle: dict[str, Source] = {}
        """Sources without a known life, by path, in the order in which they lost it."""

    def begin(self, path: str, mint: Mint) -> Position:
        """Add the next life of the source at `path`, and the source itself if it is new."""
        source = self.sources.get(path)
        if source is None:
            while (new_id := mint(8)) in self._ids:
                pass
            source = self._add_source(Source(new_id, path))
        self._idle.pop(path, None)
        source.epoch += 1
        source.lives += 1
        key = EpochKey(source.id, source.epoch)
        position = self.positions[key] = Position(key, path)
        return position

    def forget(self, key: EpochKey, path: str) -> None:
        """Drop a life of the source at `path`."""
        del self.positions[key]
        source = self.sources[path]
        source.lives -= 1
        if not source.lives:
            self._idle[path] = source
        if len(self._idle) > _KEPT_SOURCES:
            oldest = next(iter(self._idle))
            self._ids.remove(self._idle.pop(oldest).id)
            del self.sources[oldest]

    def _add_source(self, source: Source) -> Source:
        self._ids.add(source.id)
        self.sources[source.path] = source
        return source

    def to_bytes(self) -> bytes:
        """Return the saved form."""
        body = orjson.dumps(
            {
                "agent": self.agent,
                "inputs": [_portable(name) for name in self.inputs],
                "sources": [[source.id, _portable(source.path), source.epoch] for source in self.sources.values()],
                "positions": [_dumped(position) for position in self.positions.values()],
            }
        )
        return b"%s %d %s\n%s" % (_MAGIC, VERSION, _checksum(body), body)

    @classmethod
    def from_bytes(cls, saved: bytes) -> "Checkpoint":
        """Return what `to_bytes` saved.

        Raises:
            CorruptStateError: the checksum does not match, or the content is not a state.
            StateError: a later version wrote it.
        """
        line, _, body = saved.partition(b"\n")
        words = line.split(b" ")
        if len(words) != 3 or words[0] != _MAGIC or not words[1].isdigit():
            raise CorruptStateError(f"expected a line that begins with {_MAGIC.decode()}, found {line[:40]!r}")
        version = int(words[1])
        if version > VERSION:
            raise StateError(
                f"written by a later version of the agent (format {version}, this one knows {VERSION});"
                " run that version, or choose another state directory"
            )
        if version < 1 or words[2] != _checksum(body):
            raise CorruptStateError(f"the checksum of its {len(body)} bytes does not match: it is cut or damaged")
        try:
            return cls._loaded(orjson.loads(body))
        except (KeyError, TypeError, ValueError) as error:
            raise CorruptStateError(f"the checksum matches but the content is not a state: {error!r}") from error

    @classmethod
    def _loaded(cls, content: dict[str, Any]) -> "Checkpoint":
        checkpoint = cls(content["agent"])
        checkpoint.inputs = tuple(_restored(name) for name in content["inputs"])
        for source_id, path, epoch in content["sources"]:
            checkpoint._add_source(Source(source_id, _restored(path), epoch))
        by_id = {source.id: source for source in checkpoint.sources.values()}
        for fields in content["positions"]:
            position = _undumped(fields)
            checkpoint.positions[position.key] = position
            by_id[position.key.source].lives += 1
        checkpoint._idle = {source.path: source for source in by_id.values() if not source.lives}
        return checkpoint


def _checksum(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=16).hexdigest().encode()


def _portable(path: str) -> str | dict[str, str]:
    """Return a form of `path` that JSON can hold: bytes that are not UTF-8 are surrogates in it."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return {"hex": path.encode("utf-8", "surrogateescape").hex()}
    return path


def _restored(portable: str | dict[str, str]) -> str:
    if isinstance(portable, str):
        return portable
    return bytes.fromhex(portable["hex"]).decode("utf-8", "surrogateescape")


def _dumped(position: Position) -> dict[str, Any]:
    identity = position.identity
    return {
        "source": position.key.source,
        "epoch": position.key.epoch,
        "path": _portable(position.path),
        "identity": None if identity is None else list(identity),
        "head": [position.head.length, position.head.digest],
        "start": position.start,
        "end": position.end,
        "size": position.size,
        "mtime_ns": position.mtime_ns,
        "is_unaligned": position.is_unaligned,
        "is_over": position.is_over,
        "state": position.state,
        "detail": position.detail,
        "gaps": [list(gap) for gap in position.gaps],
        "drops": [list(drop) for drop in position.drops],
    }


def _undumped(fields: dict[str, Any]) -> Position:
    identity = fields["identity"]
    return Position(
        key=EpochKey(fields["source"], fields["epoch"]),
        path=_restored(fields["path"]),
        identity=None if identity is None else Identity(*identity),
        head=Head(*fields["head"]),
        start=fields["start"],
        end=fields["end"],
        size=fields["size"],
        mtime_ns=fields["mtime_ns"],
        is_unaligned=fields["is_unaligned"],
        is_over=fields["is_over"],
        state=fields["state"],
        detail=fields["detail"],
        gaps=[Gap(*gap) for gap in fields["gaps"]],
        drops=[Gap(*drop) for drop in fields["drops"]],
    )
