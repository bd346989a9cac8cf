"""What nginx does when something behind it is missing or breaks, and that no log ever holds a query string."""

import asyncio
import json
import re
from pathlib import Path

import aiohttp
import pytest

from tests.nasty.cases import case
from tests.support.eventually import eventually

from .conftest import PAGE, Client, write_page
from .server import Nginx
from .upstream import Upstream

SECRET = "eyJhbGciOiJIUzI1NiJ9.c2VjcmV0.c2VjcmV0"


@case("V22")
async def test_access_log_has_paths_without_queries(client: Client, nginx: Nginx) -> None:
    for path in ("/", "/negotiate", "/client/hubs/stream", "/api/health", "/missing"):
        async with client.get(
            f"{path}?access_token={SECRET}&awps_reconnection_token={SECRET}",
            headers={"Referer": f"http://x/?token={SECRET}"},
        ):
            pass
    await eventually(lambda: '"path":"/missing"' in nginx.logs())
    assert SECRET not in nginx.logs()
    lines = [json.loads(line) for line in (nginx.home / "access.log").read_text().splitlines()]
    assert [(line["path"], line["status"]) for line in lines][:2] == [("/index.html", 200), ("/negotiate", 200)]


async def test_a_path_cannot_forge_a_log_line(client: Client, nginx: Nginx) -> None:
    async with client.get('/a%0A{"event":"forged"}%22'):
        pass
    await eventually(lambda: "forged" in nginx.logs())
    (line,) = (nginx.home / "access.log").read_text().splitlines()
    assert json.loads(line)["path"] == '/a\n{"event":"forged"}"'


async def test_no_log_has_a_query_when_the_upstream_breaks(client: Client, nginx: Nginx, upstream: Upstream) -> None:
    async with client.get(f"/client/broken?access_token={SECRET}") as response:
        assert response.status == 502
    address = upstream.address
    await upstream.stop()
    for path in ("/negotiate", "/client/hubs/stream"):
        async with client.get(f"{path}?access_token={SECRET}") as response:
            assert response.status == 502
            assert (await response.json())["error"] == "no_answer"
    await eventually(lambda: nginx.logs().count('"status":502') == 3)
    assert SECRET not in nginx.logs()
    assert f'"upstream":"{address}"' in nginx.logs()


@pytest.mark.parametrize(
    "request_text",
    [
        "GET /client/hubs/stream?access_token={secret} HTTP/9.9\r\n\r\n",
        "GET /client/hubs/stream?access_token={secret} HTTP/1.1\r\n\r\n",
        "GET /client/hubs/stream?access_token={secret} HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET /client/%zz?access_token={secret} HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /client/../../?access_token={secret} HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /client/hubs/stream?access_token={secret}{long} HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /client/hubs/stream?access_token={secret} HTTP/1.1\r\nHost: a\r\nX: {long}\r\n\r\n",
        "POST /api/health?access_token={secret} HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
        "POST /assets/a?access_token={secret} HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nshort",
    ],
)
async def test_no_log_has_the_query_of_a_bad_request(nginx: Nginx, request_text: str) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", nginx.port)
    writer.write(request_text.format(secret=SECRET, long="x" * 70_000).encode())
    writer.write_eof()
    await eventually(lambda: re.search('"status":[45]', nginx.logs()))
    writer.close()
    assert SECRET not in nginx.logs()


async def test_starts_and_serves_the_page_without_the_emulator(tmp_path: Path, nginx_binary: str) -> None:
    # The resolver is silent too: in Azure mode nobody knows the emulator's name.
    nginx = Nginx(tmp_path / "nginx", nginx_binary)
    nginx.configure_as_viewer("negotiate.invalid:8081", "emulator.invalid:8080")
    write_page(nginx.root)
    async with nginx, aiohttp.ClientSession() as session, session.get(nginx.url) as response:
        assert await response.text() == PAGE
