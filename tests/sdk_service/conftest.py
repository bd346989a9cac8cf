"""The emulator as a process of its own, also behind the name of a reverse proxy."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.conformance.target import NEEDS_OWN, Target, named, parse
from tests.support.emulator_process import emulator_process

PROXIED = "http://public.example.org:8888"
"""What the emulator is called behind a reverse proxy."""


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def emulator(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """Its connection string; it also goes by PROXIED, and all tests share it. Or that of the service that the
    environment names.
    """
    if (remote := named()) is not None:
        yield remote.connection_string
        return
    directory = tmp_path_factory.mktemp("emulator")
    async with emulator_process(directory, EMULATOR_PUBLIC_ENDPOINTS=PROXIED) as connection_string:
        yield connection_string


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
        pytest.skip(NEEDS_OWN)
    return PROXIED
