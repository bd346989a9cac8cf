"""What is measured of a page, each on a `Tab` that follows its file. Every measure ends by a deadline.

Prints nothing.
"""

import gzip
import itertools
import math
import random
import statistics
import threading
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.benchmarks.pages.chromium import Tab
from tests.benchmarks.processes import descendants_s
from tests.benchmarks.readiness import NotReadyError

WAIT_S = 60.0
"""The longest that a page is waited for."""
BURST_LINES = 200_000
PACE_LINES_PER_S = 20_000
LATE_S = 5.0
"""Lines that come so long after the last was appended are missing."""
EYE_LINES_PER_S = 2_000
EYE_S = 5.0
STORE_LINES = 100_000
TICK_S = 0.01
SEARCHES = 7
COUNTERS_MS = 600
"""Pages bring what they count up to date now and then."""


@dataclass(frozen=True, slots=True)
class Burst:
    seconds: float
    """From the append to the frame that finds the last line on the page; infinite if it is not there after `WAIT_S`."""
    longest_ms: float
    """The longest task of the main thread; tasks below 50 ms are not told of, and are 0 here."""
    processor_s: float
    """What servers and browser worked for it, which other programs hardly change."""
    missing: int
    """Lines that did not come, or came to be wrong; below 0 if more are told of than were appended."""


@dataclass(frozen=True, slots=True)
class Pace:
    frame_ms: float
    """95 of 100 frames took no longer."""
    lag_ms: float
    """95 of 100 frames showed a newest line no older than this."""
    missing: int
    """As of a burst."""


@dataclass(frozen=True, slots=True)
class Load:
    compressed_bytes: int
    first_line_ms: float
    """From the navigation to the first line on the page, while lines are appended every 5 ms."""


def burst(tab: Tab) -> Burst:
    """Append many lines at once."""
    before, worked = tab.counted(), descendants_s()
    began = tab.append(BURST_LINES)
    in_time = tab.wait(WAIT_S)
    worked = descendants_s() - worked
    tab.page.wait_for_timeout(COUNTERS_MS)
    frames, longest = tab.evaluate("[bench.frames, bench.longest]")
    there = next((at for at, newest in frames if newest == tab.appended - 1), math.inf)
    missing = BURST_LINES - (tab.counted() - before)
    return Burst(there / 1_000 - began if in_time else math.inf, longest, worked, missing or tab.wrong())


