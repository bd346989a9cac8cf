"""The tutorial's page in a real browser, before our services and before the tutorial's own server."""

import sys

import pytest
from aiohttp import web
from playwright.async_api import Page, expect
from pytest_aiohttp.plugin import AiohttpServer

from tests.conformance.cases import case
from tests.support.ports import free_port
from tests.support.processes import Process
from tests.support.system import System, ready
from tests.tutorial.conftest import PROGRAMS, start_tutorial

HTML = (PROGRAMS / "public" / "index.html").read_text("utf-8")


def python_publisher(system: System, negotiate: str) -> Process:
    return system.processes.start("python", [sys.executable, str(PROGRAMS / "stream.py"), negotiate], {}, stdin=True)


async def open_page(page: Page, origin: str) -> None:
    """Open the page and wait until it has joined the group: it shows what comes after that."""
    await page.goto(f"{origin}/")
    await expect(page.locator("body[data-joined=true]")).to_be_attached()


@pytest.fixture
async def beside_negotiate(system: System, aiohttp_server: AiohttpServer) -> str:
    """The origin of a server with the page, which passes /negotiate on to ours by a redirect."""
    port = free_port()

    async def html(_request: web.Request) -> web.Response:
        return web.Response(text=HTML, content_type="text/html")

    async def negotiate(_request: web.Request) -> web.Response:
        raise web.HTTPTemporaryRedirect(system.negotiate_url)

    app = web.Application()
    app.router.add_get("/", html)
    app.router.add_get("/negotiate", negotiate)
    await aiohttp_server(app, port=port)
    origin = f"http://localhost:{port}"
    await start_tutorial(system, ALLOWED_ORIGINS=origin)
    return origin


@case("C295")
async def test_the_page_shows_what_the_python_publisher_sends(
    system: System, beside_negotiate: str, page: Page
) -> None:
    await open_page(page, beside_negotiate)
    program = python_publisher(system, system.negotiate_url)
    program.write(b"first\n<img src=x onerror=alert(1)>\n")
    await expect(page.locator("#output span")).to_have_text(["first", "<img src=x onerror=alert(1)>"])


async def test_the_page_shows_what_our_agent_sends_as_text(system: System, beside_negotiate: str, page: Page) -> None:
    await open_page(page, beside_negotiate)
    file = system.directory / "new.log"
    await system.agent(file, "--format", "text")
    file.write_text("one\ntwo\n")
    await expect(page.locator("#output span")).to_have_count(2)
    assert (await page.locator("#output").inner_text()).splitlines() == ["one", "two"]


async def test_the_tutorials_own_server_works_with_the_emulator(system: System, page: Page) -> None:
    await system.start_emulator()
    port = free_port()
    arguments = [str(PROGRAMS / "server.py"), system.connection_string, str(port)]
    server = system.processes.start("server", [sys.executable, *arguments], {})
    await ready(server, f"http://localhost:{port}/")
    await open_page(page, f"http://localhost:{port}")
    python_publisher(system, f"http://localhost:{port}/negotiate").write("zwölf\n".encode())
    await expect(page.locator("#output span")).to_have_text(["zwölf"])
