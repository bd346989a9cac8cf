"""An emulator in this process whose faults can be set over HTTP."""

from collections.abc import AsyncIterator

import pytest

from tests.conformance.target import Target, in_process
from tests.faults.door import Door


@pytest.fixture
async def target() -> AsyncIterator[Target]:
    """The emulator, and raw clients for it."""
    async with in_process(faults=True) as running:
        yield running


@pytest.fixture
def door(target: Target) -> Door:
    """Where its faults are set."""
    return Door(target)