def pace(tab: Tab, seconds: float) -> Pace:
    """Append lines at a steady pace; the first second is not judged."""
    before, first = tab.counted(), tab.appended
    appended_at = feed(tab, PACE_LINES_PER_S, seconds)
    frames = tab.evaluate("bench.frames")
    tab.wait(LATE_S)
    tab.page.wait_for_timeout(COUNTERS_MS)
    judged = [(at, newest) for at, newest in frames if at > 1_000 * (appended_at[0] + 1)]
    taken = [later[0] - earlier[0] for earlier, later in itertools.pairwise(judged)]
    batch = (tab.appended - first) // len(appended_at)
    lags = [at - 1_000 * appended_at[max(0, newest - first) // batch] for at, newest in judged]
    missing = tab.appended - first - (tab.counted() - before)
    return Pace(percentile(taken, 95), percentile(lags, 95), missing or tab.wrong())


def feed(tab: Tab, per_s: int, seconds: float) -> list[float]:
    """Append at a steady pace, and return when each batch was; seconds since 1970."""
    appended_at: list[float] = []
    begun = time.monotonic()
    for tick in range(int(seconds / TICK_S)):
        time.sleep(max(0.0, begun + tick * TICK_S - time.monotonic()))
        appended_at.append(tab.append(int(per_s * TICK_S)))
    return appended_at


def stillness(tab: Tab) -> float:
    """Pixels by which a line moves at most that the reader has scrolled up to, while lines come."""
    tab.append(5_000)
    tab.wait(WAIT_S)
    tab.page.mouse.move(600, 400)
    tab.page.mouse.wheel(0, -1_500)
    tab.page.wait_for_timeout(500)
    writer = threading.Thread(target=feed, args=(tab, EYE_LINES_PER_S, EYE_S + 1))
    writer.start()
    moved = float(tab.evaluate(f"bench.stillness({1_000 * EYE_S})"))
    writer.join()
    return moved


def search(tab: Tab) -> list[float]:
    """Milliseconds from typing into the field to the first result on the page, for lines all over the store."""
    tab.append(STORE_LINES)
    tab.wait(WAIT_S)
    tab.page.wait_for_timeout(2_000)
    numbers = random.Random(1).sample(range(tab.appended - STORE_LINES + 1_000, tab.appended - 1_000), SEARCHES)
    took = []
    for number in numbers:
        took.append(float(tab.page.evaluate(TYPE, [f"#{number:09d}", number])))
        tab.page.evaluate(TYPE, ["", tab.appended - 1])
        tab.page.wait_for_timeout(300)
    return took


TYPE = """([text, wanted]) => {
  const field = document.getElementById('find-text');
  field.value = text;
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
  return bench.until(() => bench.newest() === wanted);
}"""


def heaps(tab: Tab, count: int) -> list[float]:
    """Megabytes of heap after garbage collection, ten times while `count` lines go through the page."""
    session = tab.page.context.new_cdp_session(tab.page)
    found = []
    for _ in range(10):
        for _ in range(max(1, count // 10 // STORE_LINES)):
            tab.append(STORE_LINES)
            tab.wait(WAIT_S)
        tab.evaluate("bench.reset()")
        session.send("HeapProfiler.collectGarbage")
        found.append(session.send("Runtime.getHeapUsage")["usedSize"] / 1e6)
    return found


def load(tab: Tab) -> Load:
    """Navigate to the page anew, with nothing in the browser's cache."""
    session = tab.page.context.new_cdp_session(tab.page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    stop = threading.Event()

    def write() -> None:
        while not stop.wait(0.005):
            tab.append(1)

    tab.page.add_init_script(FIRST.replace("SELECTOR", tab.site.lines))
    writer = threading.Thread(target=write)
    writer.start()
    try:
        tab.page.goto(tab.url)
        deadline = time.monotonic() + WAIT_S
        while not tab.evaluate("window.firstLine ?? 0"):
            if time.monotonic() > deadline:
                raise NotReadyError(f"no line on the page {WAIT_S:.0f} s after the navigation")
            tab.page.wait_for_timeout(50)
    finally:
        stop.set()
        writer.join()
    return Load(weight(tab.page), float(tab.evaluate("firstLine")))


FIRST = r"""
const look = () => {
  if (/#\d{9}/.test(document.querySelector('SELECTOR')?.textContent)) window.firstLine = performance.now();
  else requestAnimationFrame(look);
};
look();
"""

PARTS = """[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
  .filter(({ initiatorType }) => !['fetch', 'xmlhttprequest'].includes(initiatorType))
  .map(({ name }) => name)"""


def weight(page: Page) -> int:
    """Bytes of the page and all that it loads, each part gzipped as a server in front would; not what it then asks."""
    page.wait_for_timeout(500)
    return sum(len(gzip.compress(body(address), 6)) for address in {*page.evaluate(PARTS), *shared_workers(page)})


def shared_workers(page: Page) -> list[str]:
    """The addresses of the shared workers of a page, which its own list of resources leaves out."""
    browser = page.context.browser
    if browser is None:
        return []
    targets = browser.new_browser_cdp_session().send("Target.getTargets")["targetInfos"]
    return [target["url"] for target in targets if target["type"] == "shared_worker"]


def body(address: str) -> bytes:
    """What is at a loopback address."""
    with urllib.request.urlopen(address, timeout=10) as answer:
        found: bytes = answer.read()
        return found


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that so many of a hundred do not exceed."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]
