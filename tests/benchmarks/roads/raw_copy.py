"""The ceiling: one process that copies the file's bytes to plain sockets, without WebSocket or a second look.

Run as a program it is that server; nothing of Tailcast runs in it.
"""

import socket
import sys
import time
from pathlib import Path

from tests.benchmarks.machine import REPOSITORY
from tests.benchmarks.processes import Servers, free_port
from tests.benchmarks.readers import ByteReader, Reader
from tests.benchmarks.roads.road import Road

CHUNK_BYTES = 128 * 1024
LOOK_S = 0.0005


class RawCopy(Road):
    """Copies bytes; its clients count units of a size that is known beforehand."""

    name = "raw copy of the bytes"

    def __init__(self, unit_bytes: int) -> None:
        self.unit_bytes = unit_bytes

    def start(self, servers: Servers, path: Path) -> None:
        self.port = free_port()
        servers.start([sys.executable, "-m", __name__, path, str(self.port)], port=self.port, directory=REPOSITORY)

    def connect(self) -> Reader:
        return ByteReader(socket.create_connection(("127.0.0.1", self.port)), self.unit_bytes)


def serve(path: Path, port: int) -> None:
    """Send what is appended to `path` to everyone who connects to `port`, until killed."""
    listener = socket.create_server(("127.0.0.1", port), backlog=256)
    listener.setblocking(False)
    clients: list[socket.socket] = []
    with path.open("rb", buffering=0) as file:
        file.seek(0, 2)
        while True:
            chunk = file.read(CHUNK_BYTES)
            if chunk:
                clients = [client for client in clients if sent(client, chunk)]
                continue
            try:
                client, _ = listener.accept()
                client.setblocking(True)
                clients.append(client)
            except BlockingIOError:
                time.sleep(LOOK_S)


def sent(client: socket.socket, chunk: bytes) -> bool:
    """Send all of `chunk`; False when the client has left."""
    try:
        client.sendall(chunk)
    except ConnectionError:
        return False
    return True


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]))
