"""websocketd running `tail -F`: one process per client, one frame per line (Debian package websocketd)."""

import shutil
from pathlib import Path

from tests.benchmarks import websocket
from tests.benchmarks.processes import Servers, free_port
from tests.benchmarks.readers import FrameReader, Reader
from tests.benchmarks.roads.road import Road


class Websocketd(Road):
    """Starts one tail per client, so its server's work grows with the clients twice."""

    name = "websocketd tail -F"

    def missing(self) -> str:
        return "" if shutil.which("websocketd") else "not installed (Debian package websocketd)"

    def start(self, servers: Servers, path: Path) -> None:
        self.port = free_port()
        command = ["websocketd", "--address=127.0.0.1", f"--port={self.port}", "--loglevel=error"]
        servers.start([*command, "tail", "-n", "0", "-F", path], port=self.port)

    def connect(self) -> Reader:
        connection, received = websocket.connect(f"ws://127.0.0.1:{self.port}/")
        return FrameReader(connection, received)
