"""What a measured page must offer: where it is, where its lines are, and which it took in.

The measures know no more of a page than this.
"""

from abc import ABC, abstractmethod
from pathlib import Path

from playwright.sync_api import Page

from tests.benchmarks import lines
from tests.benchmarks.processes import Servers
from tests.benchmarks.roads.frontail import Frontail
from tests.benchmarks.roads.tailcast import AllInOne


class Site(ABC):
    """A page, with the servers behind it."""

    name: str
    lines: str
    """Selects the element whose children are the lines, in the order of the file."""
    counted: str
    """An expression of JavaScript: how many lines the page has taken in. `bench.seen` holds the numbers of all lines
    that were ever among the children, each once.
    """
    parts: tuple[str, ...] = ()
    """Select what must be in view beside the lines, so that it is measured with them."""

    def held(self, page: Page) -> list[int] | None:
        """The numbers of the lines that the page holds now, in its order; None if it does not tell."""
        return None

    def missing(self) -> str:
        """Why this page cannot be measured here; empty if it can."""
        return ""

    @abstractmethod
    def start(self, servers: Servers, path: Path) -> str:
        """Start the servers, following `path` from its end, and return the address of the page."""


class TailcastSite(Site):
    """Our page as `make run` serves it, with all that it shows on a screen of this size.

    Its list is virtual: its counters tell how many lines it took, and what it holds can be downloaded.
    """

    name = "Tailcast"
    lines = "#rows"
    counted = "['held', 'dropped'].reduce((sum, id) => sum + Number(bench.digits(id)), 0)"
    parts = ("#overview", "#sources")

    def __init__(self) -> None:
        self.road = AllInOne()

    def start(self, servers: Servers, path: Path) -> str:
        self.road.start(servers, path)
        return self.road.negotiate_url.removesuffix("negotiate")

    def held(self, page: Page) -> list[int] | None:
        page.click("#download-open")
        with page.expect_download() as download:
            page.click("#download-save")
        return [int(number) for number in lines.NUMBER.findall(download.value.path().read_bytes())]


class FrontailSite(Site):
    """frontail keeps 2,000 lines on its page."""

    name = "frontail"
    lines = ".log"
    counted = "bench.seen.size"

    def __init__(self) -> None:
        self.road = Frontail()

    def missing(self) -> str:
        return self.road.missing()

    def start(self, servers: Servers, path: Path) -> str:
        self.road.start(servers, path)
        return f"http://127.0.0.1:{self.road.port}/"
