"""Looks at the files over and over: scans, polls and saves, each when it is due. Reads no lines."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Collection

from streamer_agent.tail.facts import Notify
from streamer_agent.tail.hints import Hints
from streamer_agent.tail.lives import Lives
from streamer_agent.tail.options import TailOptions
from streamer_agent.tail.pace import Pace
from streamer_agent.tail.rescue import Rescue
from streamer_agent.tail.saving import Saver
from streamer_agent.tail.scanner import Scanner
from streamer_agent.tail.steps import in_turns
from streamer_agent.tail.succession import Succession
from streamer_agent.tail.upkeep import Upkeep


class Lookout:
    """Everything that happens to files reaches the lives from here."""

    def __init__(
        self,
        options: TailOptions,
        scanner: Scanner,
        lives: Lives,
        succession: Succession,
        rescue: Rescue,
        saver: Saver,
        *,
        clock: Callable[[], float],
        notify: Notify,
        news: Callable[[], None],
    ) -> None:
        """`news` is called when lives may be read that could not before."""
        self._scanner = scanner
        self._lives = lives
        self._succession = succession
        self._saver = saver
        self._clock = clock
        self._news = news
        self._upkeep = Upkeep(lives, succession, rescue, options, clock=clock)
        self._scan_pace = Pace(options.scan_interval_s, options.look_share)
        self._poll_pace = Pace(options.poll_interval_s, options.look_share)
        self._stirred = asyncio.Event()
        """Set when there may be something to do before its time."""
        self._hints = Hints(written=self._hinted, changed=self.want_scan, notify=notify)
        if options.hints:
            self._hints.open()

    def close(self) -> None:
        """Listen to hints no more."""
        self._hints.close()

    def stir(self) -> None:
        """Let `run` see what is due now."""
        self._stirred.set()

    def want_scan(self) -> None:
        """Ask for a scan as soon as its share of time allows."""
        self._scan_pace.want()
        self.stir()

    async def run(self) -> None:
        """Scan, poll and save, each when it is due, until cancelled."""
        while True:
            lives = self._lives
            due_at = min(self._scan_pace.due_at(), self._poll_due_at(), self._saver.due_at())
            await self._sleep_until(min(due_at, lives.provisional.due_at()))
            self._upkeep.show_unfinished()
            if self._clock() >= self._scan_pace.due_at():
                await self.scan()
            elif self._clock() >= self._poll_due_at():
                self.poll()
            if self._clock() >= self._saver.due_at():
                await self._saver.save()
                self._news()

    async def scan(self, at_end: Collection[str] = ()) -> None:
        """Look at all inputs; files in `at_end` that are not known yet are followed from their end."""
        self._scan_pace.began()
        snapshot, walk_cost_s = await in_turns(self._scanner.walk())
        await in_turns(self._succession.advance(snapshot, at_end))
        self._upkeep.tend()
        if self._hints.watch(snapshot):
            self.want_scan()
        # What opening new files costs does not come again, so it does not count.
        self._scan_pace.ran(self._clock(), walk_cost_s)
        if self._lives.undurable:
            await self._saver.save()
            self._news()

    def poll(self) -> None:
        """Look at the files that grew lately, and show lines that have been unfinished for long enough."""
        self._upkeep.show_unfinished()
        began = time.thread_time()
        if self._upkeep.poll():
            self.want_scan()
        self._poll_pace.ran(self._clock(), time.thread_time() - began)

    def _poll_due_at(self) -> float:
        return self._poll_pace.due_at() if self._lives.hot else float("inf")

    async def _sleep_until(self, due_at: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, due_at - self._clock())):
                await self._stirred.wait()
        self._stirred.clear()

    def _hinted(self, path: str) -> None:
        harvester = self._lives.at_path.get(path)
        if harvester is not None and harvester.is_in_sight:
            self._lives.wake(harvester)
