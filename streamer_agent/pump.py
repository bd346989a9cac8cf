"""Pull lines from the tail and hand them to the publisher, as fast as the window allows and no faster.

Keeps no lines: what cannot be sent yet stays in its file. The tail and the publisher do all the work.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

from streamer_agent.block import EpochKey, LineBlock
from streamer_agent.publish.batching import Encoder
from streamer_agent.publish.message import Message
from streamer_agent.publish.pacing import Pacing
from streamer_agent.redact.redactor import Redactor

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


class Sink(Protocol):
    """The side of the publisher that messages go to; publish.publisher.Publisher says what each member promises."""

    @property
    def is_connected(self) -> bool: ...
    def publish(self, message: Message) -> bool: ...


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
    ) -> None:
        """`clock_ms` returns milliseconds since 1970 (UTC); without a `redactor` lines leave as they are."""
        self._source = source
        self._sink = sink
        self._pacing = pacing
        self._encoder = encoder
        self._clock_ms = clock_ms
        self._redactor = redactor
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
        if self._redactor is not None:
            self._redactor.redact(block)
        for message in self._encoder.encode(block, self._clock_ms()):
            while not self._sink.publish(message):
                self._wake.clear()
                await self._wake.wait()
        self._pacing.sent(block.key, block.end - block.offset)
