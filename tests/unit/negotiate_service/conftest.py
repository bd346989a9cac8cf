"""The negotiate service on a free port of loopback, in this process or its own, with a key that nobody else has."""

import re
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from pytest_aiohttp.plugin import AiohttpClient

from negotiate_service.app import create_app
from negotiate_service.settings import NegotiateSettings
from tests.support.processes import Process, Processes

KEY = "publisher-key-of-the-tests"
AZURE_KEY = "AzureKeyOfTheTestsThatIsLongerThan32Bytes="
AZURE = f"Endpoint=https://tailcast.webpubsub.azure.com;AccessKey={AZURE_KEY};Version=1.0;"
EMULATOR_KEY = "EmulatorKeyOfTheTestsThatIsLongerThan32Bytes"
EMULATOR = f"Endpoint=http://emulator:8080;AccessKey={EMULATOR_KEY};Version=1.0;"
BEARER = {"Authorization": f"Bearer {KEY}"}

Service = TestClient[web.Request, web.Application]
Serve = Callable[..., Awaitable[Service]]


def settings(**given: Any) -> NegotiateSettings:
    """Settings with a known publisher key and a known emulator, and what a test gives."""
    return NegotiateSettings(**{"publisher_key": KEY, "emulator_connection_string": EMULATOR} | given)


def claims(url: str, key: str = EMULATOR_KEY) -> dict[str, Any]:
    """The verified claims of the token in a client URL; the audience is for the test to judge."""
    token = url.partition("?access_token=")[2]
    found: dict[str, Any] = jwt.decode(token, key, algorithms=["HS256"], options={"verify_aud": False})
    return found


@pytest.fixture
def serve(aiohttp_client: AiohttpClient) -> Serve:
    async def start(**given: Any) -> Service:
        return await aiohttp_client(create_app(settings(**given)))

    return start


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    with Processes(tmp_path) as started:
        yield started


def start(processes: Processes, *arguments: str, **env: str) -> Process:
    given = {"PUBLISHER_KEY": KEY, "NEGOTIATE_PORT": "0", "LOG_FORMAT": "json"} | env
    return processes.start_module("negotiate", "negotiate_service", *arguments, env=given)


async def url_of(process: Process) -> str:
    """Where the service says that it listens."""
    said = await process.said('"listening"')
    found = re.search(r"http://[^\"]+/negotiate", said)
    assert found is not None
    return found[0]
