"""nginx with nchan (Debian packages nginx and libnginx-mod-nchan)."""

import shutil
import socket
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks import websocket
from tests.benchmarks.brokers.broker import Broker
from tests.benchmarks.processes import Servers, free_port
from tests.benchmarks.readers import FrameReader, Reader

MODULE = Path("/usr/lib/nginx/modules/ngx_nchan_module.so")
CONFIGURATION = """
load_module {module};
daemon off;
worker_processes 1;
pid {directory}/nginx.pid;
error_log {directory}/error.log;
events {{ worker_connections 20000; }}
http {{
    access_log off;
    client_body_temp_path {directory}/body; proxy_temp_path {directory}/proxy; fastcgi_temp_path {directory}/fastcgi;
    uwsgi_temp_path {directory}/uwsgi; scgi_temp_path {directory}/scgi;
    nchan_max_reserved_memory 512M;
    server {{
        listen 127.0.0.1:{port};
        location = /publish {{ nchan_publisher; nchan_channel_id stream; nchan_message_buffer_length 20000; }}
        location = /subscribe {{
            nchan_subscriber websocket; nchan_channel_id stream; nchan_subscriber_first_message newest;
        }}
    }}
}}
"""


class Nchan(Broker):
    """One worker, and a buffer that holds a whole round, so that no subscriber misses a message."""

    name = "nginx nchan"

    def missing(self) -> str:
        if shutil.which("nginx") and MODULE.exists():
            return ""
        return "not installed (Debian packages nginx and libnginx-mod-nchan)"

    def start(self, servers: Servers) -> None:
        self.port = free_port()
        configuration = servers.directory / "nginx.conf"
        text = CONFIGURATION.format(module=MODULE, directory=servers.directory, port=self.port)
        configuration.write_text(text, encoding="utf-8")
        servers.start(["nginx", "-c", configuration, "-e", servers.directory / "start.log"], port=self.port)

    def subscribe(self) -> Reader:
        return FrameReader(*websocket.connect(f"ws://127.0.0.1:{self.port}/subscribe"))

    def publisher(self) -> socket.socket:
        return websocket.connect(f"ws://127.0.0.1:{self.port}/publish")[0]

    def encode(self, payloads: Sequence[bytes]) -> bytes:
        return b"".join(websocket.frame(payload) for payload in payloads)
