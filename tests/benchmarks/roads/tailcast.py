"""Tailcast in both forms without containers: one process per service, and all in one process as `make run` has it.

The clients are watchers as the page is: a URL from the negotiate service, the JSON subprotocol, one group.
"""

import json
import sys
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from tests.benchmarks import websocket
from tests.benchmarks.machine import REPOSITORY
from tests.benchmarks.processes import Servers, free_port
from tests.benchmarks.readers import FrameReader, Reader
from tests.benchmarks.roads.road import Road

SUBPROTOCOL = "json.webpubsub.azure.v1"
PUBLISHER_KEY = "benchmark-publisher-key"
LENGTHS = b'"lengths":['
"""Begins the list that has one number per line (docs/wire.md). In a log line its quotes would be escaped."""


def count_lines(buffer: bytearray, start: int, stop: int) -> int:
    """Lines in one message of the batch format; 0 in every other message."""
    begin = buffer.find(LENGTHS, start, stop)
    if begin < 0:
        return 0
    return buffer.count(b",", begin, buffer.index(b"]", begin, stop)) + 1


class Tailcast(Road):
    """Three processes that share the servers' core, and the agent's state in the run's own directory."""

    name = "Tailcast"
    agent_settings: Mapping[str, str] = MappingProxyType({})
    """Further variables of the agent's environment."""

    def start(self, servers: Servers, path: Path) -> None:
        emulator, negotiate = free_port(), free_port()
        self.negotiate_url = f"http://127.0.0.1:{negotiate}/negotiate"
        connection_string = (
            f"Endpoint=http://127.0.0.1:{emulator};AccessKey=ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGH;Version=1.0;"
        )
        python = [sys.executable, "-m"]
        servers.start([*python, "emulator", "--port", str(emulator)], port=emulator, directory=REPOSITORY)
        servers.start(
            [*python, "negotiate_service", "--negotiate-port", str(negotiate)],
            {
                "EMULATOR_CONNECTION_STRING": connection_string,
                "PUBLIC_URL": f"http://127.0.0.1:{emulator}",
                "PUBLISHER_KEY": PUBLISHER_KEY,
            },
            port=negotiate,
            directory=REPOSITORY,
        )
        own = {
            "NEGOTIATE_URL": self.negotiate_url,
            "PUBLISHER_KEY": PUBLISHER_KEY,
            "STATE_DIR": str(servers.directory / "state"),
        }
        self.agent = servers.start(
            [*python, "streamer_agent", path], own | dict(self.agent_settings), directory=REPOSITORY
        )

    def connect(self) -> Reader:
        with urllib.request.urlopen(self.negotiate_url, timeout=10) as answer:
            negotiated = json.load(answer)
        connection, received = websocket.connect(negotiated["url"], SUBPROTOCOL)
        join = {"type": "joinGroup", "group": negotiated["group"]}
        connection.sendall(websocket.frame(json.dumps(join).encode()))
        return FrameReader(connection, received, count_lines)


class Unredacted(Tailcast):
    """The same with secrets left in the lines, to see what masking them costs."""

    name = "Tailcast, redaction off"
    agent_settings = MappingProxyType({"REDACTION": "off"})


class AllInOne(Tailcast):
    """What `make run` starts: the same services in one event loop, without hops between processes."""

    name = "Tailcast, make run"

    def start(self, servers: Servers, path: Path) -> None:
        port = free_port()
        self.negotiate_url = f"http://127.0.0.1:{port}/negotiate"
        state = servers.directory / "state"
        command: list[str | Path] = [
            sys.executable,
            "-m",
            "all_in_one",
            "--port",
            str(port),
            "--logs",
            path,
            "--state-dir",
            state,
        ]
        servers.start(command, {"PUBLISHER_KEY": PUBLISHER_KEY}, port=port, directory=REPOSITORY)
