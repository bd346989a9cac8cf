"""Join the tail to the publisher and own the order of start and shutdown. The pump moves the lines."""

import asyncio
import random
import tempfile
from collections import Counter
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from time import monotonic, time
from typing import Any

from streamer_agent import events
from streamer_agent.errors import SetupError, StateDirectoryError, address
from streamer_agent.health import Health
from streamer_agent.lag import Lags
from streamer_agent.metrics import Figures, Metrics
from streamer_agent.publish.backoff import Backoff
from streamer_agent.publish.batching import BatchEncoder, Encoder, TextEncoder
from streamer_agent.publish.negotiation import Negotiator
from streamer_agent.publish.pacing import Pacing
from streamer_agent.publish.publisher import Publisher
from streamer_agent.publish.session import Session
from streamer_agent.publish.window import AckWindow
from streamer_agent.pump import Pump
from streamer_agent.rate import RateLimit
from streamer_agent.redact.expressions import rules_with
from streamer_agent.redact.redactor import MARGIN_BYTES, Redactor
from streamer_agent.reporter import Reporter
from streamer_agent.settings import StreamerSettings
from streamer_agent.status import StatusReport
from streamer_agent.tail.errors import TailError
from streamer_agent.tail.facts import Notice
from streamer_agent.tail.options import Beginning, TailOptions
from streamer_agent.tail.tailer import Tailer

LAG_INTERVAL_S = 5.0
"""How exactly the age of a lag is known."""


