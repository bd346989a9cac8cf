"""`python -m all_in_one` as a process: the page with everything behind it, on one origin."""

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aiohttp

from tests.support.log_file import LogFile
from tests.support.peer import Peer
from tests.support.ports import free_port
from tests.support.processes import ROOT, Process, Processes
from tests.support.secret_scan import assert_no_secrets
from tests.support.system import access, ready
from tests.support.tools import require_file

DIST = ROOT / "viewer" / "dist"


class AllInOne:
    """The running system with a log directory, a state directory and keys of its own."""

    def __init__(self, processes: Processes, directory: Path, env: Mapping[str, str] | None = None) -> None:
        """`env` holds settings beside those that every test needs."""
        self.port = free_port()
        self.publisher_key = secrets.token_urlsafe(24)
        self.access_key = secrets.token_urlsafe(36)
        self.log_directory = directory / "logs"
        self.log_directory.mkdir()
        self._processes = processes
        self._env = {
            "PORT": str(self.port),
            "LOGS": str(self.log_directory),
            "VIEWER_DIST": str(DIST),
            "STATE_DIR": str(directory / "state"),
            "PUBLISHER_KEY": self.publisher_key,
            "EMULATOR_ACCESS_KEY": self.access_key,
            "AGENT_NAME": "web-1",
            "STATUS_INTERVAL": "1",
            "EMULATOR_FAULTS": "1",
        } | dict(env or {})
        self._process: Process | None = None

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}/"

    async def start(self) -> None:
        require_file(DIST / "index.html", "make setup builds it (npm ci && npm run build in viewer/)")
        self._process = self._processes.start_module("all_in_one", "all_in_one", env=self._env)
        await ready(self._process, f"{self.url}readyz")

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()

    def log_file(self, name: str = "app.log") -> LogFile:
        """A log file in the directory that is tailed; it does not exist yet."""
        return LogFile(self.log_directory / name)

    async def publish(self, *messages: dict[str, Any], data_type: str = "json") -> None:
        """Publish messages into the group as an agent of the test's own would, and wait for their acks."""
        allowed = await access(f"{self.url}negotiate", self.publisher_key)
        async with Peer.open(allowed["url"]) as publisher:
            await publisher.expect(type="system", event="connected")
            for ack_id, message in enumerate(messages, 1):
                await publisher.send(
                    type="sendToGroup", group=allowed["group"], ackId=ack_id, dataType=data_type, data=message
                )
                await publisher.expect(type="ack", ackId=ack_id, success=True)

    async def break_something(self, fault: str, **fields: Any) -> str:
        """Have the emulator do a fault of its README, to all connections if none is named; return its id."""
        async with (
            aiohttp.ClientSession() as http,
            http.post(f"{self.url}_emulator/faults", json={"fault": fault, **fields}) as answer,
        ):
            assert answer.status == 201, await answer.text()
            return str((await answer.json())["id"])

    async def connections(self) -> int:
        """How many clients the emulator has now; the agent is one."""
        async with aiohttp.ClientSession() as http, http.get(f"{self.url}_emulator/quota") as answer:
            return int((await answer.json())["connections"]["open"])

    async def end_faults(self, fault_id: str = "") -> None:
        """End the fault with that id, or all."""
        async with (
            aiohttp.ClientSession() as http,
            http.delete(f"{self.url}_emulator/faults/{fault_id}".rstrip("/")) as answer,
        ):
            assert answer.status == 204

    def urls_issued(self) -> int:
        """How often a page asked negotiate and was given a URL, since the last start."""
        assert self._process is not None
        return sum(event["role"] == "viewer" for event in self._process.events("url_issued"))

    def connections_lost(self) -> int:
        """How many connections were lost without a farewell, since the last start; some may have been recovered."""
        assert self._process is not None
        return len(self._process.events("connection_detached"))

    def assert_no_secret_was_printed(self) -> None:
        for process in self._processes.all:
            assert_no_secrets(process.name, process.output, [self.publisher_key, self.access_key])
