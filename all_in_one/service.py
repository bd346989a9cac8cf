"""Serves the application and runs the agent and the demo log beside it, until a signal or a fatal error.

Owns the order of the end: the agent first, while what it publishes to still answers.
"""

import asyncio
import signal
import socket
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import structlog
from aiohttp import web

from emulator.app import RUNNER_OPTIONS
from streamer_agent.agent import Agent

SHUTDOWN_TIMEOUT_S = 1.0
"""For open connections, which are the page's and the agent's, to end after they were told."""

log = structlog.stdlib.get_logger("all_in_one")


async def run(
    app: web.Application,
    sockets: Sequence[socket.socket],
    agent: Agent,
    demo: Callable[[], Coroutine[Any, Any, None]] | None,
    announce: Callable[[], None],
) -> None:
    """Serve `app` on `sockets`, run `agent`, and write the demo log if there is one; return after SIGINT or SIGTERM.

    `announce` is called when the port answers.

    Raises:
        streamer_agent.errors.StreamerError, OSError: the agent or the demo log cannot go on.
    """
    stopped = _stop_signal()
    runner = web.AppRunner(app, **RUNNER_OPTIONS | {"shutdown_timeout": SHUTDOWN_TIMEOUT_S})
    await runner.setup()
    try:
        for listening in sockets:
            await web.SockSite(runner, listening).start()
        announce()
        await _work_until(stopped, agent, demo)
    finally:
        await runner.cleanup()


def _stop_signal() -> asyncio.Event:
    """An event that the first SIGINT or SIGTERM sets; a second one ends the process at once."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()

    def stop() -> None:
        stopped.set()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    return stopped


async def _work_until(
    stopped: asyncio.Event, agent: Agent, demo: Callable[[], Coroutine[Any, Any, None]] | None
) -> None:
    tailing = asyncio.create_task(agent.run(), name="agent")
    writing = [asyncio.create_task(demo(), name="demo log")] if demo else []
    waiting = asyncio.create_task(stopped.wait(), name="signal")
    work: set[asyncio.Task[None]] = {tailing, *writing}
    try:
        while not stopped.is_set():
            ended, _ = await asyncio.wait({waiting, *work}, return_when=asyncio.FIRST_COMPLETED)
            for task in ended & work:
                await task  # raises what ended it
                log.info("part_finished", part=task.get_name(), note="the page stays up; Ctrl-C ends it")
            work -= ended
    finally:
        for task in (waiting, *writing):
            task.cancel()
        await asyncio.wait({waiting, *writing})
        agent.stop()
        await tailing
