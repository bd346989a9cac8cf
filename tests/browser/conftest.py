"""The fixtures of the browser tests: the whole system in one process, and Chromium.

One browser serves all tests, each in a context of its own; so they share one event loop.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, async_playwright

from tests.browser.visit import Visit
from tests.support.all_in_one import AllInOne
from tests.support.processes import Processes
from tests.support.tools import require

# No sandbox and no shared memory file system: in containers and CI neither can be counted on.
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium, as the machine has it."""
    executable = require("chromium", advice="on Debian: apt-get install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def system(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[AllInOne]:
    """The whole system, ready, with the settings in the test's mark `system`."""
    mark = request.node.get_closest_marker("system")
    output = tmp_path / "output"
    output.mkdir()
    with Processes(output) as processes:
        system = AllInOne(processes, tmp_path, mark.kwargs if mark else {})
        await system.start()
        yield system
        for process in processes.all:
            print(f"--- {process.name} ({process.pid})\n{process.output[-3000:]}")
    system.assert_no_secret_was_printed()


# As in a browser without shared workers. A test also takes it to break the page's requests, which Playwright does for
# pages and not for workers.
ALONE = "delete window.SharedWorker"


@pytest_asyncio.fixture(loop_scope="session")
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    """One user's browser: its pages share storage and workers."""
    async with await browser.new_context(viewport={"width": 1200, "height": 700}) as context:
        yield context


@pytest_asyncio.fixture(loop_scope="session")
async def alone(system: AllInOne, context: BrowserContext, tmp_path: Path) -> AsyncIterator[Visit]:
    """The page, loaded and in the group, with a connection of its own."""
    await context.add_init_script(ALONE)
    visit = Visit(await context.new_page(), system.url)
    await visit.open()
    yield visit
    if not visit.page.is_closed():
        await visit.page.screenshot(path=tmp_path / "page.png")


@pytest_asyncio.fixture(loop_scope="session")
async def bfcache(system: AllInOne) -> AsyncIterator[Visit]:
    """The page in a browser that keeps pages for "back", which Playwright switches off."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=require("chromium"),
            args=ARGUMENTS,
            ignore_default_args=["--disable-back-forward-cache"],
        )
        visit = Visit(await browser.new_page(), system.url)
        await visit.open()
        yield visit
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def visit(system: AllInOne, context: BrowserContext, tmp_path: Path) -> AsyncIterator[Visit]:
    """The page, loaded and in the group. A picture of its last moment is in the test's directory."""
    visit = Visit(await context.new_page(), system.url)
    await visit.open()
    yield visit
    if not visit.page.is_closed():
        await visit.page.screenshot(path=tmp_path / "page.png")
