"""The reference receiver of docs/wire.md: drops repeats, names gaps, notices restarts and silent agents.

Pure: messages and the clock come in as arguments. It draws nothing and holds no connection. `tests/wire/batches.json`
judges it, so that end-to-end tests can trust what it says of a run.
"""

import json
import zlib
from base64 import b64decode
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

FORMAT_VERSION = 1
SILENT_INTERVALS = 3
MOST_INFLATED_BYTES = 2**20


class Line(NamedTuple):
    """One line accepted, with its identity; `offset` is in bytes."""

    agent: str
    source: str
    epoch: int
    offset: int
    text: str


class Gap(NamedTuple):
    """Bytes `start` to `end` (exclusive) of one life of a file that are known to be missing; `reason` if told."""

    agent: str
    source: str
    epoch: int
    start: int
    end: int
    reason: str | None


@dataclass
class Ranges:
    """A set of bytes as sorted, disjoint, non-touching ranges."""

    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)

    def __contains__(self, offset: int) -> bool:
        index = bisect_right(self.starts, offset) - 1
        return index >= 0 and offset < self.ends[index]

    def add(self, start: int, end: int) -> None:
        first, last = bisect_right(self.ends, start - 1), bisect_right(self.starts, end)
        start, end = min([start, *self.starts[first:last]]), max([end, *self.ends[first:last]])
        self.starts[first:last], self.ends[first:last] = [start], [end]


@dataclass
class Life:
    """What is known of one epoch of one source."""

    mark: int  # where the receiver came in, or where a known successor begins; bytes before it are history
    is_successor: bool  # an earlier epoch of the source was known, so `start` decides the mark
    is_firm: bool  # the mark no longer moves forward: lines came, or the receiver reconnected
    end: int = 0  # the largest offset that lines or a status named
    received: Ranges = field(default_factory=Ranges)
    reasons: list[tuple[int, int, str]] = field(default_factory=list)
    unknown: list[tuple[int, str]] = field(default_factory=list)  # where bytes may be missing besides, and why

    def missing(self) -> list[tuple[int, int, str | None]]:
        """The missing ranges in order, split where a reason begins or ends, equal neighbours joined."""
        begin = min([self.mark, *self.received.starts[:1]])
        edges = {begin, self.end, *self.received.starts, *self.received.ends}
        edges.update(edge for start, end, _ in self.reasons for edge in (start, end))
        missing: list[tuple[int, int, str | None]] = []
        for start, end in pairwise(sorted(edge for edge in edges if edge >= begin)):
            reason = next((why for low, high, why in self.reasons if low <= start < high), None)
            if start in self.received or (reason is None and end > self.end):
                continue
            if missing and missing[-1][1:] == (start, reason):
                start = missing.pop()[0]
            missing.append((start, end, reason))
        return missing


