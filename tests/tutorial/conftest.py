"""Emulator and negotiate service in the tutorial's mode, each a process of its own, and a watcher of the group."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import Page, async_playwright, expect

from tests.conformance.target import NEEDS_OWN, named
from tests.support.eventually import TIMEOUT_S
from tests.support.peer import Peer
from tests.support.processes import Processes
from tests.support.system import System
from tests.support.tools import require

PROGRAMS = Path(__file__).parent / "programs"
GROUP = "stream"

expect.set_options(timeout=TIMEOUT_S * 1000)


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[System]:
    """Nothing runs yet; where another service is named, the test is skipped. However it ends, no process stays, and
    none has printed a secret.
    """
    if named() is not None:
        pytest.skip(NEEDS_OWN)
    output = tmp_path / "output"
    output.mkdir()
    with Processes(output) as processes:
        system = System(processes, tmp_path, {})
        yield system
    system.assert_no_secret_was_printed()


@pytest.fixture
async def tutorial(system: System) -> System:
    """Both services, with the tutorial's hub and group, whose plain /negotiate lets everyone publish and watch."""
    await start_tutorial(system)
    return system


async def start_tutorial(system: System, **env: str) -> None:
    await system.start_emulator()
    await system.start_negotiate(WEBPUBSUB_HUB="stream", STREAM_GROUP=GROUP, NEGOTIATE_TUTORIAL="1", **env)


async def url_of(negotiate: str) -> str:
    """What the tutorial's programs read of the answer: `url` alone."""
    async with aiohttp.ClientSession() as http, http.get(negotiate) as response:
        assert response.status == 200
        url: str = (await response.json())["url"]
        return url


@pytest.fixture
async def watcher(tutorial: System) -> AsyncIterator[Peer]:
    """A client that has joined the group."""
    async with Peer.open(await url_of(tutorial.negotiate_url)) as peer:
        await peer.join(GROUP)
        yield peer


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    """A page in a real Chromium; an error in it fails the test."""
    chromium = require("chromium", "/usr/bin/chromium", "on Debian: apt install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = await browser.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        yield page
        await browser.close()
    assert errors == []
