"""The whole road through nginx, and through another proxy before it that serves it under a path."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.support.log_file import numbered
from tests.support.processes import Processes
from tests.support.reader import Reader
from tests.support.secret_scan import assert_no_secrets
from tests.support.system import System, access, ready

from .server import Nginx

OUTER = """
map $http_upgrade $connection_header {{ default upgrade; "" ""; }}
server {{
    listen 127.0.0.1:{port};
    location /tail/ {{
        proxy_pass {inner}/;
        proxy_http_version 1.1;
        proxy_set_header Host $http_host;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $connection_header;
        proxy_set_header X-Forwarded-Prefix /tail;
        proxy_set_header X-Forwarded-Proto $scheme;
    }}
}}
"""


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    with Processes(tmp_path) as processes:
        yield processes


@pytest.fixture
async def system(processes: Processes, tmp_path: Path) -> System:
    """Both services as compose.yaml sets them up: negotiate believes nginx, and the emulator knows its own endpoint."""
    system = System(processes, tmp_path, service={})
    known = {"EMULATOR_ACCESS_KEY": system.access_key, "EMULATOR_ENDPOINT": system.emulator_url}
    system.emulator = processes.start_module("emulator", "emulator", "--port", str(system.emulator_port), env=known)
    await ready(system.emulator, f"{system.emulator_url}/readyz")
    await system.start_negotiate(PUBLIC_URL="", TRUSTED_PROXIES="127.0.0.1")
    return system


@pytest.fixture
async def inner(system: System, tmp_path: Path, nginx_binary: str) -> AsyncIterator[Nginx]:
    nginx = Nginx(tmp_path / "inner", nginx_binary)
    nginx.configure_as_viewer(f"127.0.0.1:{system.negotiate_port}", f"127.0.0.1:{system.emulator_port}")
    async with nginx:
        yield nginx


@pytest.fixture
async def outer(inner: Nginx, tmp_path: Path, nginx_binary: str) -> AsyncIterator[Nginx]:
    nginx = Nginx(tmp_path / "outer", nginx_binary)
    nginx.configure(OUTER.format(port=nginx.port, inner=inner.url))
    async with nginx:
        yield nginx


async def test_urls_lead_back_through_nginx(inner: Nginx) -> None:
    url = (await access(f"{inner.url}/negotiate"))["url"]
    assert url.startswith(f"ws://127.0.0.1:{inner.port}/client/hubs/e2e?access_token=")


async def test_urls_lead_back_through_the_outer_proxy_and_its_path(outer: Nginx) -> None:
    url = (await access(f"{outer.url}/tail/negotiate"))["url"]
    assert url.startswith(f"ws://127.0.0.1:{outer.port}/tail/client/hubs/e2e?access_token=")


async def test_lines_go_through_both_proxies_on_both_sides(system: System, outer: Nginx, inner: Nginx) -> None:
    through = f"{outer.url}/tail/negotiate"
    async with Reader(through) as reader:
        agent = system.launch_agent(system.log_directory, env={"NEGOTIATE_URL": through})
        await agent.said("agent_started")
        system.log_file().append(numbered(1, 1_000))
        assert await reader.lines(1_000) == numbered(1, 1_000)
    inner.stop()
    assert '"path":"/client/hubs/e2e"' in inner.logs()
    assert_no_secrets("nginx", inner.logs(), [system.publisher_key])
