"""Write status messages (docs/wire.md, status) and decide when one is due. Sends nothing, reads no clock."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import orjson

from common.wire import FORMAT_VERSION
from streamer_agent.block import EpochKey
from streamer_agent.publish.message import Message
from streamer_agent.tail.facts import Gap, SourceFacts

QUIET_BYTES = 1850
"""Size of a status without news. With what the service puts around it, it stays below the 2,048 bytes of one metered
message for group names up to 100 characters."""
NEWS_BYTES = 32_768
"""Size of a status with news; what does not fit comes with the next one."""
NEWS_INTERVAL_S = 1.0
"""Least time between two of them."""
LEAST_FACT_BYTES = 90
"""What the shortest fact takes, about; with less room there is no point in trying the next."""
MOST_GAPS = 20
"""Gaps told again per source, the latest ones: each was news once."""


class Told(NamedTuple):
    """What receivers were told last of one life."""

    revision: int
    message: int
    """By which message, counted from 1."""
    gaps_until: int
    """The end of the last gap."""
    drops_until: int


_NOTHING = Told(-1, 0, -1, -1)


class StatusReport:
    """What receivers were told of this agent, and what they are to be told next."""

    def __init__(self, agent: str, name: str, started_ms: int, interval_s: float) -> None:
        self._head = {"tailcast": FORMAT_VERSION, "kind": "status", "agent": agent, "name": name}
        self._tail = {"started": started_ms, "interval": interval_s}
        self._interval_s = interval_s
        self._sent_at: float | None = None  # None: at once
        self._has_news = True
        self._count = 0  # messages built
        self._told: dict[EpochKey, Told] = {}
        self._revision = 0  # of the tailer, when it was last asked

    def renew(self) -> None:
        """Send one as soon as may be: a connection was opened."""
        self._has_news = True

    def is_due(self, now: float, revision: int) -> bool:
        """Whether to build one now, given the tailer's revision."""
        if self._sent_at is None:
            return True
        waited = now - self._sent_at
        return waited >= self._interval_s or (
            waited >= NEWS_INTERVAL_S and (self._has_news or revision != self._revision)
        )

    def build(self, facts: Sequence[SourceFacts], revision: int, now: float, at_ms: int) -> Message:
        """The next message: sources with news first, then those that were told the longest ago.

        Args:
            facts: of all sources.
            revision: the tailer's, when it gave the facts.
            now: seconds of the clock that `is_due` is asked with.
            at_ms: milliseconds since 1970 (UTC).
        """
        self._sent_at, self._revision = now, revision
        self._count += 1
        head = {**self._head, "at": at_ms, **self._tail}
        frame = len(orjson.dumps(head)) + len(',"sources":[]')
        news = sorted((fact for fact in facts if self._is_news(fact)), key=lambda fact: fact.revision)
        told = self._fitting(news, NEWS_BYTES - frame)
        self._has_news = len(told) < len(news)
        if not self._has_news:
            rest = sorted(
                (fact for fact in facts if not self._is_news(fact)), key=lambda fact: self._told[fact.key].message
            )
            told |= self._fitting(rest, QUIET_BYTES - frame - sum(len(text) + 1 for text in told.values()))
        self._remember(facts, told)
        sources = b",".join(told.values())
        return Message(orjson.dumps(head)[:-1] + b',"sources":[' + sources + b"]}", "json")

    def _is_news(self, fact: SourceFacts) -> bool:
        return self._told.get(fact.key, _NOTHING).revision < fact.revision

    def _fitting(self, facts: Iterable[SourceFacts], room: int) -> dict[EpochKey, bytes]:
        """Encoded facts in the order of `facts`, as many as fit; one that is too big does not keep back the others."""
        chosen: dict[EpochKey, bytes] = {}
        for fact in facts:
            if room < LEAST_FACT_BYTES:
                break
            text = _encode(fact, self._told.get(fact.key, _NOTHING))
            if len(text) < room:
                chosen[fact.key] = text
                room -= len(text) + 1
        return chosen

    def _remember(self, facts: Sequence[SourceFacts], told: dict[EpochKey, bytes]) -> None:
        kept = {}
        for fact in facts:
            if fact.key in told:
                kept[fact.key] = Told(fact.revision, self._count, _end(fact.gaps), _end(fact.drops))
            elif fact.key in self._told:
                kept[fact.key] = self._told[fact.key]
        self._told = kept


def _encode(fact: SourceFacts, told: Told) -> bytes:
    fields: dict[str, object] = {
        "source": fact.key.source,
        "epoch": fact.key.epoch,
        "path": fact.path,
        "state": fact.state,
        "start": fact.start,
        "end": fact.end,
        "lag": fact.lag,
    }
    if fact.gaps:
        fields["gaps"] = _ranges(fact.gaps, told.gaps_until)
    if fact.drops:
        fields["drops"] = _ranges(fact.drops, told.drops_until)
    if fact.detail:
        fields["detail"] = fact.detail
    return orjson.dumps(fields)


def _end(gaps: Sequence[Gap]) -> int:
    return max((gap.end for gap in gaps), default=-1)


def _ranges(gaps: Sequence[Gap], told_until: int) -> list[dict[str, object]]:
    """Those that were not told yet, and the latest ones."""
    latest = len(gaps) - MOST_GAPS
    return [
        {"from": gap.start, "to": gap.end, "reason": gap.reason, **({"more": True} if gap.more else {})}
        for index, gap in enumerate(gaps)
        if index >= latest or gap.end > told_until
    ]