class Agent:
    """One streamer: `await run()` lasts until `stop()`, until standard input is at its end, or until a fatal error."""

    def __init__(self, settings: StreamerSettings) -> None:
        self._settings = settings
        self._window = AckWindow(settings.window_messages, settings.window_bytes)
        self._pacing = Pacing(self._window, settings.batch_bytes)
        rules = rules_with(settings.own_expressions)
        self._redactor = Redactor(rules, settings.max_line_bytes) if settings.redaction else None
        self._lost_bytes: Counter[str] = Counter()  # by reason, of files that were truncated or removed
        self._is_stopping = False
        self._pump: Pump | None = None  # set by `run`
        self._limit: asyncio.Timeout | None = None  # set while lines move; runs out once we are stopping

    def stop(self) -> None:
        """Read no more, deliver what was read, then let `run` return. Idempotent; fit for a signal handler."""
        if not self._is_stopping:
            self._is_stopping = True
            events.agent_stopping(unacknowledged=len(self._window), timeout_s=self._settings.stop_timeout)
            self._begin_to_stop()

    async def run(self) -> None:
        """Stream.

        Raises:
            StreamerError: we are refused, or the machine will not have a setting or the state directory.
        """
        async with AsyncExitStack() as stack:
            state_dir = self._settings.state_directory
            if not self._settings.resume:
                state_dir = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tailcast-")))
            tailer = Tailer(tail_options(self._settings, state_dir), notify=self._noticed)
            try:
                await tailer.start()
            except TailError as error:
                raise StateDirectoryError(str(error)) from error
            stack.push_async_callback(tailer.stop)
            await self._stream(tailer, stack)
        events.agent_stopped(unacknowledged=len(self._window))

    async def _stream(self, tailer: Tailer, stack: AsyncExitStack) -> None:
        settings = self._settings
        publisher = Publisher(
            Session(self._window, Backoff(random.random), settings.ack_timeout),
            Negotiator(settings.negotiate_url, settings.key),
            on_settled=tailer.settle,
            on_change=lambda: pump.wake(),
            ping_interval_s=settings.ping_interval,
        )
        started_ms = now_ms()
        encoder = self._encoder(tailer.agent_id, started_ms)
        rate = None
        if settings.lines_per_second is not None or settings.bytes_per_second is not None:
            rate = RateLimit(settings.lines_per_second, settings.bytes_per_second)
        pump = Pump(tailer, publisher, self._pacing, encoder, now_ms, self._redactor, rate)
        self._pump = pump
        lags = Lags()
        await self._open_health(publisher, tailer, self._metrics(publisher, tailer, pump, lags), stack)
        events.agent_started(
            agent=tailer.agent_id,
            name=settings.agent_name,
            paths=settings.log_paths,
            negotiate=address(settings.negotiate_url),
            form=settings.format,
        )
        background: list[Coroutine[Any, Any, None]] = [publisher.run(), pump.watch()]
        reporter = None
        if settings.format == "batch":  # plain text has no place for status
            report = StatusReport(tailer.agent_id, settings.agent_name, started_ms, settings.status_interval)
            reporter = Reporter(report, tailer, publisher, self._pacing, now_ms)
            background.append(reporter.run())
        if settings.health_port is not None:
            background.append(_observe(lags, tailer))
        await _first_of(self._deliver(pump, reporter), *background)

    async def _deliver(self, pump: Pump, reporter: Reporter | None) -> None:
        """Move lines until there are no more or we are stopped; then wait for the last acks, at most `stop_timeout`."""
        try:
            async with asyncio.timeout(None) as limit:
                self._limit = limit
                if self._is_stopping:
                    self._begin_to_stop()
                await pump.run()
                await pump.drain()
                if reporter is not None:
                    reporter.tell()  # the last word: every byte up to `end` has arrived
                    await pump.drain()
        except TimeoutError:
            if not limit.expired():
                raise
        finally:
            self._limit = None

    def _begin_to_stop(self) -> None:
        if self._pump is not None and self._limit is not None:
            self._pump.stop()
            self._limit.reschedule(asyncio.get_running_loop().time() + self._settings.stop_timeout)

    def _encoder(self, agent_id: str, started_ms: int) -> Encoder:
        settings = self._settings
        if settings.format == "text":
            return TextEncoder(settings.max_message_bytes)
        compresses = settings.compression == "deflate"
        return BatchEncoder(
            agent_id, settings.agent_name, started_ms, settings.max_message_bytes, compresses=compresses
        )

    def _metrics(self, publisher: Publisher, tailer: Tailer, pump: Pump, lags: Lags) -> Metrics:
        figures = Figures(
            read=pump.read,
            over_rate=pump.over_rate,
            lost_bytes=self._lost_bytes,
            window=self._window,
            units=publisher.units,
            masked=self._redactor.masked if self._redactor else Counter(),
            failures=publisher.failures,
            refused=publisher.refused,
            connections=lambda: publisher.connections,
            recoveries=lambda: publisher.recoveries,
            is_connected=lambda: publisher.is_connected,
            facts=tailer.facts,
            lags=lags,
            checkpoint_age_s=lambda: tailer.checkpoint_age_s,
            is_saving=lambda: not tailer.trouble,
        )
        return Metrics(figures, monotonic, time)

    def _noticed(self, notice: Notice) -> None:
        events.tail_noticed(notice)
        if notice.event == "bytes_lost":
            self._lost_bytes[notice.fields["reason"]] += notice.fields["bytes"]

    async def _open_health(self, publisher: Publisher, tailer: Tailer, metrics: Metrics, stack: AsyncExitStack) -> None:
        port = self._settings.health_port
        if port is None:
            return
        health = Health(self._settings.health_host, port, lambda: publisher.trouble or tailer.trouble, metrics.text)
        stack.push_async_callback(health.stop)
        try:
            url = await health.start()
        except OSError as error:
            where = f"{self._settings.health_host} port {port}"
            raise SetupError(f"Cannot listen on {where}: {error.strerror}", "Set HEALTH_PORT to a free port") from error
        events.health_started(url=url)


def tail_options(settings: StreamerSettings, state_dir: Path) -> TailOptions:
    """What the tail needs to know of the settings."""
    margin = MARGIN_BYTES if settings.redaction else 0
    return TailOptions(
        inputs=tuple(settings.log_paths),
        exclude=tuple(settings.exclude),
        begin=Beginning.parse(settings.read_from),
        line_format=settings.line_format,
        partial_after_s=settings.partial_after,
        state_dir=state_dir,
        max_line_bytes=settings.max_line_bytes + margin,
        scan_interval_s=settings.scan_interval,
        poll_interval_s=settings.poll_interval,
        hints=settings.hints,
        hold_deleted_s=settings.hold_deleted,
        max_open_files=settings.max_open_files,
    )


def now_ms() -> int:
    """The clock of messages: milliseconds since 1970 (UTC)."""
    return int(time() * 1000)


async def _observe(lags: Lags, tailer: Tailer) -> None:
    """Note how far the sources lag, so that a scrape can say since when."""
    while True:
        lags.observe(tailer.facts(), monotonic())
        await asyncio.sleep(LAG_INTERVAL_S)


async def _first_of(*parts: Coroutine[Any, Any, None]) -> None:
    """Run `parts` side by side until one returns or fails; end the others, and raise what the first one raised."""
    tasks = [asyncio.create_task(part) for part in parts]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
