"""What nginx passes on: raw paths, whole bodies, frames up to the limit, the host, and what an outer proxy said."""

import io
from collections.abc import AsyncIterator

import pytest
from aiohttp import WSMsgType

from tests.support.eventually import eventually

from .conftest import Client
from .server import Nginx
from .upstream import Upstream

LIMIT_BYTES = 2**20


async def test_negotiate_keeps_host_with_port_and_query(client: Client, nginx: Nginx, upstream: Upstream) -> None:
    async with client.get("/negotiate?role=publisher&x=%2F", headers={"Authorization": "Bearer key"}) as response:
        assert await response.json() == {"seen": "/negotiate?role=publisher&x=%2F"}
        assert response.headers.getall("Cache-Control") == ["no-store"]
    seen = upstream.requests[0].headers
    assert (seen["Host"], seen["Authorization"]) == (f"127.0.0.1:{nginx.port}", "Bearer key")


async def test_preflight_reaches_negotiate(client: Client, upstream: Upstream) -> None:
    async with client.request("OPTIONS", "/negotiate", headers={"Origin": "http://elsewhere"}):
        assert (upstream.requests[0].method, upstream.requests[0].headers["Origin"]) == ("OPTIONS", "http://elsewhere")


async def test_first_proxy_says_who_asked(client: Client, nginx: Nginx, upstream: Upstream) -> None:
    async with client.get("/negotiate"):
        seen = upstream.requests[0].headers
    assert seen["X-Forwarded-For"] == "127.0.0.1"
    assert (seen["X-Forwarded-Proto"], seen["X-Forwarded-Host"]) == ("http", f"127.0.0.1:{nginx.port}")
    assert "X-Forwarded-Prefix" not in seen


async def test_outer_proxy_is_believed(client: Client, upstream: Upstream) -> None:
    said = {"Proto": "https", "Host": "logs.example.com", "Prefix": "/tail", "For": "192.0.2.7"}
    async with client.get("/negotiate", headers={f"X-Forwarded-{name}": value for name, value in said.items()}):
        seen = upstream.requests[0].headers
    assert {name: seen[f"X-Forwarded-{name}"] for name in said} == {**said, "For": "192.0.2.7, 127.0.0.1"}


@pytest.mark.parametrize(
    "path",
    [
        "/api/hubs/stream/groups/a%2Fb%20%C3%A9/:send?api-version=2024-12-01",
        "/api/hubs/stream/:closeConnections?reason=a+b%26c",
        "/api/hubs//stream/./users/x.map",
        "/client/?hub=stream&access_token=e.y.J",
    ],
)
async def test_emulator_gets_the_raw_path(client: Client, upstream: Upstream, path: str) -> None:
    async with client.get(path) as response:
        assert await response.json() == {"seen": path}


@pytest.mark.parametrize(
    "path",
    [
        "/_emulator/",
        "/_emulator/faults?x=1",
        "//_emulator/faults",
        "/%5Femulator/faults",
        "/client/../_emulator/faults",
        "/client/%2e%2e/_emulator/faults",
        "/client/..%2f_emulator/faults",
        "/_emulator/../client/hubs/stream",
        "/_emulator/%2e%2e/api/health",
        "/%5Femulator/..%2fapi/health",
    ],
)
async def test_emulators_own_business_stays_inside(client: Client, upstream: Upstream, path: str) -> None:
    async with client.get(path) as response:
        assert response.status == 404
    assert upstream.requests == []


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "HEAD"])
async def test_every_method_passes(client: Client, upstream: Upstream, method: str) -> None:
    async with client.request(method, "/api/health") as response:
        assert response.status == 200
    assert upstream.requests[0].method == method


async def test_body_beyond_the_limit_is_for_the_emulator_to_refuse(client: Client, upstream: Upstream) -> None:
    body = b"x" * (LIMIT_BYTES + 1)
    async with client.request("POST", "/api/hubs/stream/:send", data=io.BytesIO(body)) as response:
        assert response.status == 200
    assert upstream.bodies == [body]


async def test_request_body_is_not_held_back(client: Client, upstream: Upstream) -> None:
    async def parts() -> AsyncIterator[bytes]:
        yield b"first"
        await eventually(lambda: upstream.requests, "the upstream sees a request whose body is not complete")
        yield b"second"

    async with client.request("POST", "/api/hubs/stream/:send", data=parts()):
        assert upstream.bodies == [b"firstsecond"]


async def test_answer_is_not_held_back(client: Client, upstream: Upstream) -> None:
    async with client.get("/api/slow") as response:
        assert await response.content.readexactly(5) == b"first"
        upstream.go_on.set()
        assert await response.content.readexactly(6) == b"second"


async def test_frames_up_to_the_limit_pass_both_ways(client: Client, upstream: Upstream) -> None:
    async with client.websocket("/client/hubs/stream?access_token=e.y.J", protocols=["json.webpubsub.azure.v1"]) as ws:
        assert ws.protocol == "json.webpubsub.azure.v1"
        for text in ("x" * LIMIT_BYTES, "", "short"):
            await ws.send_str(text)
            assert await ws.receive_str() == text
    assert upstream.requests[0].raw_path == "/client/hubs/stream?access_token=e.y.J"


async def test_a_burst_of_small_frames_arrives_whole_and_in_order(client: Client) -> None:
    async with client.websocket("/client/hubs/stream") as ws:
        for number in range(2_000):
            await ws.send_str(str(number))
        assert [await ws.receive_str() for _ in range(2_000)] == [str(number) for number in range(2_000)]


async def test_a_long_token_passes(client: Client, upstream: Upstream) -> None:
    path = "/client/hubs/stream?access_token=" + "x" * 60_000
    async with client.get(path) as response:
        assert response.status == 200
    assert upstream.requests[0].raw_path == path


async def test_close_code_and_reason_pass(client: Client) -> None:
    async with client.websocket("/client/hubs/stream") as ws:
        await ws.send_str("close")
        message = await ws.receive()
        assert (message.type, message.data, message.extra) == (WSMsgType.CLOSE, 1008, "SlowClient")