class Receiver:
    """Takes the `data` of group messages in the order of arrival."""

    def __init__(self) -> None:
        self.lines: list[Line] = []  # accepted, in order of arrival
        self.cut: set[int] = set()  # offsets of accepted lines whose text is not whole
        self.repeats = 0  # lines dropped because they were there already
        self.plain: list[object] = []  # messages of other versions or of other programs
        self.restarts: list[tuple[str, int]] = []  # (agent, its new start)
        self.paths: dict[tuple[str, str], str] = {}  # last path told of each (agent, source)
        self.states: dict[tuple[str, str, int], str] = {}  # last state told of each epoch
        self.provisional: dict[tuple[str, str, int], tuple[int, str]] = {}  # offset and text of unfinished lines
        self.acked: dict[tuple[str, str, int], int] = {}  # last `end` told of each epoch
        self._lives: dict[tuple[str, str, int], Life] = {}
        self._started: dict[str, int] = {}
        self._interval_ms: dict[str, float] = {}
        self._heard_ms: dict[str, float] = {}

    def receive(self, message: object, clock_ms: float = 0) -> list[Line]:
        """Take one message; return the lines that are new."""
        if not isinstance(message, dict) or message.get("tailcast") != FORMAT_VERSION or not _is_well_formed(message):
            self.plain.append(message)
            return []
        message = _inflated(message)
        self._heard_ms[message["agent"]] = clock_ms
        if message["kind"] == "status":
            self._status(message)
        elif message["kind"] == "lines":
            return self._lines(message)
        return []

    def reconnected(self, clock_ms: float = 0) -> None:
        """The receiver has a new connection: what was sent since it lost the old one is missing, not history."""
        for life in self._lives.values():
            life.is_firm = True
        self._heard_ms = dict.fromkeys(self._heard_ms, clock_ms)

    def gaps(self) -> list[Gap]:
        """Every known gap, sorted."""
        return [Gap(*key, *missing) for key, life in sorted(self._lives.items()) for missing in life.missing()]

    def unknown(self) -> list[tuple[str, str, int, int, str]]:
        """(agent, source, epoch, offset, reason) of each place where nobody knows how many bytes are missing."""
        return [(*key, *place) for key, life in sorted(self._lives.items()) for place in life.unknown]

    def silent(self, clock_ms: float) -> list[str]:
        """Agents that said nothing for more than three of their intervals."""
        waits = {agent: SILENT_INTERVALS * interval for agent, interval in self._interval_ms.items()}
        return sorted(agent for agent, wait in waits.items() if clock_ms - self._heard_ms[agent] > wait)

    def texts(self, path: str) -> list[str]:
        """Texts of the lines of every epoch whose path ends with `path`, in order of acceptance."""
        sources = {key for key, told in self.paths.items() if told.endswith(path)}
        return [line.text for line in self.lines if (line.agent, line.source) in sources]

    def _lines(self, message: dict[str, Any]) -> list[Line]:
        agent, source, epoch, offset = (message[key] for key in ("agent", "source", "epoch", "offset"))
        self.paths[agent, source] = message["path"]
        started = message.get("started")
        if _is_count(started, 0) and started >= self._started.get(agent, 0):
            self._restart(agent, started)
        life = self._lives.get((agent, source, epoch)) or self._begin(agent, source, epoch, 0)
        if not life.is_firm:
            life.mark, life.is_firm = offset, True
        if message.get("partial"):
            life.end = max(life.end, offset)
            if offset not in life.received:
                self.provisional[agent, source, epoch] = (offset, message["lines"][0])
            return []
        life.end = max(life.end, offset + sum(message["lengths"]))
        fresh = []
        for index, (length, text) in enumerate(zip(message["lengths"], message.get("lines", ()), strict=False)):
            if offset in life.received:
                self.repeats += 1
            else:
                fresh.append(Line(agent, source, epoch, offset, text))
                self.cut.update([offset] if index in message.get("cut", ()) else [])
                life.received.add(offset, offset + length)
            offset += length
        self.lines += fresh
        if self.provisional.get((agent, source, epoch), (-1, ""))[0] in life.received:
            del self.provisional[agent, source, epoch]
        return fresh

    def _restart(self, agent: str, started: int) -> None:
        if self._started.setdefault(agent, started) != started:
            self.restarts.append((agent, started))
            self._started[agent] = started

    def _status(self, message: dict[str, Any]) -> None:
        agent = message["agent"]
        self._restart(agent, message["started"])
        self._interval_ms[agent] = message["interval"] * 1000
        for facts in message["sources"]:
            self._facts(agent, facts)

    def _facts(self, agent: str, facts: dict[str, Any]) -> None:
        source, epoch, start, end = (facts[key] for key in ("source", "epoch", "start", "end"))
        self.paths[agent, source] = facts["path"]
        self.states[agent, source, epoch], self.acked[agent, source, epoch] = facts["state"], end
        told = [
            (entry["from"], entry["to"], entry["reason"]) for key in ("gaps", "drops") for entry in facts.get(key, ())
        ]
        if facts["state"] == "ended":
            self.provisional.pop((agent, source, epoch), None)
        life = self._lives.get((agent, source, epoch))
        is_known = life is not None
        if life is None:
            life = self._begin(agent, source, epoch, max([0, *(to for _, to, _ in told)]))
        if life.is_successor:
            life.mark = start
        elif not life.is_firm:
            life.mark = max(life.mark, end)
        life.end = max(life.end, end)
        life.reasons += [reason for reason in told if reason not in life.reasons]
        if is_known or life.is_successor:
            places = [(gap["to"], gap["reason"]) for gap in facts.get("gaps", ()) if gap.get("more")]
            life.unknown += [place for place in places if place not in life.unknown]

    def _begin(self, agent: str, source: str, epoch: int, mark: int) -> Life:
        earlier = any(key[:2] == (agent, source) and key[2] < epoch for key in self._lives)
        life = Life(mark=0 if earlier else mark, is_successor=earlier, is_firm=earlier)
        self._lives[agent, source, epoch] = life
        return life


def _inflated(message: dict[str, Any]) -> dict[str, Any]:
    """`message` with its lines in place of a body that can be read."""
    if message.get("encoding") != "deflate-raw":
        return message
    try:
        inflater = zlib.decompressobj(wbits=-zlib.MAX_WBITS)
        text = inflater.decompress(b64decode(message["body"], validate=True), MOST_INFLATED_BYTES)
        lines = json.loads(text.decode()) if inflater.eof and not inflater.unused_data else None
    except (KeyError, TypeError, ValueError, zlib.error):
        return message
    plain = {key: value for key, value in message.items() if key not in ("encoding", "body")} | {"lines": lines}
    return plain if _has_lines(plain) else message


def _is_well_formed(message: dict[str, Any]) -> bool:
    if not isinstance(message.get("agent"), str) or not isinstance(message.get("kind"), str):
        return False
    if message["kind"] == "lines":
        return _names_a_life(message) and _has_lines(message)
    if message["kind"] == "status":
        sources = message.get("sources")
        return (
            _is_count(message.get("started"), 0)
            and type(message.get("interval")) in (int, float)
            and isinstance(sources, list)
            and all(isinstance(facts, dict) and _names_a_life(facts) and _has_facts(facts) for facts in sources)
        )
    return True


def _names_a_life(keys: dict[str, Any]) -> bool:
    return isinstance(keys.get("source"), str) and isinstance(keys.get("path"), str) and _is_count(keys.get("epoch"), 1)


def _has_lines(message: dict[str, Any]) -> bool:
    lengths, lines = message.get("lengths"), message.get("lines")
    if not _is_count(message.get("offset"), 0) or not isinstance(lengths, list) or not lengths:
        return False
    if not all(_is_count(length, 1) for length in lengths):
        return False
    if message.get("partial", False) is not False and (
        message["partial"] is not True or len(lengths) != 1 or "encoding" in message
    ):
        return False
    if "encoding" in message:
        return True
    return isinstance(lines, list) and len(lines) == len(lengths) and all(isinstance(line, str) for line in lines)


def _has_facts(facts: dict[str, Any]) -> bool:
    return (
        isinstance(facts.get("state"), str)
        and all(_is_count(facts.get(key), 0) for key in ("start", "end", "lag"))
        and all(_is_list_of_ranges(facts.get(key, [])) for key in ("gaps", "drops"))
    )


def _is_list_of_ranges(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(entry, dict)
        and _is_count(entry.get("from"), 0)
        and _is_count(entry.get("to"), 0)
        and isinstance(entry.get("reason"), str)
        for entry in value
    )


def _is_count(value: object, least: int) -> bool:
    return type(value) is int and value >= least
