"""The system under test as separate processes: emulator, negotiate service, agents. Or, on request, a real service.

Only the services' public interface is used: their environment variables, options, ports and exit codes.
"""

import re
import secrets
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import aiohttp

from tests.support.eventually import eventually
from tests.support.log_file import LogFile
from tests.support.ports import free_port
from tests.support.processes import Process, Processes
from tests.support.reader import Reader
from tests.support.secret_scan import assert_no_secrets


class System:
    """One emulator and one negotiate service in front of it, with keys and a group of their own."""

    def __init__(self, processes: Processes, directory: Path, service: dict[str, str]) -> None:
        """`service` holds WEBPUBSUB_* for a real service, and then there is no emulator, or nothing."""
        self.processes = processes
        self.directory = directory
        self.publisher_key = secrets.token_urlsafe(24)
        self.access_key = secrets.token_urlsafe(36)
        self.hub = service.get("WEBPUBSUB_HUB") or "e2e"
        self.group = f"e2e-{secrets.token_hex(6)}"
        self.emulator_port, self.negotiate_port = free_port(), free_port()
        self.emulator: Process | None = None
        self.negotiate: Process | None = None
        self._service = service

    @property
    def negotiate_url(self) -> str:
        return f"http://localhost:{self.negotiate_port}/negotiate"

    @property
    def emulator_url(self) -> str:
        return f"http://localhost:{self.emulator_port}"

    @property
    def connection_string(self) -> str:
        return f"Endpoint={self.emulator_url};AccessKey={self.access_key};Version=1.0;"

    async def start(self) -> None:
        if not self._service:
            await self.start_emulator()
        await self.start_negotiate()

    async def start_emulator(self) -> None:
        env = {"EMULATOR_ACCESS_KEY": self.access_key, "EMULATOR_FAULTS": "1"}
        self.emulator = self.processes.start_module("emulator", "emulator", "--port", str(self.emulator_port), env=env)
        await ready(self.emulator, f"{self.emulator_url}/readyz")

    async def start_negotiate(self, health: str = "readyz", **env: str) -> None:
        """Start it and wait until it is well by `health`; `readyz` needs the service behind it, `healthz` does not."""
        service = self._service or {"EMULATOR_CONNECTION_STRING": self.connection_string}
        own = {
            "NEGOTIATE_PORT": str(self.negotiate_port),
            "PUBLISHER_KEY": self.publisher_key,
            "WEBPUBSUB_HUB": self.hub,
            "STREAM_GROUP": self.group,
            # In emulator mode clients are sent to the origin that they asked; here the emulator has its own.
            "PUBLIC_URL": "" if self._service else self.emulator_url,
        }
        self.negotiate = self.processes.start_module("negotiate", "negotiate_service", env=service | own | env)
        await ready(self.negotiate, f"http://localhost:{self.negotiate_port}/{health}")

    async def restart_emulator(self) -> None:
        """Kill the emulator and start it again: all connections and all that it knew are gone."""
        assert self.emulator is not None
        self.emulator.kill()
        await self.start_emulator()

    @property
    def services(self) -> list[Process]:
        return [service for service in (self.negotiate, self.emulator) if service is not None]

    async def agent(self, *arguments: str | Path, name: str = "agent") -> Process:
        """Start an agent and wait until it has looked at its files: those that appear from now on are new to it."""
        agent = self.launch_agent(*arguments, name=name)
        await agent.said("agent_started")
        return agent

    def launch_agent(
        self,
        *arguments: str | Path,
        name: str = "agent",
        stdin: bool = False,
        through: Sequence[str] = (),
        env: Mapping[str, str] | None = None,
    ) -> Process:
        """Start an agent; agents of one name share a state directory, as restarts of one agent do.

        `through` is a program, with its arguments, that executes the agent.
        """
        own = {
            "NEGOTIATE_URL": self.negotiate_url,
            "PUBLISHER_KEY": self.publisher_key,
            "STATE_DIR": str(self.state_directory(name)),
            "AGENT_NAME": name,
            "LOG_FORMAT": "json",
            "STATUS_INTERVAL": "1",
        }
        argv = [*through, sys.executable, "-m", "streamer_agent", *map(str, arguments)]
        return self.processes.start(name, argv, own | dict(env or {}), stdin=stdin)

    def state_directory(self, name: str = "agent") -> Path:
        return self.directory / f"state-{name}"

    def reader(self) -> Reader:
        return Reader(self.negotiate_url, watch=self.processes.assert_well)

    async def joined_reader(self) -> Reader:
        """A reader that is in the group already; enter it to end it."""
        reader = self.reader()
        await reader.join()
        return reader

    def log_file(self, name: str = "app.log") -> LogFile:
        """A log file in the directory that agents watch; it does not exist yet."""
        return LogFile(self.log_directory / name)

    @property
    def log_directory(self) -> Path:
        directory = self.directory / "logs"
        directory.mkdir(exist_ok=True)
        return directory

    def assert_no_secret_was_printed(self) -> None:
        """Look through everything that every process printed so far."""
        of_service = re.findall("AccessKey=([^;]+)", " ".join(self._service.values()))
        for process in self.processes.all:
            assert_no_secrets(process.name, process.output, [self.publisher_key, self.access_key, *of_service])


async def access(negotiate_url: str, key: str | None = None) -> dict[str, str]:
    """What negotiate hands out to a viewer, or to a publisher with its key: url, group and hub."""
    query, headers = ({"role": "publisher"}, {"Authorization": f"Bearer {key}"}) if key else ({}, {})
    async with (
        aiohttp.ClientSession() as http,
        http.get(negotiate_url, params=query, headers=headers) as response,
    ):
        response.raise_for_status()
        answer: dict[str, str] = await response.json()
        return answer


async def ready(process: Process, url: str) -> None:
    """Wait until `url` answers 200; fail at once if the process ends before."""
    async with aiohttp.ClientSession() as http:

        async def answers() -> bool:
            assert process.is_running, f"{process.name} ended with {await process.ended()}:\n{process.output}"
            try:
                async with http.get(url) as response:
                    return response.status == 200
            except aiohttp.ClientError:
                return False

        await eventually(answers, f"{url} is ready", step_s=0.03)
