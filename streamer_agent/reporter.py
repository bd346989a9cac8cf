"""Publish a status message whenever one is due. What it says and when it is due, status.py decides."""

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import Protocol

from streamer_agent.publish.pacing import Pacing
from streamer_agent.pump import Sink
from streamer_agent.status import StatusReport
from streamer_agent.tail.facts import SourceFacts

TICK_S = 0.1


class FactSource(Protocol):
    """The side of the tail that knows about sources; tail.tailer.Tailer says what each member promises."""

    @property
    def revision(self) -> int: ...
    def facts(self, since: int = 0) -> list[SourceFacts]: ...


class Reporter:
    """Tells receivers how the sources are."""

    def __init__(
        self, report: StatusReport, tail: FactSource, sink: Sink, pacing: Pacing, clock_ms: Callable[[], int]
    ) -> None:
        """`clock_ms` returns milliseconds since 1970 (UTC)."""
        self._report = report
        self._tail = tail
        self._sink = sink
        self._pacing = pacing
        self._clock_ms = clock_ms

    async def run(self) -> None:
        """Publish what is due until cancelled. Without a connection it waits: the next one then says it all."""
        while True:
            if self._report.is_due(monotonic(), self._tail.revision):
                self.tell()
            await asyncio.sleep(TICK_S)

    def tell(self) -> None:
        """Publish one now, if it can be sent at once."""
        if not (self._sink.is_connected and self._pacing.has_room):
            return
        revision, facts = self._tail.revision, self._tail.facts()
        self._sink.publish(self._report.build(facts, revision, monotonic(), self._clock_ms()))
