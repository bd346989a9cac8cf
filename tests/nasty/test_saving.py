"""T42 with whole agents: one after the other is killed at each call of its saves, or has that call fail.

The state that each leaves is the one that the next begins with, and no line may be missing in the end.
"""

import asyncio
import errno
import os
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.model.nursery import Nursery, Order
from tests.nasty.cases import case
from tests.support.eventually import eventually
from tests.support.log_file import LogFile, numbered
from tests.support.receiver import Receiver
from tests.support.system_calls import KILLED
from tests.unit.streamer_agent.scripted_service import ScriptedService, running

CALLS = 24
"""Three to lock the directory, nine or ten for each save: that of the start and one of progress."""


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery() as nursery:
        yield nursery


@pytest.fixture
async def service() -> AsyncIterator[ScriptedService]:
    async with running() as service:
        yield service


class Agents:
    """One agent over many short lives."""

    def __init__(self, nursery: Nursery, service: ScriptedService, directory: Path, looking: str) -> None:
        (directory / "logs").mkdir()
        self.log = LogFile(directory / "logs" / "app.log")
        self._nursery = nursery
        self._service = service
        self._directory = directory
        self._looking = looking

    def start(self, **trouble: int | bool) -> int:
        """Start one; `trouble` is that of its store."""
        env = {
            "NEGOTIATE_URL": self._service.negotiate_url,
            "PUBLISHER_KEY": "KEY",
            "STATE_DIR": str(self._directory / "state"),
            "READ_FROM": "start",
            "SCAN_INTERVAL": "0.1",
            "POLL_INTERVAL": "0.01",
            "HOME": str(self._directory),
        }
        argv = [self._looking, str(self._directory / "logs")]
        return self._nursery.start(Order(argv, env, str(self._directory / "output"), seed=1, **trouble))  # type: ignore[arg-type]

    def write(self) -> None:
        """Add some lines."""
        count = len(self.log.written)
        self.log.append(numbered(count + 1, count + 5))

    @property
    def has_all(self) -> bool:
        """Whether the reader has as many lines as were written."""
        return len(self.texts) >= len(self.log.written)

    @property
    def texts(self) -> list[str]:
        """What a reader has who was there from the beginning."""
        receiver = Receiver()
        for content in self._service.contents:
            receiver.receive(content)
        assert receiver.gaps() == []
        return receiver.texts("/app.log")


@case("T42")
@pytest.mark.parametrize("kill_after", [False, True], ids=["before", "after"])
async def test_agents_that_die_at_each_call_of_a_save_leave_no_line_out(
    nursery: Nursery, service: ScriptedService, tmp_path: Path, looking: str, kill_after: bool
) -> None:
    agents = Agents(nursery, service, tmp_path, looking)
    for call in range(CALLS):
        pid = agents.start(kill_at=call, kill_after=kill_after)
        dying = asyncio.ensure_future(nursery.ended(pid))
        while not dying.done():
            agents.write()
            await asyncio.wait([dying], timeout=0.02)
        assert dying.result() == KILLED, (tmp_path / "output").read_text()
    agents.start()
    await eventually(lambda: agents.has_all, "all lines come")
    assert agents.texts == agents.log.written


@case("T42", "T43")
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO], ids=errno.errorcode.get)
async def test_agents_that_see_each_call_of_a_save_fail_go_on(
    nursery: Nursery, service: ScriptedService, tmp_path: Path, looking: str, code: int
) -> None:
    agents = Agents(nursery, service, tmp_path, looking)
    first = agents.start()
    agents.write()
    await eventually(lambda: agents.texts == agents.log.written, "the first lines come")
    os.kill(first, signal.SIGTERM)
    assert await nursery.ended(first) == 0
    refused = []
    for call in range(CALLS):
        pid = agents.start(fail_at=call, error=code)
        ending = asyncio.ensure_future(nursery.ended(pid))
        agents.write()
        await eventually(lambda: ending.done() or agents.has_all, f"lines come although call {call} failed")  # noqa: B023
        if ending.done():
            refused.append((call, ending.result()))
        else:
            os.kill(pid, signal.SIGKILL)
            await ending
    assert refused == [(0, 4)], "only a lock that cannot be had keeps it from starting"
    assert agents.texts == agents.log.written
