"""The emulator as a process: what it prints, where it listens, how it refuses and how it ends."""

import json
import re
import signal
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from tests.support.eventually import eventually
from tests.support.processes import Process, Processes
from tests.unit.emulator.tokens import KEY

SECRET = "SecretThatNobodyMaySeeAnywhere0123456789"


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    with Processes(tmp_path) as started:
        yield started


def start(processes: Processes, *arguments: str, **env: str) -> Process:
    return processes.start_module("emulator", "emulator", "--port", "0", *arguments, env=env)


async def endpoint_of(process: Process) -> str:
    await process.said("emulator_started")
    found = re.match(r"Endpoint=(http://localhost:\d+);", process.stdout)
    assert found, process.output
    return found[1]


async def test_it_prints_its_connection_string_on_one_line_and_answers(processes: Processes) -> None:
    process = start(processes)
    endpoint = await endpoint_of(process)
    assert process.stdout == f"Endpoint={endpoint};AccessKey={KEY};Version=1.0;\n"
    async with aiohttp.ClientSession() as http:
        for path in ("/healthz", "/readyz"):
            async with http.get(endpoint + path) as response:
                assert (response.status, await response.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize("number", ["SIGTERM", "SIGINT"])
async def test_it_ends_on_signals_and_tells_its_clients(processes: Processes, number: str) -> None:
    process = start(processes)
    await endpoint_of(process)
    process.signal(signal.Signals[number])
    assert await process.ended() == 0
    assert "Traceback" not in process.output
    assert "emulator_stopped" in process.output


async def test_a_key_of_ones_own_does_not_show_where_output_is_collected(processes: Processes) -> None:
    process = start(processes, EMULATOR_ACCESS_KEY=SECRET)
    assert await process.said(";AccessKey=***;Version=1.0;")
    await endpoint_of(process)
    assert SECRET not in process.output


async def test_it_prints_the_whole_connection_string_on_request(processes: Processes) -> None:
    env = {"EMULATOR_ACCESS_KEY": SECRET, "EMULATOR_ENDPOINT": "http://emulator:8080"}
    process = start(processes, "--print-connection-string", **env)
    assert await process.ended() == 0
    assert process.stdout == f"Endpoint=http://emulator:8080;AccessKey={SECRET};Version=1.0;\n"


async def test_key_and_connection_string_are_left_in_private_files(processes: Processes, tmp_path: Path) -> None:
    key, connection_string = tmp_path / "volume" / "key", tmp_path / "volume" / "connection-string"
    env = {"EMULATOR_ACCESS_KEY_FILE": str(key), "EMULATOR_CONNECTION_STRING_FILE": str(connection_string)}
    endpoint = await endpoint_of(start(processes, "--host", "0.0.0.0", **env))
    assert connection_string.read_text() == f"Endpoint={endpoint};AccessKey={key.read_text().strip()};Version=1.0;\n"
    assert [stat.S_IMODE(path.stat().st_mode) for path in (key, connection_string)] == [0o600, 0o600]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--host", "0.0.0.0"], "EMULATOR_ACCESS_KEY_FILE"),
        (["--access-key", "short"], "expected at least 32"),
        (["--endpoint", "localhost"], "expected http://host:port"),
    ],
)
async def test_wrong_settings_are_one_clear_line_and_exit_2(
    processes: Processes, arguments: list[str], said: str
) -> None:
    process = start(processes, *arguments)
    assert await process.ended() == 2
    assert said in process.stderr
    assert len(process.stderr.splitlines()) == 1


async def test_everything_wrong_with_hubs_is_said_at_once_and_exit_2(processes: Processes, tmp_path: Path) -> None:
    file = tmp_path / "hubs.json"
    url = f"tunnel:///x?code={SECRET}"
    handlers = [{"UrlTemplate": url, "EventPattern": "*", "Auth": {"Type": "ManagedIdentity"}}]
    file.write_text(json.dumps({"WebPubSub": {"Hubs": {"chat": {"EventHandlers": handlers}}}}))
    variables = {"WebPubSub__Hubs__chat__EventListeners__0__EventHubEndpoint__EventHubName": "x"}
    process = start(processes, "--hubs-file", str(file), **variables)
    assert await process.ended() == 2
    lines = process.stderr.splitlines()
    assert len(lines) == 3
    for named in ("Event Hubs listeners", "tunnel://", "managed identities"):
        assert any(line.startswith("emulator: WebPubSub:Hubs:chat:Event") and named in line for line in lines)
    assert SECRET not in process.output


async def test_a_signal_has_the_settings_of_hubs_read_again(processes: Processes, tmp_path: Path) -> None:
    file = tmp_path / "hubs.json"
    file.write_text('{"WebPubSub": {}}')
    process = start(processes, EMULATOR_HUBS_FILE=str(file))
    await endpoint_of(process)
    process.signal(signal.SIGHUP)
    await process.said("hub_settings_read")
    file.write_text("{")
    process.signal(signal.SIGHUP)
    await process.said("hub_settings_refused")
    assert process.is_running


async def test_a_port_that_is_taken_is_named(processes: Processes) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        process = processes.start_module("emulator", "emulator", "--port", port, env={})
        assert await process.ended() == 2
    assert f"cannot listen on 127.0.0.1:{port}: Address already in use" in process.stderr
    assert "Traceback" not in process.output


async def test_when_another_service_is_used_it_says_so_once_and_stays(processes: Processes) -> None:
    process = start(processes, EMULATOR_UNUSED_IN_FAVOUR_OF=f"Endpoint=https://x;AccessKey={SECRET}")
    await process.said("emulator_not_used")
    await eventually(lambda: process.is_running)
    assert process.output.count("emulator_not_used") == 1
    assert SECRET not in process.output


async def test_no_token_is_logged(processes: Processes) -> None:
    process = start(processes, "--log-level", "debug")
    endpoint = await endpoint_of(process)
    async with aiohttp.ClientSession() as http:
        for url in (f"/client/hubs/h?access_token={SECRET}", f"/x?access_token={SECRET}", f"/{SECRET}" * 4000):
            await http.get(endpoint + url, headers={"Authorization": f"Bearer {SECRET}"})
    await process.said("connection_refused")
    assert f"access_token={SECRET}" not in process.output
    assert f"Bearer {SECRET}" not in process.output
