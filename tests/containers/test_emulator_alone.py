"""The emulator's image by itself, as emulator/README.md starts it: for whoever wants it and nothing else."""

import os
import secrets
import subprocess
from collections.abc import Iterator

import pytest
from azure.messaging.webpubsubservice import WebPubSubServiceClient

from tests.support.eventually import eventually
from tests.support.ports import free_port

from .stack import compose_command, run

KEY_FILE = "EMULATOR_ACCESS_KEY_FILE=/var/lib/tailcast/emulator/access-key"

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def image() -> Iterator[str]:
    compose_command()  # skips where there is no engine
    tag = f"tailcast-test-{secrets.token_hex(4)}"
    base = ("--build-arg", "PYTHON_IMAGE") if os.environ.get("PYTHON_IMAGE") else ()
    run("docker", "build", "--target", "emulator", "--tag", tag, *base, ".")
    yield tag
    run("docker", "rmi", tag)


async def test_it_answers_on_a_published_port_with_the_key_that_it_made(image: str) -> None:
    port = free_port()
    options = ("--detach", "--rm", "--publish", f"127.0.0.1:{port}:8080", "--env", KEY_FILE)
    container = run("docker", "run", *options, "--env", f"EMULATOR_ENDPOINT=http://localhost:{port}", image).strip()
    try:
        await eventually(lambda: "emulator_started" in logs(container), "the emulator starts")
        shown = run("docker", "exec", container, "python", "-m", "emulator", "--print-connection-string").strip()
        assert shown.startswith(f"Endpoint=http://localhost:{port};AccessKey=")
        assert not WebPubSubServiceClient.from_connection_string(shown, hub="chat").group_exists("g")
    finally:
        run("docker", "stop", container)


def test_without_a_key_of_its_own_it_says_what_to_do(image: str) -> None:
    done = subprocess.run(["docker", "run", "--rm", image], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "set EMULATOR_ACCESS_KEY" in done.stderr


def logs(container: str) -> str:
    done = subprocess.run(["docker", "logs", container], capture_output=True, text=True, check=True)
    return done.stdout + done.stderr
