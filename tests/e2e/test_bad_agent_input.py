"""What can be wrong around an agent: each gets a clear answer, and no line is lost while it lasts."""

import os
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from tests.nasty.cases import case
from tests.support.eventually import eventually
from tests.support.log_file import numbered
from tests.support.reader import Reader
from tests.support.system import System
from tests.support.tools import lacking, require

POWERS = "-dac_override,-dac_read_search"
WITHOUT_POWERS = ["setpriv", "--bounding-set", POWERS, "--inh-caps", POWERS, "--"]
"""A prefix for root, who otherwise may read every file."""


@pytest.mark.restarts
async def test_negotiate_that_is_not_there_at_the_start_is_waited_for(idle_system: System) -> None:
    system, file = idle_system, idle_system.log_file()
    agent = system.launch_agent(system.log_directory)
    said = await agent.said("publishing_interrupted")
    assert f"Cannot reach {system.negotiate_url}: connection refused" in said
    assert "NEGOTIATE_URL" in said
    file.append(numbered(1, 100))
    with agent.frozen():
        await system.start()
        reader = await system.joined_reader()
    async with reader:
        assert await reader.lines(100) == file.written


@pytest.mark.restarts
async def test_service_that_is_not_there_at_the_start_is_waited_for(idle_system: System) -> None:
    system, file = idle_system, idle_system.log_file()
    await system.start_negotiate(health="healthz")
    agent = system.launch_agent(system.log_directory)
    said = await agent.said("publishing_interrupted")
    assert f"localhost:{system.emulator_port}" in said
    file.append(numbered(1, 100))
    with agent.frozen():
        await system.start_emulator()
        reader = await system.joined_reader()
    async with reader:
        assert await reader.lines(100) == file.written


@pytest.mark.restarts
async def test_outage_of_everything_loses_no_line(system: System, reader: Reader) -> None:
    agent, file = await system.agent(system.log_directory), system.log_file()
    file.append(numbered(1, 100))
    await reader.lines(100)
    for process in system.services:
        process.kill()
    file.append(numbered(101, 3000))
    service = system.emulator_url.replace("http", "ws")  # for half a minute it hopes to recover its connection
    await agent.said(f"Cannot reach {service}/client/hubs/{system.hub}, where negotiate sent us: connection refused")
    with agent.frozen():
        await system.start()
        await eventually(lambda: reader.joins == 2, "the reader is back")
    assert await reader.lines(3000) == file.written
    assert reader.gaps() == []
    assert "connection_restored" in agent.output


async def test_wrong_publisher_key_ends_the_agent_with_an_explanation(system: System) -> None:
    agent = system.launch_agent(system.log_directory, env={"PUBLISHER_KEY": "not-the-key"})
    assert await agent.ended() == 3
    assert "401" in agent.output
    assert "PUBLISHER_KEY" in agent.output
    assert "not-the-key" not in agent.output
    assert "Traceback" not in agent.output


async def test_missing_publisher_key_ends_the_agent_with_an_explanation(system: System) -> None:
    agent = system.launch_agent(system.log_directory, env={"PUBLISHER_KEY": ""})
    assert await agent.ended() == 3
    assert "PUBLISHER_KEY_FILE" in agent.output


async def test_path_that_does_not_exist_yet_is_waited_for(system: System, reader: Reader) -> None:
    directory = system.directory / "not" / "yet"
    agent = await system.agent(directory / "app.log")
    await reader.settled("not/yet/app.log", "waiting")
    assert str(directory / "app.log") in agent.output
    directory.mkdir(parents=True)
    (directory / "app.log").write_text("first\nsecond\n")
    assert await reader.lines(2) == ["first", "second"]
    assert agent.is_running


@case("T27")
async def test_file_without_permission_is_named_and_read_as_soon_as_it_may_be(system: System, reader: Reader) -> None:
    file = system.log_file()
    file.append(["before"])
    file.path.chmod(0)
    agent = system.launch_agent(system.log_directory, through=WITHOUT_POWERS if os.geteuid() == 0 else [])
    await reader.settled("app.log", "unreadable")
    assert str(file.path) in agent.output
    assert "ermission denied" in agent.output
    system.log_file("other.log").append(["others are not disturbed"])
    await reader.lines(1, "other.log")
    file.path.chmod(0o600)
    await reader.settled("app.log", "tailing")
    file.append(["after"])
    assert (await reader.lines(1, "app.log"))[-1] == "after"


@case("T28")
async def test_state_directory_that_is_full_at_the_start_is_named(system: System) -> None:
    full = own_state_directory(system, first="head -c 64k /dev/zero > filler;")
    agent = system.launch_agent(system.log_directory, through=full)
    assert await agent.ended() == 4
    assert str(system.state_directory()) in agent.output
    assert "No space left on device" in agent.output
    assert "Traceback" not in agent.output


@case("T43")
async def test_state_directory_that_fills_up_is_named_and_streaming_goes_on(system: System, reader: Reader) -> None:
    agent = system.launch_agent(system.log_directory, through=own_state_directory(system))
    await agent.said("agent_started")
    file, state = system.log_file(), Path(f"/proc/{agent.pid}/root{system.state_directory()}")
    file.append(numbered(1, 10))
    await reader.lines(10)
    fill(state / "filler")
    file.append(numbered(11, 20))
    assert await reader.lines(20) == file.written
    said = await agent.said("No space left on device")
    assert str(system.state_directory()) in said
    (state / "filler").unlink()
    file.append(numbered(21, 30))
    assert await reader.lines(30) == file.written
    assert await agent.stop() == 0


def fill(path: Path) -> None:
    """Make a file as large as its file system has room for."""
    with suppress(OSError), path.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))


def own_state_directory(system: System, first: str = "") -> list[str]:
    """A prefix that gives an agent a file system of 64 KB as its state directory; `first` is done in it before."""
    require("unshare", advice="it is in util-linux")
    state = system.state_directory()
    state.mkdir()
    enter = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    if subprocess.run([*enter, f"mount -t tmpfs none '{state}'"], capture_output=True).returncode:
        lacking("this machine does not let a user mount a file system of his own")
    mount = f"mount -t tmpfs -o size=64k none '{state}' && (cd '{state}'; {first} true)"
    return [*enter, f'{mount} && exec "$@"', "sh"]
