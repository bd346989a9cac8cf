"""The order in which a REST request is checked: of several faults the first in this order is named."""

import io
import time
from typing import Any

import jwt
import pytest

from emulator.app import create_app
from emulator.settings import EmulatorSettings
from tests.unit.emulator.tokens import KEY


async def refusal(aiohttp_client: Any, *mended: str) -> tuple[int, str]:
    """Status and target of the answer to a request in which everything is wrong but for what is `mended`."""
    client = await aiohttp_client(create_app(EmulatorSettings()))
    path = "groups/g/:send" if "path" in mended else "groups/%20/:send"
    version = "2024-12-01" if "version" in mended else "1999-01-01"
    filter_ = "userId+eq+null" if "filter" in mended else "invalid+filter"
    address = f"http://{client.host}:{client.port}/api/hubs"
    claims = {"aud": address, "exp": int(time.time()) + 60}
    token = jwt.encode(claims, KEY, "HS256") if "token" in mended else "bad"
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json" if "type" in mended else "image/png",
    }
    body = io.BytesIO(b"{" if "length" in mended else b"x" * (1024 * 1024 + 1))
    url = f"/api/hubs/h/{path}?api-version={version}&filter={filter_}"
    async with client.post(url, data=body, headers=headers, skip_auto_headers=["Content-Type"]) as response:
        answer = await response.json()
        assert response.headers["x-ms-error-code"] == answer["code"]
        assert "2024-12-01" in response.headers["api-supported-versions"]
        return response.status, answer["target"]


@pytest.mark.parametrize(
    ("mended", "status", "target"),
    [
        ("", 401, "Request"),
        ("token", 400, "api-version"),
        ("token version", 400, "group"),
        ("token version path", 400, "filter"),
        ("token version path filter", 415, "Content-Type"),
        ("token version path filter type", 400, "Content-Length"),
        ("token version path filter type length", 400, "Request"),
    ],
)
async def test_faults_are_named_in_order(aiohttp_client: Any, mended: str, status: int, target: str) -> None:
    assert await refusal(aiohttp_client, *mended.split()) == (status, target)


REBOUND = {"Host": "evil.example", "User-Agent": "Mozilla/5.0"}


@pytest.mark.parametrize("headers", [{"Origin": "http://evil.example"}, {"Origin": "null"}, REBOUND])
async def test_a_page_of_another_machine_gets_nowhere_with_a_token_of_the_public_key(
    aiohttp_client: Any, headers: dict[str, str]
) -> None:
    client = await aiohttp_client(create_app(EmulatorSettings()))
    host = headers.get("Host", f"{client.host}:{client.port}")
    claims = {"aud": f"http://{host}/api/hubs", "exp": int(time.time()) + 60}
    token = {"Authorization": f"Bearer {jwt.encode(claims, KEY, 'HS256')}"}
    async with client.get("/api/hubs/h/groups/g/connections", headers={**headers, **token}) as response:
        assert (response.status, "EMULATOR_ACCESS_KEY" in (await response.json())["message"]) == (403, True)
    async with client.get("/api/hubs/h/groups/g/connections", headers={**token, "Host": host}) as response:
        assert response.status == 200
