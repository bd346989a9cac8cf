"""The page where people put it: over https, under a path, behind a proxy of their own, and updated while it is open."""

import re
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import BrowserContext, async_playwright, expect

from tests.browser.conftest import ALONE, ARGUMENTS
from tests.browser.visit import Visit
from tests.nasty.cases import case
from tests.nginx.server import Nginx
from tests.support.all_in_one import DIST
from tests.support.log_file import numbered
from tests.support.processes import ROOT, Processes
from tests.support.secret_scan import assert_no_secrets
from tests.support.system import System, ready
from tests.support.tools import require

EXAMPLE = ROOT / "docs" / "proxies.md"


@pytest_asyncio.fixture(loop_scope="session")
async def services(tmp_path: Path) -> AsyncIterator[System]:
    """Emulator and negotiate service, as compose.yaml sets them up."""
    output = tmp_path / "output"
    output.mkdir()
    with Processes(output) as processes:
        system = System(processes, tmp_path, service={})
        known = {"EMULATOR_ACCESS_KEY": system.access_key, "EMULATOR_ENDPOINT": system.emulator_url}
        system.emulator = processes.start_module("emulator", "emulator", "--port", str(system.emulator_port), env=known)
        await ready(system.emulator, f"{system.emulator_url}/readyz")
        await system.start_negotiate(PUBLIC_URL="", TRUSTED_PROXIES="127.0.0.1")
        yield system


@pytest_asyncio.fixture(loop_scope="session")
async def inner(services: System, tmp_path: Path) -> AsyncIterator[Nginx]:
    """nginx as the viewer's image has it, with the built page."""
    nginx = Nginx(tmp_path / "inner", binary())
    nginx.configure_as_viewer(f"127.0.0.1:{services.negotiate_port}", f"127.0.0.1:{services.emulator_port}")
    shutil.copytree(DIST, nginx.root, dirs_exist_ok=True)
    async with nginx:
        yield nginx


@pytest_asyncio.fixture(loop_scope="session")
async def outer(inner: Nginx, tmp_path: Path) -> AsyncIterator[Nginx]:
    """The proxy of docs/proxies.md before it; only addresses and paths differ."""
    nginx = Nginx(tmp_path / "outer", binary())
    certificate, key = make_certificate(nginx.home)
    example = re.search(r"```nginx\n(.*?)```", EXAMPLE.read_text("utf-8"), re.DOTALL)
    assert example is not None
    config = example[1]
    for written, real in (
        ("443 ssl", f"127.0.0.1:{nginx.port} ssl"),
        ("/etc/ssl/logs.example.com.pem", str(certificate)),
        ("/etc/ssl/logs.example.com.key", str(key)),
        ("/var/log/nginx/logs.example.com.log", str(nginx.home / "paths.log")),
        ("/var/log/nginx/logs.example.com.error.log", str(nginx.home / "error.log")),
        ("http://127.0.0.1:8080/", inner.url + "/"),
    ):
        assert written in config
        config = config.replace(written, real)
    nginx.configure(config)
    async with nginx:
        yield nginx


def binary() -> str:
    return require("nginx", shutil.which("nginx") or "/usr/sbin/nginx", "Debian: apt-get install nginx")


def make_certificate(directory: Path) -> tuple[Path, Path]:
    """A certificate for this machine that nobody trusts, and its key."""
    certificate, key = directory / "certificate.pem", directory / "key.pem"
    what = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost"
    command = [require("openssl"), *what.split(), "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    return certificate, key


@pytest_asyncio.fixture(loop_scope="session")
async def context() -> AsyncIterator[BrowserContext]:
    """A browser that trusts every certificate, of its workers too: Playwright's own switch is for pages alone."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=require("chromium"), args=[*ARGUMENTS, "--ignore-certificate-errors"]
        )
        yield await browser.new_context(viewport={"width": 1200, "height": 700})
        await browser.close()


@case("V22")
async def test_page_over_https_under_a_path_is_live_over_wss(
    services: System, inner: Nginx, outer: Nginx, context: BrowserContext
) -> None:
    await context.add_init_script(ALONE)  # so that what it asks for is seen
    visit = Visit(await context.new_page(), logs(outer))
    await visit.open()
    agent = services.launch_agent(services.log_directory, env={"NEGOTIATE_URL": f"{inner.url}/negotiate"})
    await agent.said("agent_started")
    services.log_file().append(numbered(1, 30))
    await visit.shows("line 000030")
    (socket,) = (url for url in visit.requested if url.startswith("ws"))
    assert socket.startswith(f"wss://127.0.0.1:{outer.port}/logs/client/hubs/e2e?access_token=")
    await visit.assert_clean()


@case("V22")
async def test_path_without_its_slash_leads_to_the_page(outer: Nginx, context: BrowserContext) -> None:
    page = await context.new_page()
    await page.goto(logs(outer).rstrip("/"))
    assert page.url == logs(outer)


@case("V15", "V22")
async def test_tabs_over_https_under_a_path_share_a_connection(
    services: System, outer: Nginx, context: BrowserContext
) -> None:
    for _ in range(2):
        visit = Visit(await context.new_page(), logs(outer))
        await visit.open()
        await visit.assert_clean()
    assert services.negotiate is not None
    assert len(services.negotiate.events("url_issued")) == 1


@case("V22")
async def test_no_token_is_in_a_log_a_history_entry_or_a_referrer(
    services: System, outer: Nginx, inner: Nginx, context: BrowserContext
) -> None:
    visit = Visit(await context.new_page(), logs(outer))
    await visit.open()
    control = await context.new_cdp_session(visit.page)
    history = await control.send("Page.getNavigationHistory")
    assert [entry["url"] for entry in history["entries"]] == ["about:blank", visit.url]
    assert await visit.page.evaluate("JSON.stringify(history.state)") == "null"
    assert services.emulator is not None
    services.emulator.kill()  # so that the page recovers, with its other token, and the proxies have errors to log
    await expect(visit.banner).to_contain_text("Web PubSub")
    inner.stop()
    outer.stop()
    written = inner.logs() + outer.logs() + (outer.home / "paths.log").read_text()
    assert "GET /logs/client/hubs/e2e" in written
    assert "awps_" not in written
    assert_no_secrets("nginx", written, [services.access_key])


def logs(outer: Nginx) -> str:
    return f"https://127.0.0.1:{outer.port}/logs/"


@case("V23")
async def test_update_is_there_with_the_next_load_and_an_open_page_goes_on(
    inner: Nginx, context: BrowserContext
) -> None:
    visit = Visit(await context.new_page(), f"{inner.url}/")
    await visit.open()
    renamed = update(inner.root)
    await visit.page.evaluate("dispatchEvent(new Event('online'))")
    await expect(visit.state).to_have_text("Live")
    await visit.page.goto("about:blank")
    await visit.open()
    loaded = await visit.page.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)")
    assert any(url.endswith(renamed) for url in loaded)
    assert visit.complaints == []


def update(root: Path) -> str:
    """Put a new version in place of the page: another script by another name, and the old one is gone."""
    (script,) = (root / "assets").glob("index-*.js")
    renamed = "index-0therHas.js"
    script.rename(script.with_name(renamed))
    page = root / "index.html"
    page.write_text(page.read_text("utf-8").replace(script.name, renamed), "utf-8")
    return renamed
