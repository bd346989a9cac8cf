"""For how long the oldest byte that is not acknowledged has been waiting, per source. Reads no file and no clock."""

from collections.abc import Iterable

from streamer_agent.tail.facts import SourceFacts

MOST_MARKS = 32
"""Sizes remembered of one source. When there are more every second one goes: an old lag needs no fine measure."""


class Lags:
    """What `observe` was told, again and again, makes out when each byte was first seen."""

    def __init__(self) -> None:
        self._marks: dict[tuple[str, int], list[tuple[int, float]]] = {}
        """(size, when it was seen first) of what is not acknowledged, for each life that lags."""

    def observe(self, facts: Iterable[SourceFacts], now: float) -> None:
        """Take the facts of all sources as they are at `now`."""
        marks: dict[tuple[str, int], list[tuple[int, float]]] = {}
        for fact in facts:
            if fact.lag <= 0:
                continue
            key = (fact.key.source, fact.key.epoch)
            waiting = [mark for mark in self._marks.get(key, ()) if mark[0] > fact.end]
            size = fact.end + fact.lag
            if not waiting or size > waiting[-1][0]:
                waiting.append((size, now))
            marks[key] = waiting if len(waiting) <= MOST_MARKS else waiting[::2]
        self._marks = marks

    def seconds(self, fact: SourceFacts, now: float) -> float:
        """How long the oldest unacknowledged byte has waited, to the interval between two observations."""
        waiting = self._marks.get((fact.key.source, fact.key.epoch))
        return now - waiting[0][1] if waiting else 0.0
