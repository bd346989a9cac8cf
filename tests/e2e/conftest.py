"""The fixtures of the end-to-end tests: the emulator in processes of its own, or the service that `make e2e` names."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support import environment
from tests.support.processes import Processes
from tests.support.reader import Reader
from tests.support.system import System


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A shared service is never restarted or broken."""
    if environment.service:
        left_out = [item for item in items if "e2e" in item.path.parts and item.get_closest_marker("restarts")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture
async def idle_system(tmp_path: Path) -> AsyncIterator[System]:
    """A system of which nothing runs yet. However the test ends: no process stays, and none printed a secret."""
    output = tmp_path / "output"
    output.mkdir()
    with Processes(output) as processes:
        system = System(processes, tmp_path, environment.service)
        yield system
        for process in processes.all:
            print(f"--- {process.name} ({process.pid})\n{process.output[-3000:]}")
    system.assert_no_secret_was_printed()


@pytest.fixture
async def system(idle_system: System) -> System:
    """Emulator and negotiate service, both ready."""
    await idle_system.start()
    return idle_system


@pytest.fixture
async def reader(system: System) -> AsyncIterator[Reader]:
    """A reader in the group."""
    async with system.reader() as reader:
        yield reader
