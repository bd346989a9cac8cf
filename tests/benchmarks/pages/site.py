"""What a measured page must offer: where it is, where its lines are, and how many it has shown.

The measures know no more of a page than this.
"""

from abc import ABC, abstractmethod
from pathlib import Path

from tests.benchmarks.processes import Servers
from tests.benchmarks.roads.frontail import Frontail
from tests.benchmarks.roads.tailcast import AllInOne


class Site(ABC):
    """A page, with the servers behind it."""

    name: str
    lines: str
    """Selects the element whose children are the lines, in the order of the file."""
    counted: str
    """An expression of JavaScript: how many lines the page has taken in. `bench.added` counts children ever added."""

    def missing(self) -> str:
        """Why this page cannot be measured here; empty if it can."""
        return ""

    @abstractmethod
    def start(self, servers: Servers, path: Path) -> str:
        """Start the servers, following `path` from its end, and return the address of the page."""


class TailcastSite(Site):
    """Our page as `make run` serves it. Its list is virtual, so its own counters tell how many lines it took."""

    name = "Tailcast"
    lines = "#rows"
    counted = "['held', 'dropped'].reduce((sum, id) => sum + Number(bench.digits(id)), 0)"

    def __init__(self) -> None:
        self.road = AllInOne()

    def start(self, servers: Servers, path: Path) -> str:
        self.road.start(servers, path)
        return self.road.negotiate_url.removesuffix("negotiate")


class FrontailSite(Site):
    """frontail keeps 2,000 lines on its page."""

    name = "frontail"
    lines = ".log"
    counted = "bench.added"

    def __init__(self) -> None:
        self.road = Frontail()

    def missing(self) -> str:
        return self.road.missing()

    def start(self, servers: Servers, path: Path) -> str:
        self.road.start(servers, path)
        return f"http://127.0.0.1:{self.road.port}/"
