"""Fixtures: nginx in front of an upstream, a page to serve, and a client that leaves paths as they are."""

import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import aiohttp
import pytest
from yarl import URL

from tests.support.tools import require

from .server import Nginx
from .upstream import Upstream

WebSocket = aiohttp.ClientWebSocketResponse[bool]
Response = AbstractAsyncContextManager[aiohttp.ClientResponse]

PAGE = "<!doctype html><title>Tailcast</title>"
SCRIPT = "console.log(0);\n" * 200


@pytest.fixture(scope="session")
def nginx_binary() -> str:
    # Debian keeps it where a user's PATH does not look.
    return require("nginx", shutil.which("nginx") or "/usr/sbin/nginx", "Debian: apt-get install nginx")


@pytest.fixture
async def upstream() -> AsyncIterator[Upstream]:
    server = Upstream()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def nginx(tmp_path: Path, upstream: Upstream, nginx_binary: str) -> AsyncIterator[Nginx]:
    server = Nginx(tmp_path / "nginx", nginx_binary)
    server.configure_as_viewer(upstream.address, upstream.address)
    write_page(server.root)
    async with server:
        yield server


def write_page(root: Path) -> None:
    (root / "index.html").write_text(PAGE)
    (root / "favicon.svg").write_text("<svg/>")
    (root / "assets").mkdir()
    (root / "assets" / "index-B4d3c0de.js").write_text(SCRIPT)
    (root / "assets" / "index-B4d3c0de.js.map").write_text("{}")


class Client:
    """An HTTP client whose paths reach the wire as they are written."""

    def __init__(self, session: aiohttp.ClientSession, base: str) -> None:
        self.session = session
        self._base = base

    def get(self, path: str, **options: object) -> Response:
        return self.request("GET", path, **options)

    def request(self, method: str, path: str, **options: object) -> Response:
        return self.session.request(method, URL(self._base + path, encoded=True), **options)  # type: ignore[arg-type]

    def websocket(self, path: str, protocols: Sequence[str] = ()) -> AbstractAsyncContextManager[WebSocket]:
        url = URL(self._base.replace("http://", "ws://") + path, encoded=True)
        return self.session.ws_connect(url, protocols=protocols, max_msg_size=2**21)


@pytest.fixture
async def client(nginx: Nginx) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession(headers={"Accept-Encoding": "identity"}, auto_decompress=False) as session:
        yield Client(session, nginx.url)
