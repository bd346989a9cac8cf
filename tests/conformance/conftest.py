"""The target of the suite, and event handlers for emulators in this process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from itertools import count

import pytest

from tests.conformance.handler import Handler, running_handler
from tests.conformance.raw_client import RawClient
from tests.conformance.target import NEEDS_FREE, Target, in_process, named
from tests.support.faults import no_errors_logged

PAUSE_S = 0.01
"""Between the messages of the bystander, so that it does not keep the machine to itself."""


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
async def bystander(here: Target) -> AsyncIterator[Target]:
    """Another hub of the emulator in this process, with a client that publishes to its own group all the while. It
    gets everything once and in order, and the emulator logs no error, whatever the test does to it.
    """
    elsewhere = Target(here.endpoint, here.key, is_here=True)
    with no_errors_logged():
        client = await elsewhere.member("quiet")
        publishing = asyncio.create_task(_publish_on(client))
        try:
            yield elsewhere
        finally:
            publishing.cancel()
            with suppress(asyncio.CancelledError):  # anything else is what went wrong
                await publishing
            elsewhere.close()


async def _publish_on(client: RawClient) -> None:
    for number in count():
        client.send({"type": "sendToGroup", "group": "quiet", "data": number})
        await client.expect(group="quiet", data=number)
        await asyncio.sleep(PAUSE_S)


@pytest.fixture
async def handler() -> AsyncIterator[Handler]:
    """An event handler in this process; `emulator_for(handler.settings())` is an emulator that calls it."""
    async with running_handler() as running:
        yield running
