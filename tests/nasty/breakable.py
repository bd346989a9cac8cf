"""A system whose services run in this process, so that a test can break them; the agents are real processes."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from emulator.faults.controls import Faults
from emulator.in_thread import RunningEmulator, emulator_in_thread
from negotiate_service.app import create_app
from negotiate_service.settings import NegotiateSettings
from tests.support.eventually import eventually
from tests.support.processes import Process, Processes
from tests.support.system import System


class Breakable(System):
    """Negotiate hands out URLs of the emulator as it would those of Azure."""

    def __init__(self, processes: Processes, directory: Path, emulator: RunningEmulator) -> None:
        super().__init__(processes, directory, {"WEBPUBSUB_CONNECTION_STRING": emulator.connection_string})
        self.emulator_in_thread = emulator
        self._runner: web.AppRunner | None = None

    @property
    def faults(self) -> Faults:
        return self.emulator_in_thread.faults

    async def start_negotiate(self, health: str = "readyz", **env: str) -> None:
        """Start it in this process; it is ready at once."""
        settings = NegotiateSettings(
            webpubsub_connection_string=self.emulator_in_thread.connection_string,  # type: ignore[arg-type]
            webpubsub_hub=self.hub,
            stream_group=self.group,
            publisher_key=self.publisher_key,  # type: ignore[arg-type]
            publisher_key_file=None,
        )
        self._runner = web.AppRunner(create_app(settings), access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "localhost", self.negotiate_port).start()

    async def stop_negotiate(self) -> None:
        """Let nobody reach it."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None


@asynccontextmanager
async def breakable(directory: Path, **settings: Any) -> AsyncIterator[Breakable]:
    """A system of which all but the agents runs; `settings` are the emulator's. No agent stays, or printed a secret."""
    output = directory / "output"
    output.mkdir()
    with emulator_in_thread(**settings) as emulator, Processes(output) as processes:
        system = Breakable(processes, directory, emulator)
        await system.start()
        try:
            yield system
        finally:
            await system.stop_negotiate()
        for process in processes.all:
            print(f"--- {process.name} ({process.pid})\n{process.output[-3000:]}")
    system.assert_no_secret_was_printed()


def logged(agent: Process, event: str) -> list[dict[str, Any]]:
    """What the agent logged as `event`, in order."""
    entries = [json.loads(line) for line in agent.output.splitlines() if line.startswith("{")]
    return [entry for entry in entries if entry["event"] == event]


async def connection_id(agent: Process) -> str:
    """The id of the agent's latest connection, once it has one."""
    opened = await eventually(lambda: logged(agent, "connection_opened"), "the agent is connected")
    return str(opened[-1]["connection_id"])


async def happened(agent: Process, event: str, times: int = 1, timeout_s: float = 30.0) -> dict[str, Any]:
    """Wait until the agent has logged `event` so often; return the latest."""
    entries = await eventually(
        lambda: len(seen := logged(agent, event)) >= times and seen, f"{agent.name} logs {event}", timeout_s
    )
    assert isinstance(entries, list)
    entry: dict[str, Any] = entries[-1]
    return entry


async def metric(agent: Process, name: str) -> float:
    """A figure without labels of an agent that was started with --health-port."""
    health = logged(agent, "health_started")[0]["url"]
    async with aiohttp.ClientSession() as http, http.get(f"{health}/metrics") as response:
        return float((await response.text()).split(f"\n{name} ")[1].split()[0])


def without_tokens(text: str) -> bool:
    """Whether `text` holds no JSON Web Token."""
    return re.search(r"eyJ[\w-]{8,}\.", text) is None
