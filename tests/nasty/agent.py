"""The agent as a process of its own, started and ended again and again, and what a receiver makes of all that it sends.

The service is a script in this process: it welcomes and acknowledges, and remembers what came.
"""

import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from streamer_agent.tail.store import STATE
from tests.support.eventually import eventually
from tests.support.processes import Process, Processes
from tests.support.receiver import Gap, Receiver
from tests.unit.streamer_agent.scripted_service import ScriptedService, running


class Agent:
    """One agent over several runs, on one state directory."""

    def __init__(self, directory: Path, processes: Processes, service: ScriptedService, hints: bool) -> None:
        self.directory = directory
        self.logs = directory / "logs"
        self.logs.mkdir()
        self.state = directory / "state"
        self.service = service
        self.processes = processes
        self._hints = hints
        self.through: list[str] = []
        """A program, with its arguments, that executes the agent."""
        self._process: Process | None = None

    @property
    def process(self) -> Process:
        """The run that was started last."""
        assert self._process is not None
        return self._process

    async def start(self, *arguments: str | Path) -> None:
        """Start it, on the whole log directory if nothing is named, and wait until it looked at its files."""
        self._process = self.launch(*arguments)
        await self._process.said("agent_started")

    def launch(self, *arguments: str | Path) -> Process:
        """Start one and wait for nothing."""
        looking = ["--scan-interval", "0.2", "--poll-interval", "0.02", *([] if self._hints else ["--no-hints"])]
        env = {
            "NEGOTIATE_URL": self.service.negotiate_url,
            "PUBLISHER_KEY": "KEY",
            "STATE_DIR": str(self.state),
            "LOG_FORMAT": "json",
            "STATUS_INTERVAL": "1",
            "PARTIAL_AFTER": "0.2",
        }
        argv = [*self.through, sys.executable, "-m", "streamer_agent", *looking, *map(str, arguments or [self.logs])]
        return self.processes.start("agent", argv, env)

    async def end(self, how: signal.Signals) -> None:
        """End it by a signal, and wait until it is gone."""
        if how is signal.SIGKILL:
            self.process.kill()
        else:
            assert await self.process.stop() == 0

    @property
    def receiver(self) -> Receiver:
        """A receiver that was there from the beginning."""
        receiver = Receiver()
        for content in self.service.contents:
            receiver.receive(content)
        return receiver

    def texts(self, name: str = "app.log") -> list[str]:
        """The lines of one path, in order of acceptance."""
        return self.receiver.texts(f"/{name}")

    async def shows(self, lines: list[str], name: str = "app.log") -> None:
        """Wait until exactly these lines came of one path."""
        await eventually(lambda: len(self.texts(name)) >= len(lines), f"{len(lines)} lines of {name} come")
        assert self.texts(name) == lines

    async def settles(self, size: int, name: str = "app.log") -> None:
        """Wait until a status says that everything before `size` was acknowledged of the newest life of a path."""
        await eventually(lambda: self.ends(name)[-1:] == [size], f"{name} acknowledged up to {size}")

    async def saves(self, size: int) -> None:
        """Wait until a position of that size is on the disk: a kill then finds it there."""

        def is_saved() -> bool:
            try:
                return b'"end":%d,' % size in (self.state / STATE).read_bytes()
            except FileNotFoundError:  # between the two moves of a save
                return False

        await eventually(is_saved, f"{size} is saved")

    def ends(self, name: str = "app.log") -> list[int]:
        """What was acknowledged of each epoch of a path, as told last."""
        receiver = self.receiver
        sources = {key for key, told in receiver.paths.items() if told.endswith(f"/{name}")}
        return [end for key, end in sorted(receiver.acked.items()) if key[:2] in sources]

    def gaps(self) -> list[Gap]:
        """Every gap of known size."""
        return self.receiver.gaps()

    def facts(self, name: str = "app.log") -> list[dict[str, Any]]:
        """What was told last of each epoch of a path."""
        told: dict[int, dict[str, Any]] = {}
        for content in self.service.contents:
            for facts in content.get("sources", ()):
                if facts["path"].endswith(f"/{name}"):
                    told[facts["epoch"]] = facts
        return [told[epoch] for epoch in sorted(told)]


@asynccontextmanager
async def agent_in(directory: Path, hints: bool) -> AsyncIterator[Agent]:
    """An agent that was not started yet; its process is ended in the end."""
    output = directory / "output"
    output.mkdir()
    async with running() as service:
        with Processes(output) as processes:
            agent = Agent(directory, processes, service, hints)
            try:
                yield agent
            finally:
                if agent._process is not None and agent._process.is_running:
                    agent._process.kill()
            for process in processes.all:
                print(f"--- {process.name} ({process.pid})\n{process.output[-3000:]}")
