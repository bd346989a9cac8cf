"""Run Debian's nginx with the viewer's template, filled as the image's entry point fills it.

Does not test anything, and does not build the page: what nginx serves is a small stand-in for viewer/dist.
"""

import asyncio
import re
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from tests.support.eventually import eventually
from tests.support.ports import free_port

TEMPLATE = Path(__file__).parents[2] / "viewer" / "nginx" / "default.conf.template"

# The main context as the official image has it, without its paths and without changing users.
MAIN = """
daemon off; master_process off; pid {home}/nginx.pid; error_log {home}/error.log notice;
events {{ worker_connections 256; }}
http {{
    proxy_temp_path {home}/proxy; client_body_temp_path {home}/body; fastcgi_temp_path {home}/fastcgi;
    uwsgi_temp_path {home}/uwsgi; scgi_temp_path {home}/scgi;
    include /etc/nginx/mime.types; default_type application/octet-stream;
    include {home}/conf.d/*.conf;
}}
"""


def fill(template: str, values: dict[str, str]) -> str:
    """Replace every ${NAME} as envsubst does; a name without a value is an error here."""
    return re.sub(r"\$\{([A-Z_]+)\}", lambda match: values[match[1]], template)


class Nginx:
    """One nginx process on a free port of loopback, with its logs. Configure it, then start it."""

    def __init__(self, home: Path, binary: str) -> None:
        self.home = home
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.root = home / "dist"
        self._binary = binary
        self._process: subprocess.Popen[bytes] | None = None
        for directory in (self.root, home / "conf.d"):
            directory.mkdir(parents=True)
        (home / "nginx.conf").write_text(MAIN.format(home=home))

    def configure(self, server: str) -> None:
        (self.home / "conf.d" / "default.conf").write_text(server)

    def configure_as_viewer(self, negotiate: str, emulator: str) -> None:
        """Fill in the viewer's template; `negotiate` and `emulator` are host:port."""
        values = {
            "VIEWER_LISTEN": f"127.0.0.1:{self.port}",
            "VIEWER_ROOT": str(self.root),
            "NEGOTIATE_UPSTREAM": negotiate,
            "EMULATOR_UPSTREAM": emulator,
            "VIEWER_CONNECT_SOURCES": "wss://*.webpubsub.azure.com",
            "RESOLVER": f"127.0.0.1:{free_port()}",  # nobody answers there
        }
        self.configure(fill(TEMPLATE.read_text(), values))

    async def start(self) -> None:
        command = [self._binary, "-p", str(self.home), "-e", str(self.home / "error.log"), "-c", "nginx.conf"]
        with (self.home / "access.log").open("wb") as output:
            self._process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        await eventually(self._listens, "nginx listens")

    async def _listens(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            pytest.fail(f"nginx ended with {self._process.returncode}: {self.logs()}")
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except ConnectionRefusedError:
            return False
        writer.close()
        return True

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def logs(self) -> str:
        """Everything that nginx wrote: access log, output and the error log of the main context."""
        return (self.home / "access.log").read_text() + (self.home / "error.log").read_text()

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
