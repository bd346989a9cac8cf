"""The containers as `docker compose up` starts them: healthy, hardened, and a line goes from a file to a browser."""

import re
import urllib.error
import urllib.request

import pytest
from playwright.async_api import async_playwright

from tests.support.eventually import eventually
from tests.support.secret_scan import assert_no_secrets
from tests.support.tools import require

from .stack import SERVICES, Stack

HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}
"""Of a client that brings no token; the key is RFC 6455's example."""

pytestmark = pytest.mark.timeout(900)  # the first test waits for the images to be built


async def test_every_container_becomes_healthy(stack: Stack) -> None:
    await stack.becomes_healthy()


async def test_an_appended_line_reaches_a_browser(stack: Stack) -> None:
    await stack.becomes_healthy()
    log = stack.log_dir / "app.log"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=require("chromium", advice="Debian: apt-get install chromium"), args=["--no-sandbox"]
        )
        page = await browser.new_page()
        problems: list[str] = []
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        await page.goto(stack.url)

        async def shows_a_line() -> bool:
            # The page has no history: lines come until one was written after it had joined.
            with log.open("a") as file:
                file.write("a line from the containers <img src=x onerror=alert(1)>\n")
            return await page.get_by_text("a line from the containers <img").count() > 0

        await eventually(shows_a_line, "the line is on the page", timeout_s=60, step_s=0.5)
        await browser.close()
    assert problems == []


@pytest.mark.parametrize("service", SERVICES)
def test_runs_without_privileges(stack: Stack, service: str) -> None:
    host = stack.inspect(service)["HostConfig"]
    assert (host["ReadonlyRootfs"], host["Privileged"]) == (True, False)
    assert (host["CapDrop"], host["CapAdd"]) == (["ALL"], None)
    assert host["SecurityOpt"] == ["no-new-privileges:true"]
    assert host["RestartPolicy"]["Name"] == "unless-stopped"


@pytest.mark.parametrize("service", SERVICES)
def test_processes_are_not_root_and_have_no_capability(stack: Stack, service: str) -> None:
    for line in stack.execute(
        service, "sh", "-c", "grep -hE '^(Uid|CapEff|CapBnd|NoNewPrivs):' /proc/[0-9]*/status"
    ).split("\n"):
        name, _, values = line.partition(":")
        if name == "Uid":
            assert "0" not in values.split()
        elif name.startswith("Cap"):
            assert int(values, 16) == 0
        elif name == "NoNewPrivs":
            assert values.strip() == "1"


@pytest.mark.parametrize("service", SERVICES)
def test_root_filesystem_cannot_be_written(stack: Stack, service: str) -> None:
    assert "Read-only file system" in stack.execute(
        service, "sh", "-c", "touch /var/x 2>&1 || touch /x 2>&1", check=False
    )


def test_only_the_viewer_is_reachable_and_only_on_loopback(stack: Stack) -> None:
    published = {service: stack.inspect(service)["HostConfig"]["PortBindings"] or {} for service in SERVICES}
    assert published == {
        "emulator": {},
        "negotiate": {},
        "streamer": {},
        "viewer": {"8080/tcp": [{"HostIp": "127.0.0.1", "HostPort": str(stack.port)}]},
    }


def test_logs_are_mounted_read_only(stack: Stack) -> None:
    mounts = {mount["Destination"]: mount["RW"] for mount in stack.inspect("streamer")["Mounts"]}
    assert mounts == {"/logs": False, "/app/.tailcast": False, "/var/lib/tailcast/state": True}


def test_streamer_reads_what_group_adm_may_read(stack: Stack) -> None:
    assert "4" in stack.execute("streamer", "id", "-G").split()


def test_one_origin_serves_everything_but_the_emulators_own_business(stack: Stack) -> None:
    assert status(f"{stack.url}/") == 200
    assert status(f"{stack.url}/healthz") == 200
    assert status(f"{stack.url}/negotiate") == 200
    assert status(f"{stack.url}/negotiate?role=publisher") == 401
    assert status(f"{stack.url}/api/health", method="HEAD") == 200
    assert status(f"{stack.url}/client/hubs/stream", HANDSHAKE) == 401
    assert status(f"{stack.url}/_emulator/") == 404


def test_foreign_host_gets_no_url(stack: Stack) -> None:
    assert status(f"{stack.url}/negotiate", {"Host": "rebound.example"}) == 421


def test_publisher_key_is_for_its_owner_alone(stack: Stack) -> None:
    for service in ("negotiate", "streamer"):
        told = stack.execute(service, "stat", "-c", "%a %u", ".tailcast", ".tailcast/publisher-key").split("\n")
        assert told[:2] == ["700 10001", "600 10001"]


def test_publisher_key_is_random_and_opens_publishing(stack: Stack) -> None:
    key = stack.execute("negotiate", "cat", ".tailcast/publisher-key").strip()
    assert len(key) >= 32
    assert status(f"{stack.url}/negotiate?role=publisher", {"Authorization": f"Bearer {key}"}) == 200


def test_no_log_holds_a_token_or_a_key(stack: Stack) -> None:
    key = stack.execute("negotiate", "cat", ".tailcast/publisher-key").strip()
    secret = re.search("AccessKey=([^;]+)", connection_string(stack))
    assert secret
    logs = stack.logs()
    assert '"path":"/client/hubs/stream"' in logs
    assert_no_secrets("docker compose logs", logs, [key, secret[1]])


def test_a_command_prints_the_emulators_connection_string(stack: Stack) -> None:
    assert re.fullmatch(r"Endpoint=http://\S+;AccessKey=\S{32,};Version=1\.0;", connection_string(stack))
    assert "ABCDEFGHIJKLMNOPQRSTUVWXYZ" not in connection_string(stack)


@pytest.mark.parametrize("service", ["emulator", "negotiate_service", "streamer_agent"])
def test_an_image_holds_one_service_and_its_packages_alone(stack: Stack, service: str) -> None:
    names = [
        "common",
        "emulator",
        "negotiate_service",
        "streamer_agent",
        "all_in_one",
        "tests",
        "azure",
        "orjson",
        "msgspec",
    ]
    probe = f"from importlib.util import find_spec; print(*[name for name in {names} if find_spec(name)])"
    package = {"emulator": "msgspec", "negotiate_service": "azure", "streamer_agent": "orjson"}[service]
    found = stack.execute(service.partition("_")[0], "python", "-c", probe).split()
    assert found == ["common", service, package]


def connection_string(stack: Stack) -> str:
    return stack.execute("emulator", "python", "-m", "emulator", "--print-connection-string").strip()


def status(url: str, headers: dict[str, str] | None = None, method: str = "GET") -> int:
    request = urllib.request.Request(url, headers=headers or {}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
