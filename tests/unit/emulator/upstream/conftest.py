"""A webhook and a client for it, whose sleeping is only written down."""

from collections.abc import AsyncIterator

import pytest

from emulator.upstream.client import HandlerClient, Patience
from tests.unit.emulator.upstream.webhook import Webhook, running


class Sleeps(list[float]):
    """Takes no time."""

    async def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture
async def webhook() -> AsyncIterator[Webhook]:
    async with running() as webhook:
        yield webhook


@pytest.fixture
def sleeps() -> Sleeps:
    return Sleeps()


@pytest.fixture
async def client(sleeps: Sleeps) -> AsyncIterator[HandlerClient]:
    client = HandlerClient(Patience(), sleeps)
    client.open()
    yield client
    await client.close()
