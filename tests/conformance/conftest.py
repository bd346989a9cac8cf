"""The target of the suite, and event handlers for emulators in this process."""

from collections.abc import AsyncIterator

import pytest

from tests.conformance.handler import Handler, running_handler
from tests.conformance.target import NEEDS_FREE, Target, in_process, named


@pytest.fixture
async def target() -> AsyncIterator[Target]:
    """The service under test: what TEST_TARGET_CONNECTION_STRING or TEST_TARGET_URL names, else one in this process."""
    remote = named()
    if remote is None:
        async with in_process() as local:
            yield local
        return
    yield remote
    remote.close()


@pytest.fixture
def unmetered(target: Target) -> Target:
    """The service under test, for what sends thousands of messages: not to one that counts them."""
    if target.is_metered:
        pytest.skip(NEEDS_FREE)
    return target


@pytest.fixture
async def here() -> AsyncIterator[Target]:
    """The emulator in this process: for what would harm a shared service, or needs settings of its own. Where another
    service is named, the test is skipped.
    """
    async with in_process() as local:
        yield local


@pytest.fixture
async def handler() -> AsyncIterator[Handler]:
    """An event handler in this process; `emulator_for(handler.settings())` is an emulator that calls it."""
    async with running_handler() as running:
        yield running
