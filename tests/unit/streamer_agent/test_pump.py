"""pump: reads only what can be sent at once, wakes for what matters, and sleeps otherwise."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import pytest

from streamer_agent.block import EpochKey, LineBlock
from streamer_agent.publish.batching import TextEncoder
from streamer_agent.publish.message import Message
from streamer_agent.publish.pacing import Pacing
from streamer_agent.publish.window import AckWindow
from streamer_agent.pump import Pump
from streamer_agent.rate import RateLimit
from tests.support.eventually import eventually

A, B = EpochKey("aaaaaaaa", 1), EpochKey("bbbbbbbb", 1)


class MemorySource:
    """Lines in memory in place of files."""

    def __init__(self) -> None:
        self.lines: dict[EpochKey, list[str]] = {}
        self.is_exhausted = False
        self.reads: list[EpochKey] = []
        self.looks = 0
        self.left_out: list[tuple[EpochKey, int, int, str]] = []
        self._changed = asyncio.Event()

    def write(self, key: EpochKey, *lines: str) -> None:
        self.lines.setdefault(key, []).extend(lines)
        self._changed.set()

    async def wait_ready(self) -> None:
        while not self.ready() and not self.is_exhausted:
            self._changed.clear()
            await self._changed.wait()

    def ready(self) -> Sequence[EpochKey]:
        self.looks += 1
        return [key for key, lines in self.lines.items() if lines]

    def before(self, key: EpochKey, offset: int, max_bytes: int) -> bytes:
        return b""

    def read(self, key: EpochKey, max_bytes: int) -> LineBlock | None:
        self.reads.append(key)
        taken: list[str] = []
        while self.lines[key] and sum(map(len, taken)) + len(self.lines[key][0]) <= max_bytes:
            taken.append(self.lines[key].pop(0))
        return LineBlock(key, "p", 0, [len(line) for line in taken], taken) if taken else None

    def leave_out(self, key: EpochKey, start: int, end: int, why: str) -> None:
        self.left_out.append((key, start, end, why))

    def exhaust(self) -> None:
        self.is_exhausted = True
        self._changed.set()


class MemorySink:
    """A window in place of a service; the test acknowledges."""

    def __init__(self) -> None:
        self.window = AckWindow(100, 10_000)
        self.is_connected = True
        self.sent: list[Message] = []
        self.skipped: list[tuple[EpochKey, int, int]] = []  # with the number of messages sent before
        self.on_publish: Callable[[], None] = lambda: None

    def publish(self, message: Message) -> bool:
        if not self.is_connected or self.window.offer(message, 0.0) is None:
            return False
        self.sent.append(message)
        self.on_publish()
        return True

    def skip(self, key: EpochKey, end: int) -> None:
        self.skipped.append((key, end, len(self.sent)))

    @property
    def texts(self) -> list[str]:
        return [message.data.decode().strip('"').removesuffix("\\n") for message in self.sent]

    def ack_all(self) -> None:
        for entry in list(self.window.unacked()):
            self.window.settle(entry.ack_id)


class Pumping:
    """A running pump between the two."""

    def __init__(self, rate: RateLimit | None = None) -> None:
        self.source = MemorySource()
        self.sink = MemorySink()
        pacing = Pacing(self.sink.window, 1000)
        self.pump = Pump(self.source, self.sink, pacing, TextEncoder(65_536), lambda: 0, rate=rate)
        self.running: asyncio.Task[None]

    def ack_all(self) -> None:
        self.sink.ack_all()
        self.pump.wake()

    async def until_sent(self, *texts: str) -> None:
        await eventually(lambda: self.sink.texts == list(texts), f"sent {texts}, not {self.sink.texts}")

    async def settle(self) -> None:
        """Let everything happen that can happen without an event from outside."""
        for _ in range(20):
            await asyncio.sleep(0)


@asynccontextmanager
async def pumping(rate: RateLimit | None = None) -> AsyncIterator[Pumping]:
    all_of_it = Pumping(rate)
    all_of_it.running = asyncio.create_task(all_of_it.pump.run())
    watching = asyncio.create_task(all_of_it.pump.watch())
    try:
        yield all_of_it
    finally:
        for task in (all_of_it.running, watching):
            task.cancel()
        await asyncio.wait([all_of_it.running, watching])


async def test_a_line_goes_at_once() -> None:
    async with pumping() as line:
        line.source.write(A, "one")
        await line.until_sent("one")


async def test_lines_gather_while_earlier_ones_are_on_their_way() -> None:
    async with pumping() as line:
        line.source.write(A, "one")
        await line.until_sent("one")
        line.source.write(A, "two")
        line.source.write(A, "three")
        await line.settle()
        assert line.source.reads == [A]
        line.ack_all()
        await line.until_sent("one", "two", "three")
        assert line.source.reads == [A, A]


async def test_another_file_does_not_wait_for_those_acks() -> None:
    async with pumping() as line:
        line.source.write(A, "one")
        await line.until_sent("one")
        line.source.write(A, "waits")
        await line.settle()
        line.source.write(B, "goes")
        await line.until_sent("one", "goes")


async def test_a_source_that_waits_for_acks_is_not_looked_at_all_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streamer_agent.pump.LOOK_S", 3600.0)
    async with pumping() as line:
        line.source.write(A, "one")
        await line.until_sent("one")
        line.source.write(A, "waits")
        await line.settle()
        looks = line.source.looks
        await line.settle()
        assert line.source.looks == looks


async def test_nothing_is_read_without_a_connection() -> None:
    async with pumping() as line:
        line.sink.is_connected = False
        line.source.write(A, "one")
        await line.settle()
        assert line.source.reads == []
        line.sink.is_connected = True
        line.pump.wake()
        await line.until_sent("one")


async def test_a_full_window_stops_reading_until_an_ack_comes() -> None:
    async with pumping() as line:
        line.source.write(A, *("x" * 100 for _ in range(1000)))
        await line.settle()
        count = len(line.sink.sent)
        assert count < 100
        reads = len(line.source.reads)
        await line.settle()
        assert len(line.source.reads) == reads
        line.ack_all()
        await eventually(lambda: len(line.sink.sent) > count)


async def test_a_block_that_makes_more_messages_than_fit_is_sent_as_acks_come() -> None:
    async with pumping() as line:
        line.source.write(A, *("x" for _ in range(500)))
        for _ in range(5):
            await line.settle()
            assert len(line.sink.window) <= 100
            line.ack_all()
        await eventually(lambda: len(line.sink.sent) == 500)


async def test_everyone_is_served_in_turn() -> None:
    async with pumping() as line:
        line.source.write(A, *("a" * 900 for _ in range(3)))
        line.source.write(B, *("b" * 900 for _ in range(3)))
        await eventually(lambda: len(line.sink.sent) == 6)
        assert [text[0] for text in line.sink.texts] == ["a", "b"] * 3


async def test_it_ends_when_the_source_is_exhausted() -> None:
    async with pumping() as line:
        line.source.write(A, "one")
        await line.until_sent("one")
        line.source.exhaust()
        await asyncio.wait_for(line.running, 5)


async def test_a_stop_reads_no_more() -> None:
    async with pumping() as line:
        line.pump.stop()
        line.source.write(A, "one")
        await asyncio.wait_for(line.running, 5)
        assert line.source.reads == []


async def test_a_stop_hands_over_what_was_read() -> None:
    async with pumping() as line:
        line.source.write(A, *("x" for _ in range(150)))
        await line.settle()
        line.pump.stop()
        await line.settle()
        assert not line.running.done()
        line.ack_all()
        await asyncio.wait_for(line.running, 5)
        assert len(line.sink.sent) == 150


async def test_draining_waits_for_the_last_ack() -> None:
    async with pumping() as line:
        line.source.write(A, "one")
        await line.until_sent("one")
        draining = asyncio.create_task(line.pump.drain())
        await line.settle()
        assert not draining.done()
        line.ack_all()
        await asyncio.wait_for(draining, 5)


async def test_a_stop_does_not_wait_for_everyone_to_be_served() -> None:
    async with pumping() as line:
        line.sink.on_publish = line.pump.stop
        line.source.write(A, "one")
        line.source.write(B, "two")
        await asyncio.wait_for(line.running, 5)
        assert line.source.reads == [A]


async def test_what_is_too_much_is_left_out_told_and_settled_behind_what_was_sent() -> None:
    async with pumping(RateLimit(2, None)) as line:
        line.source.write(A, "one", "two", "six", "ten")
        await line.until_sent("one", "two")
        assert line.source.left_out == [(A, 6, 12, "rate")]
        assert line.sink.skipped == [(A, 12, 2)]
        assert (line.pump.read.lines, line.pump.over_rate.lines, line.pump.over_rate.bytes) == (4, 2, 6)


async def test_a_source_that_is_over_its_rate_does_not_hold_up_another() -> None:
    async with pumping(RateLimit(1, None)) as line:
        line.source.write(A, *("a" * 900 for _ in range(50)))
        line.source.write(B, "b")
        await eventually(lambda: line.source.lines == {A: [], B: []})
        assert [text[0] for text in line.sink.texts] == ["a", "b"]
        assert line.pump.over_rate.lines == 49
