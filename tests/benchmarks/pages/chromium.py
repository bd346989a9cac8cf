"""One page in Chromium with the probe in it: append lines, and wait until they are on the page.

Judges nothing.
"""

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from playwright.sync_api import Browser, Error, Page, sync_playwright

from tests.benchmarks import lines
from tests.benchmarks.cores import Cores
from tests.benchmarks.pages.site import Site
from tests.benchmarks.processes import ServerError, Servers
from tests.benchmarks.readiness import NotReadyError, append

Figure = TypeVar("Figure")

ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
PROBE = (Path(__file__).parent / "probe.js").read_text(encoding="utf-8")
WARM_UP_S = 20.0
LOOK_S = 0.1
"""The page notes by itself when a line came; looking often would only slow it."""


class Tab:
    """A page that shows what is appended to `path`; lines are numbered through."""

    def __init__(self, page: Page, site: Site, path: Path, url: str) -> None:
        self.page, self.site, self.path, self.url = page, site, path, url
        self.appended = 0

    def open(self) -> None:
        """Load the page and append lines until it shows them.

        Raises:
            NotReadyError: it showed none in `WARM_UP_S`.
        """
        self.page.goto(self.url)
        self.page.wait_for_selector(self.site.lines, state="attached")
        for part in self.site.parts:
            self.page.wait_for_selector(part, state="visible")
        self.page.evaluate(PROBE, [self.site.lines, "bench.seen" in self.site.counted])
        deadline = time.monotonic() + WARM_UP_S
        while self.newest() < 0:
            if time.monotonic() > deadline:
                raise NotReadyError(f"the page showed no line in {WARM_UP_S:.0f} s")
            self.append(1)
            self.page.wait_for_timeout(200)
        self.wait(WARM_UP_S)
        self.page.wait_for_timeout(600)  # counters that a page brings up to date now and then
        self.evaluate("bench.reset()")

    def append(self, count: int) -> float:
        """Append the next `count` lines in one write, and return when; seconds since 1970."""
        content = lines.numbered(self.appended, self.appended + count)
        self.appended += count
        began = time.time()
        append(self.path, content)
        return began

    def evaluate(self, expression: str) -> Any:
        """What an expression of JavaScript has for a value in the page; promises are waited for."""
        return self.page.evaluate(expression)

    def newest(self) -> int:
        """The number of the newest line on the page; -1 if there is none."""
        return int(self.evaluate("bench.newest()"))

    def counted(self) -> int:
        """How many lines the page took in since `open`: as it says itself, or as were seen on it, each counted once."""
        return int(self.evaluate(self.site.counted))

    def wrong(self) -> int:
        """How many of the lines that the page holds are not the last ones appended, in order; 0 if it does not tell."""
        held = self.site.held(self.page) or []
        expected = range(self.appended - len(held), self.appended)
        return sum(number != wanted for number, wanted in zip(held, expected, strict=True))

    def wait(self, seconds: float) -> bool:
        """Wait until the last line appended is on the page; False if it is not after `seconds`."""
        deadline = time.monotonic() + seconds
        while self.newest() < self.appended - 1:
            if time.monotonic() > deadline:
                return False
            time.sleep(LOOK_S)
        return True


@contextlib.contextmanager
def chromium(cores: Cores) -> Iterator[Browser]:
    """A browser on both cores, as users have it: its many processes would be slow on one.

    Raises:
        FileNotFoundError: there is no Chromium here.
    """
    executable = shutil.which("chromium")
    if executable is None:
        raise FileNotFoundError("chromium is not installed (Debian package chromium)")
    with contextlib.ExitStack() as stack:
        os.sched_setaffinity(0, {cores.server, cores.client})
        try:
            playwright = stack.enter_context(sync_playwright())
            browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        finally:
            cores.pin_client()
        stack.callback(browser.close)
        yield browser


def visit(site: Site, browser: Browser, cores: Cores, measure: Callable[[Tab], Figure]) -> Figure | str:
    """Measure a fresh page with fresh servers on a fresh file, or give the reason why that was not possible."""
    if reason := site.missing():
        return reason
    with tempfile.TemporaryDirectory(prefix="tailcast-bench-") as directory, Servers(cores, Path(directory)) as servers:
        path = Path(directory) / "app.log"
        path.touch()
        page = browser.new_page(viewport={"width": 1200, "height": 700})
        try:
            tab = Tab(page, site, path, site.start(servers, path))
            tab.open()
            return measure(tab)
        except (ServerError, NotReadyError, OSError, Error) as error:
            return f"failed: {servers.ended() or str(error).splitlines()[0]}"
        finally:
            page.close()
