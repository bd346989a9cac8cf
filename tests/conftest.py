"""What holds for every test: no setting of this machine's environment, no task and no process left behind."""

import asyncio
import inspect
import os
from collections.abc import AsyncIterator, Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.support import environment
from tests.support.processes import Processes

TURNS = 20
"""Turns of the event loop that tasks get to end after their test: closing a transport takes a few."""


def pytest_configure() -> None:
    """Take every service's settings out of the environment before any test module is imported.

    And let no random example fail because it took long: by default Hypothesis gives each 200 ms, which a busy machine
    may spend elsewhere.
    """
    environment.clean()
    settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("patient")


@pytest.fixture(autouse=True)
def _leaves_no_task(request: pytest.FixtureRequest) -> None:
    """Watch the tasks of asynchronous tests. Set up first, so the watch ends after every other fixture.

    Tests that share an event loop (the browser's) share tasks too, and are not watched.
    """
    marker = request.node.get_closest_marker("asyncio")
    shares_loop = marker is not None and marker.kwargs.get("loop_scope", "function") != "function"
    if inspect.iscoroutinefunction(getattr(request.node, "obj", None)) and not shares_loop:
        request.getfixturevalue("_task_watch")


@pytest.fixture
async def _task_watch(request: pytest.FixtureRequest) -> AsyncIterator[None]:
    loop = asyncio.get_running_loop()
    # Debug mode finds calls from wrong threads and coroutines never awaited; it is too slow for 10,000 lines.
    loop.set_debug("unit" in request.path.parts)
    yield
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for _ in range(TURNS):
        if all(task.done() for task in others):
            break
        await asyncio.sleep(0)
    left = [repr(task) for task in others if not task.done()]
    assert not left, f"the test left tasks behind: {left}"


@pytest.fixture(autouse=True, scope="session")
def _leaves_no_process() -> Iterator[None]:
    yield
    assert not Processes.running, f"processes left behind: {Processes.running}"


def pytest_report_header() -> str:
    return f"timeouts: x{os.environ.get('TEST_TIMEOUT_SCALE', '1')}, CI={os.environ.get('CI', 'false')}"
