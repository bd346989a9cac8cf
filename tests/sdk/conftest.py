"""The emulator as a process of its own, a network that can be cut, and client SDKs in their own processes."""

import secrets
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from tests.conformance.target import ALL_ROLES, Target, parse
from tests.sdk.client import JAVASCRIPT, PYTHON, PYTHON_ASYNC, SdkClient
from tests.sdk.proxy import Proxy, running_proxy
from tests.support.eventually import eventually
from tests.support.processes import Processes

Connect = Callable[..., SdkClient]


def pytest_configure(config: pytest.Config) -> None:
    """Declare the mark."""
    config.addinivalue_line("markers", "case(*ids): the conformance cases that a test shows")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def emulator(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """Its connection string. The process has a random key; all tests share it."""
    directory = tmp_path_factory.mktemp("emulator")
    file = directory / "connection-string"
    settings = {
        "EMULATOR_PORT": "0",
        "EMULATOR_ACCESS_KEY": secrets.token_hex(32),
        "EMULATOR_CONNECTION_STRING_FILE": str(file),
    }
    with Processes(directory) as processes:
        process = processes.start_module("emulator", "emulator", env=settings)
        await eventually(lambda: file.exists() or not process.is_running, "the emulator is up")
        yield file.read_text().strip()
        processes.assert_well()
        assert "Traceback" not in process.output


@pytest.fixture
async def target(emulator: str) -> AsyncIterator[Target]:
    """The emulator with a hub of the test's own, and raw clients for it."""
    target = parse(emulator)
    yield target
    target.close()


@pytest.fixture
async def network(target: Target) -> AsyncIterator[Proxy]:
    """What is between the SDKs and the emulator."""
    host, _, port = target.host.partition(":")
    async with running_proxy(host, int(port)) as proxy:
        yield proxy


@pytest.fixture(params=[JAVASCRIPT, PYTHON, PYTHON_ASYNC])
def sdk(request: pytest.FixtureRequest) -> str:
    """Each of the SDKs."""
    name: str = request.param
    return name


@pytest.fixture
def connect(target: Target, network: Proxy, tmp_path: Path) -> AsyncIterator[Connect]:
    """Make a client of an SDK for the test's hub, with all roles unless some are named, and a user's name."""
    with Processes(tmp_path) as processes:

        def start(sdk: str, *options: str, roles: tuple[str, ...] = ALL_ROLES, user_id: str | None = None) -> SdkClient:
            audience = f"{network.endpoint}/client/hubs/{target.hub}"
            token = target.token(aud=audience, role=list(roles), sub=user_id)
            url = f"ws{network.endpoint.removeprefix('http')}/client/hubs/{target.hub}?access_token={token}"
            return SdkClient(processes, sdk, url, *options)

        yield start  # type: ignore[misc]
