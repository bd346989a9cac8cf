"""Stopping: within the grace period, by themselves, and `down` leaves nothing."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import started
from .stack import SERVICES, Stack, run

GRACE_S = 15
"""Of each service; they stop one after the other, in the order of who needs whom."""

pytestmark = pytest.mark.timeout(900)


@pytest.fixture
def own_stack(images: None, tmp_path: Path) -> Iterator[Stack]:
    yield from started(Stack(tmp_path))


async def test_stop_and_down_leave_nothing(own_stack: Stack) -> None:
    await own_stack.becomes_healthy()
    before = time.monotonic()
    own_stack.compose("stop")
    assert time.monotonic() - before < GRACE_S, "nobody waits for the grace period to end"
    for service in SERVICES:
        state = own_stack.inspect(service)["State"]
        # 137 would be a kill, after the grace period.
        assert (service, state["Status"], state["ExitCode"]) == (service, "exited", 0)
    own_stack.down()
    assert own_stack.containers() == []
    for kind in ("network", "volume", "image"):
        assert own_stack.project not in run("docker", kind, "ls"), kind
