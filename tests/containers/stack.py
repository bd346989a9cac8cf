"""Bring compose.yaml up under a name, a port and volumes of its own, look into it, and take everything away again."""

import functools
import json
import os
import secrets
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.support.eventually import eventually
from tests.support.ports import free_port
from tests.support.tools import lacking

ROOT = Path(__file__).parents[2]
INHERITED = (
    "PATH",
    "HOME",
    "DOCKER_HOST",
    "DOCKER_CONTEXT",
    "DOCKER_BUILDKIT",
    "PYTHON_IMAGE",
    "NODE_IMAGE",
    "NGINX_IMAGE",
)


@functools.cache
def compose_command() -> tuple[str, ...]:
    """`docker compose` or `docker-compose`; without them and an engine the test is skipped, and fails in CI."""
    if _fails("docker", "version"):
        lacking("no container engine answers to `docker version`")
    there = [command for command in (("docker", "compose"), ("docker-compose",)) if not _fails(*command, "version")]
    if not there:
        lacking("neither `docker compose` nor `docker-compose` is installed")
    return there[0]


def _fails(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode != 0
    except FileNotFoundError:
        return True


SERVICES = ("emulator", "negotiate", "streamer", "viewer")


class Stack:
    """The containers of one Compose project, configured by `variables` alone: neither the shell nor .env leaks in."""

    def __init__(self, directory: Path, variables: Mapping[str, str] | None = None) -> None:
        self.project = f"tailcast-test-{secrets.token_hex(4)}"
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.log_dir = directory / "logs"
        self.log_dir.mkdir(parents=True)
        self.log_dir.chmod(0o755)  # pytest's directories are their owner's alone, and the streamer is somebody else
        self._env_file = directory / "env"
        values = {"PORT": str(self.port), "LOG_DIR": str(self.log_dir), **(variables or {})}
        self._env_file.write_text("".join(f"{name}={value}\n" for name, value in values.items()))

    def compose(self, *arguments: str, check: bool = True) -> str:
        """Run a Compose command and return what it printed to standard output."""
        names = ("--project-name", self.project, "--env-file", str(self._env_file))
        return run(*compose_command(), *names, *arguments, check=check)

    def up(self) -> None:
        """Build and start, in the order of health: this returns when the last one was started."""
        self.compose("up", "--detach", "--build")

    def down(self) -> None:
        """Remove containers, networks, volumes and images."""
        self.compose("down", "--volumes", "--rmi", "local", "--remove-orphans", check=False)

    def container(self, service: str) -> str:
        """The container's id, of a stopped one too; empty if there is none."""
        label = f"label=com.docker.compose.service={service}"
        return run("docker", "ps", "-aq", "--filter", self._label, "--filter", label).strip()

    def containers(self) -> list[str]:
        return run("docker", "ps", "-aq", "--filter", self._label).split()

    def inspect(self, service: str) -> dict[str, Any]:
        return json.loads(run("docker", "inspect", self.container(service)))[0]  # type: ignore[no-any-return]

    async def becomes_healthy(self) -> None:
        for service in SERVICES:
            await eventually(
                functools.partial(self._is_healthy, service), f"{service} is healthy", timeout_s=60, step_s=0.5
            )

    def _is_healthy(self, service: str) -> bool:
        return self.health(service) == "healthy"

    def health(self, service: str) -> str:
        state = self.inspect(service)["State"]
        return str(state["Health"]["Status"] if state["Running"] else state["Status"])

    def execute(self, service: str, *command: str, check: bool = True) -> str:
        return run("docker", "exec", self.container(service), *command, check=check)

    def logs(self, *services: str) -> str:
        return self.compose("logs", "--no-color", *services)

    @property
    def _label(self) -> str:
        return f"label=com.docker.compose.project={self.project}"


def run(*command: str, check: bool = True) -> str:
    """Run a command from the repository's root; its failure shows what it said."""
    kept = {name: os.environ[name] for name in INHERITED if name in os.environ}
    done = subprocess.run(command, cwd=ROOT, env=kept, capture_output=True, text=True, check=False)
    assert not check or done.returncode == 0, (
        f"{' '.join(command)} exited with {done.returncode}\n{done.stdout[-4000:]}{done.stderr[-4000:]}"
    )
    return done.stdout if done.returncode == 0 or check else done.stdout + done.stderr
