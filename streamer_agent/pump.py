"""Pull lines from the tail and hand them to the publisher, as fast as the window allows and no faster.

Keeps no lines: what cannot be sent yet stays in its file. The tail and the publisher do all the work.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from time import monotonic
from typing import Protocol

from streamer_agent.block import EpochKey, LineBlock
from streamer_agent.publish.batching import Encoder
from streamer_agent.publish.message import Message
from streamer_agent.publish.pacing import Pacing
from streamer_agent.rate import RateLimit
from streamer_agent.redact.redactor import Redactor
from streamer_agent.traffic import Traffic

LOOK_S = 0.003
"""How often to look for other files while some have lines that must wait for acks of their own. An ack looks too, so
this bounds what a slow connection adds to the latency of a quiet file."""


class Source(Protocol):
    """The side of the tail that lines are pulled from; tail.tailer.Tailer says what each member promises."""

    @property
    def is_exhausted(self) -> bool: ...
    async def wait_ready(self) -> None: ...
    def ready(self) -> Sequence[EpochKey]: ...
    def read(self, key: EpochKey, max_bytes: int) -> LineBlock | None: ...
    def before(self, key: EpochKey, offset: int, max_bytes: int) -> bytes: ...
    def leave_out(self, key: EpochKey, start: int, end: int, why: str) -> None: ...


class Sink(Protocol):
    """The side of the publisher that messages go to; publish.publisher.Publisher says what each member promises."""

    @property
    def is_connected(self) -> bool: ...
    def publish(self, message: Message) -> bool: ...
    def skip(self, key: EpochKey, end: int) -> None: ...


class Pump:
    """Moves lines from a source to a sink until `stop`, or until the source is exhausted."""

    def __init__(
        self,
        source: Source,
        sink: Sink,
        pacing: Pacing,
        encoder: Encoder,
        clock_ms: Callable[[], int],
        redactor: Redactor | None = None,
        rate: RateLimit | None = None,
    ) -> None:
        """
        Args:
            source: where lines are read.
            sink: where messages go.
            pacing: says how much of a source may be read.
            encoder: makes messages of lines.
            clock_ms: returns milliseconds since 1970 (UTC).
            redactor: masks secrets; without one lines leave as they are.
            rate: says what is too much; without one nothing is.
        """
        self._source = source
        self._sink = sink
        self._pacing = pacing
        self._encoder = encoder
        self._clock_ms = clock_ms
        self._redactor = redactor
        self._rate = rate
        self.read = Traffic()  # taken from the source since the start
        self.over_rate = Traffic()  # of that, left out because it was too much
        self._is_stopping = False
        self._wake = asyncio.Event()  # set when another pass may achieve something
        self._wanted = asyncio.Event()  # set while the next file that becomes ready matters
        self._has_blocked = False  # some source is ready, but waits for acks of its own

    def wake(self) -> None:
        """Look again: an ack came, a connection was opened, or closed."""
        self._wake.set()

    def stop(self) -> None:
        """Read no more; `run` returns when what was read is handed over."""
        self._is_stopping = True
        self.wake()

    async def run(self) -> None:
        """Move lines. `watch` must run beside it."""
        while not (self._is_stopping or self._source.is_exhausted):
            self._wake.clear()
            if await self._pass():
                await asyncio.sleep(0)  # so that acks are read and files are looked at between two passes
            else:
                await self._wake.wait()

    async def drain(self) -> None:
        """Wait until everything that was sent is acknowledged."""
        while not self._pacing.is_idle:
            self._wake.clear()
            await self._wake.wait()

    async def watch(self) -> None:
        """Wake `run` for every file that becomes ready, while it can do something about it."""
        while True:
            await self._wanted.wait()
            await self._source.wait_ready()
            self._wanted.clear()
            self.wake()
            if self._has_blocked:  # `wait_ready` would return at once for these
                await asyncio.sleep(LOOK_S)

    async def _pass(self) -> bool:
        """Serve every source that may send, once, in fair order. Return whether anything was sent."""
        if not (self._sink.is_connected and self._pacing.has_room):
            self._wanted.clear()
            return False
        has_blocked = has_sent = False
        for key in self._source.ready():
            allowance = self._pacing.allowance(key)
            if not allowance:
                has_blocked = True
            elif block := self._source.read(key, allowance):
                await self._hand_over(block)
                has_sent = True
            if self._is_stopping:
                return False
        self._has_blocked = has_blocked
        self._wanted.set()
        return has_sent

    async def _hand_over(self, block: LineBlock) -> None:
        if not block.is_partial:  # it will be read again, whole
            self.read.add(len(block.lines), block.end - block.offset)
        if self._redactor is not None:
            before = partial(self._source.before, block.key, block.offset)
            self._redactor.redact(block, before)  # before anything is left out: a PEM block goes over lines
        end = block.end
        admitted = self._admitted(block)
        if admitted < len(block.lines):
            block = self._leave_out(block, admitted)
        if block.lines:
            await self._publish(block)
        if block.end < end:
            self._sink.skip(block.key, end)

    def _admitted(self, block: LineBlock) -> int:
        """How many lines of `block` are not too much."""
        if self._rate is None or block.is_partial:
            return len(block.lines)
        return self._rate.admit(block, monotonic())

    def _leave_out(self, block: LineBlock, admitted: int) -> LineBlock:
        """Tell of the lines of `block` behind the first `admitted`; return the block without them."""
        kept = replace(
            block,
            lengths=block.lengths[:admitted],
            lines=block.lines[:admitted],
            cut=[index for index in block.cut if index < admitted],
        )
        self.over_rate.add(len(block.lines) - admitted, block.end - kept.end)
        self._source.leave_out(block.key, kept.end, block.end, "rate")
        return kept

    async def _publish(self, block: LineBlock) -> None:
        for message in self._encoder.encode(block, self._clock_ms()):
            while not self._sink.publish(message):
                self._wake.clear()
                await self._wake.wait()
        self._pacing.sent(block.key, block.end - block.offset)
