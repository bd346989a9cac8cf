"""The emulator as a process of its own, and the mark of the conformance cases."""

import secrets
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.conformance.target import Target, named, parse
from tests.support.eventually import eventually
from tests.support.processes import Processes

PROXIED = "http://public.example.org:8888"
"""What the emulator is called behind a reverse proxy."""


def pytest_configure(config: pytest.Config) -> None:
    """Declare the mark."""
    config.addinivalue_line("markers", "case(*ids): the conformance cases that a test shows")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def emulator(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """Its connection string. The process has a random key and also goes by PROXIED; all tests share it.

    Or that of the service that TEST_TARGET_CONNECTION_STRING or TEST_TARGET_URL names.
    """
    if (remote := named()) is not None:
        yield connection_string(remote)
        return
    directory = tmp_path_factory.mktemp("emulator")
    file = directory / "connection-string"
    settings = {
        "EMULATOR_PORT": "0",
        "EMULATOR_ACCESS_KEY": secrets.token_hex(32),
        "EMULATOR_PUBLIC_ENDPOINTS": PROXIED,
        "EMULATOR_CONNECTION_STRING_FILE": str(file),
    }
    with Processes(directory) as processes:
        process = processes.start_module("emulator", "emulator", env=settings)
        await eventually(lambda: file.exists() or not process.is_running, "the emulator is up")
        yield file.read_text().strip()
        processes.assert_well()
        assert "Traceback" not in process.output


@pytest.fixture
async def service(emulator: str) -> AsyncIterator[Target]:
    """The emulator with a hub of the test's own, and raw clients for it."""
    target = parse(emulator)
    yield target
    target.close()


@pytest.fixture
def proxied() -> str:
    """What the emulator is called behind a reverse proxy; only one of our own was told."""
    if named() is not None:
        pytest.skip("needs an emulator with settings of its own")
    return PROXIED


def connection_string(target: Target, endpoint: str | None = None) -> str:
    """The connection string of a service, or one with another endpoint."""
    return f"Endpoint={endpoint or target.endpoint};AccessKey={target.key};Version=1.0;"
