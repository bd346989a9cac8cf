"""frontail: a log page in Node that sends each line as one socket.io event to each client (npm)."""

import hashlib
from pathlib import Path

from tests.benchmarks import peers, websocket
from tests.benchmarks.processes import Servers, free_port
from tests.benchmarks.readers import FrameReader, Reader
from tests.benchmarks.roads.road import Road

ENTRY = peers.CACHE / "node_modules" / "frontail" / "bin" / "frontail"


class Frontail(Road):
    """Speaks socket.io 2: the name space is the MD5 of the path, and the client must ping."""

    name = "frontail"

    def missing(self) -> str:
        return peers.install()

    def start(self, servers: Servers, path: Path) -> None:
        self.port = free_port()
        self.namespace = hashlib.md5(str(path).encode(), usedforsecurity=False).hexdigest()
        command: list[str | Path] = [
            peers.NODE,
            ENTRY,
            "--disable-usage-stats",
            "-h",
            "127.0.0.1",
            "-p",
            str(self.port),
        ]
        servers.start([*command, path], port=self.port)

    def connect(self) -> Reader:
        connection, received = websocket.connect(f"ws://127.0.0.1:{self.port}/socket.io/?EIO=3&transport=websocket")
        connection.sendall(websocket.frame(b"40/" + self.namespace.encode()))
        event = f'42/{self.namespace},["line"'.encode()
        reader = FrameReader(connection, received, lambda buffer, start, stop: buffer.startswith(event, start, stop))
        reader.keep_alive = websocket.frame(b"2")
        return reader
