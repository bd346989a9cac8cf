"""The emulator as an application, alone or beside others."""

from typing import Any

import pytest
from aiohttp import web

from emulator.app import add_routes, create_app
from emulator.errors import ConfigurationError
from emulator.settings import EmulatorSettings


def settings(**given: Any) -> EmulatorSettings:
    return EmulatorSettings.model_validate(given)


async def status(aiohttp_client: Any, app: web.Application, method: str, path: str) -> int:
    client = await aiohttp_client(app)
    async with client.request(method, path) as response:
        return int(response.status)


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
async def test_a_whole_service_answers_its_health(aiohttp_client: Any, path: str) -> None:
    assert await status(aiohttp_client, create_app(settings()), "GET", path) == 200


async def test_beside_others_it_takes_only_its_own_addresses(aiohttp_client: Any) -> None:
    app = web.Application()
    add_routes(app, settings())
    assert await status(aiohttp_client, app, "GET", "/healthz") == 404
    assert await status(aiohttp_client, app, "GET", "/") == 404
    assert await status(aiohttp_client, app, "HEAD", "/api/health") == 200


def test_settings_that_contradict_each_other_make_no_application() -> None:
    with pytest.raises(ConfigurationError):
        create_app(settings(host="0.0.0.0"))


async def test_while_another_service_is_configured_it_answers_its_health_alone(aiohttp_client: Any) -> None:
    app = create_app(settings(unused_in_favour_of="Endpoint=https://a.webpubsub.azure.com"))
    client = await aiohttp_client(app)
    assert (await client.get("/healthz")).status == 200
    for path in ("/client/hubs/stream", "/api/health"):
        async with client.get(path) as response:
            assert (response.status, "negotiate" in await response.text()) == (503, True)
