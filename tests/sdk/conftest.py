"""The emulator as a process of its own, a network that can be cut, and client SDKs in their own processes."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from tests.conformance.target import ALL_ROLES, Target, named, parse
from tests.sdk.client import JAVASCRIPT, PYTHON, PYTHON_ASYNC, SdkClient
from tests.sdk.proxy import Proxy, running_proxy
from tests.support.emulator_process import emulator_process
from tests.support.processes import Processes

Connect = Callable[..., SdkClient]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def emulator(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """Its connection string; all tests share it. Or that of the service that the environment names."""
    if (remote := named()) is not None:
        yield remote.connection_string
        return
    async with emulator_process(tmp_path_factory.mktemp("emulator"), EMULATOR_FAULTS="1") as connection_string:
        yield connection_string


@pytest.fixture
async def target(emulator: str) -> AsyncIterator[Target]:
    """The emulator with a hub of the test's own, and raw clients for it."""
    target = parse(emulator)
    yield target
    target.close()


@pytest.fixture
async def network(target: Target) -> AsyncIterator[Proxy]:
    """What is between the SDKs and the emulator."""
    if target.is_metered:
        pytest.skip("the network between, which is to be cut, does not speak TLS")
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
