"""Fixtures of the streamer agent's tests."""

from collections.abc import AsyncIterator

import pytest

from tests.unit.streamer_agent.scripted_service import ScriptedService, running


@pytest.fixture
async def service() -> AsyncIterator[ScriptedService]:
    """A negotiate and Web PubSub service that does what the test tells it."""
    async with running() as scripted:
        yield scripted
