"""The order of start and end, with an agent that only notes what happens to it."""

import asyncio
import os
import signal
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from all_in_one import service
from all_in_one.listener import listen
from tests.support.eventually import eventually


class Agent:
    """Runs until it is stopped; asks the server for its last lines then, as the real one does."""

    def __init__(self, port: int, error: Exception | None = None, ends: bool = False) -> None:
        self.answered = 0
        self._url = f"http://127.0.0.1:{port}/"
        self._error = error
        self._ends = ends
        self._stopped = asyncio.Event()

    def stop(self) -> None:
        self._stopped.set()

    async def run(self) -> None:
        if self._error is not None:
            raise self._error
        if not self._ends:
            await self._stopped.wait()
        async with aiohttp.ClientSession() as http, http.get(self._url) as response:
            self.answered = response.status


async def ok(_request: web.Request) -> web.Response:
    return web.Response()


async def run(agent_options: dict[str, Any], demo: Any = None, stop_after_start: bool = True) -> Agent:
    """Run a small application; a signal ends it as soon as it announces itself, or when the demo log sends one."""
    app = web.Application()
    app.router.add_get("/", ok)
    sockets = listen(0)
    agent: Any = Agent(sockets[0].getsockname()[1], **agent_options)

    def announce() -> None:
        if stop_after_start:
            os.kill(os.getpid(), signal.SIGTERM)

    await service.run(app, sockets, agent, (lambda: demo(agent)) if demo else None, announce)
    return agent  # type: ignore[no-any-return]


async def test_a_signal_ends_it_and_the_agent_can_still_deliver() -> None:
    agent = await run({})
    assert agent.answered == 200


async def test_what_ends_the_agent_ends_everything() -> None:
    with pytest.raises(RuntimeError, match="refused"):
        await run({"error": RuntimeError("refused")}, stop_after_start=False)


async def test_an_agent_that_has_read_everything_leaves_the_page_up() -> None:
    async def demo(agent: Agent) -> None:
        await eventually(lambda: agent.answered, "the agent has ended")
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.Event().wait()

    agent = await run({"ends": True}, demo, stop_after_start=False)
    assert agent.answered == 200


async def test_a_failing_demo_log_ends_everything_and_the_agent_is_stopped() -> None:
    async def demo(_agent: Agent) -> None:
        raise RuntimeError("a mistake")

    with pytest.raises(RuntimeError, match="a mistake"):
        await run({}, demo, stop_after_start=False)
