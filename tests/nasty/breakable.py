"""A system whose emulator runs in this process, so that a test can break it; all else are real processes."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiohttp

from emulator.faults.controls import Faults
from emulator.in_thread import RunningEmulator, emulator_in_thread
from tests.support.eventually import eventually
from tests.support.processes import Process, Processes
from tests.support.system import System


class Breakable(System):
    """Negotiate hands out URLs of the emulator as it would those of Azure."""

    def __init__(self, processes: Processes, directory: Path, emulator: RunningEmulator) -> None:
        super().__init__(processes, directory, {"WEBPUBSUB_CONNECTION_STRING": emulator.connection_string})
        self.emulator_in_thread = emulator

    @property
    def faults(self) -> Faults:
        return self.emulator_in_thread.faults


@contextmanager
def breakable(directory: Path, **settings: Any) -> Iterator[Breakable]:
    """A system of which only the emulator runs, with these `settings`. No process stays, and none printed a secret."""
    output = directory / "output"
    output.mkdir()
    with emulator_in_thread(**settings) as emulator, Processes(output) as processes:
        system = Breakable(processes, directory, emulator)
        yield system
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
