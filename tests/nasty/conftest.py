"""How every case is run: with the kernel's hints and without them, stopped in good order and killed."""

import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.conftest import idle_system, reader, system
from tests.nasty.agent import Agent, agent_in
from tests.nasty.breakable import Breakable, breakable
from tests.support.reader import Reader

__all__ = ["agent", "ending", "hints", "idle_system", "log", "logs", "reader", "system"]


@pytest.fixture(params=[True, False], ids=["hints", "polling"])
def hints(request: pytest.FixtureRequest) -> bool:
    """Whether the kernel may say which files changed; without it, looking finds them."""
    assert isinstance(request.param, bool)
    return request.param


@pytest.fixture
def looking(hints: bool) -> str:
    """The option of the agent for that."""
    return "--hints" if hints else "--no-hints"


@pytest.fixture(params=[signal.SIGTERM, signal.SIGKILL], ids=["SIGTERM", "SIGKILL"])
def ending(request: pytest.FixtureRequest) -> signal.Signals:
    """The signal that ends an agent which is restarted."""
    assert isinstance(request.param, signal.Signals)
    return request.param


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """A directory for log files."""
    path = tmp_path / "watched"
    path.mkdir()
    return path


@pytest.fixture
def log(logs: Path) -> Path:
    """A log file that is there before the tail is; what it holds is not sent."""
    path = logs / "app.log"
    path.write_text("old\n")
    return path


@pytest.fixture
async def agent(tmp_path: Path, hints: bool) -> AsyncIterator[Agent]:
    """An agent process that is to be started."""
    async with agent_in(tmp_path, hints) as agent:
        yield agent


@pytest.fixture
async def broken(tmp_path: Path) -> AsyncIterator[Breakable]:
    """A system with an emulator that does as it is told."""
    async with breakable(tmp_path) as system:
        yield system


@pytest.fixture
async def witness(broken: Breakable) -> AsyncIterator[Reader]:
    """A reader in the group."""
    async with broken.reader() as reader:
        yield reader
