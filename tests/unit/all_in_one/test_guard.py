import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from pytest_aiohttp.plugin import AiohttpClient

from all_in_one.guard import guard
from negotiate_service.settings import NegotiateSettings

Client = TestClient[web.Request, web.Application]


async def websocket(request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    await socket.close()
    return socket


async def healthz(_request: web.Request) -> web.Response:
    return web.Response()


@pytest.fixture
async def client(aiohttp_client: AiohttpClient) -> Client:
    names = NegotiateSettings(allowed_hosts="logs.example.com", allowed_origins="https://status.example.com")
    app = web.Application(middlewares=[guard(names)])
    app.router.add_get("/client/hubs/stream", websocket)
    app.router.add_get("/healthz", healthz)
    return await aiohttp_client(app)


async def status(client: Client, path: str = "/client/hubs/stream", **headers: str) -> int:
    """Status of a WebSocket request with these headers; 101 if it was accepted."""
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    }
    return (await client.get(path, headers=upgrade | headers)).status


async def test_programs_without_an_origin_pass(client: Client) -> None:
    assert await status(client) == 101


@pytest.mark.parametrize(
    "origin", ["http://localhost:8080", "http://[::1]:3000", "https://logs.example.com", "https://status.example.com"]
)
async def test_pages_of_our_own_pass(client: Client, origin: str) -> None:
    assert await status(client, Origin=origin) == 101


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost.evil.example", "file://", ""])
async def test_foreign_pages_are_refused(client: Client, origin: str) -> None:
    assert await status(client, Origin=origin) == 403


async def test_a_rebound_name_is_refused_with_and_without_its_origin(client: Client) -> None:
    assert await status(client, Host="evil.example:8080") == 421
    assert await status(client, Host="evil.example:8080", Origin="http://evil.example:8080") == 421


async def test_health_is_for_everyone(client: Client) -> None:
    assert await status(client, "/healthz", Host="10.0.0.1") == 200
