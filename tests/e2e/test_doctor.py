"""`python -m streamer_agent doctor`: all well where all is well, and each fault by its name where it is not."""

import json
import os
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from email.utils import formatdate
from pathlib import Path
from typing import Any

import jwt
import pytest
from aiohttp import web

from tests.e2e.test_bad_agent_input import WITHOUT_POWERS
from tests.nasty.cases import case
from tests.support.eventually import eventually
from tests.support.log_file import numbered
from tests.support.reader import Reader
from tests.support.system import System

Findings = dict[str, dict[str, Any]]
"""By check, or by the name of the file that they are about."""


async def doctor(
    system: System, *arguments: str | Path, code: int, env: Mapping[str, str] | None = None, powers: bool = True
) -> Findings:
    """Ask it as programs do; it ends with `code`."""
    through = [] if powers or os.geteuid() != 0 else WITHOUT_POWERS
    process = system.launch_agent("doctor", "--json", *arguments, through=through, env=env)
    ended = await process.ended()
    assert (ended, process.stderr) == (code, ""), process.output
    report = json.loads(process.stdout)
    assert report["well"] is (code == 0)
    return {
        Path(found["subject"]).name if found["check"] in ("file", "input") else found["check"]: found
        for found in report["findings"]
    }


def verdicts(findings: Findings) -> dict[str, str]:
    return {name: found["verdict"] for name, found in findings.items()}


async def test_healthy_system_is_well_and_no_reader_is_disturbed(system: System, reader: Reader) -> None:
    file = system.log_file()
    file.append(numbered(1, 10))
    findings = await doctor(system, system.log_directory, code=0)
    assert set(verdicts(findings).values()) == {"ok"}
    assert findings["publish"]["facts"]["group"] == system.group
    assert "followed from its end" in findings["app.log"]["seen"]
    agent = await system.agent(system.log_directory)
    file.append(numbered(11, 20))
    assert await reader.lines(10) == file.written[10:]
    assert reader.receiver.plain == reader.texts == []
    assert agent.is_running


async def test_agent_at_work_is_named_and_its_progress_told(system: System, reader: Reader) -> None:
    file = system.log_file()
    agent = await system.agent(system.log_directory)
    file.append(numbered(1, 100))
    await reader.lines(100)
    size = file.path.stat().st_size

    async def is_saved() -> bool:
        findings = await doctor(system, system.log_directory, code=0)
        assert findings["state"]["facts"]["holder"] == str(agent.pid)
        return bool(findings["app.log"]["facts"]["offset"] == size and findings["app.log"]["facts"]["is_saved"])

    await eventually(is_saved, "the saved position is told")
    file.append(numbered(101, 200))
    await reader.lines(200)
    assert agent.is_running
    assert reader.gaps() == []


async def test_what_came_while_no_agent_ran_is_told_as_backlog(system: System, reader: Reader) -> None:
    file = system.log_file()
    agent = await system.agent(system.log_directory)
    file.append(numbered(1, 10))
    await reader.lines(10)
    await agent.stop()
    before = file.path.stat().st_size
    file.append(numbered(11, 30))
    facts = (await doctor(system, system.log_directory, code=0))["app.log"]["facts"]
    assert (facts["offset"], facts["behind"]) == (before, file.path.stat().st_size - before)


async def test_report_for_people_has_a_line_for_each_check(system: System) -> None:
    system.log_file().append(["one"])
    process = system.launch_agent("doctor", system.log_directory)
    assert await process.ended() == 0
    for check in ("settings", "negotiate", "publish", "clock", "state", "limits", "hints", "input", "file"):
        assert f"ok        {check}" in process.stdout
    assert process.stdout.endswith("All is well.\n")
    assert "\x1b" not in process.stdout


async def test_binary_missing_and_forbidden_files_are_told_apart(system: System) -> None:
    logs = system.log_directory
    (logs / "image.log").write_bytes(bytes(range(256)) * 16)
    (logs / "access.log").write_text("one\n")
    (logs / "secret.log").write_text("one\n")
    (logs / "secret.log").chmod(0)
    names = [logs / name for name in ("image.log", "acces.log", "secret.log")]
    findings = await doctor(system, *names, code=1, powers=False)
    assert findings["image.log"]["seen"] == "left out: binary"
    assert "Did you mean access.log?" in findings["acces.log"]["advice"]
    assert "may not read the file" in findings["secret.log"]["seen"]
    assert "mode 0000" in findings["secret.log"]["seen"]
    assert f"chmod u+r {logs / 'secret.log'}" in findings["secret.log"]["advice"]


@pytest.mark.restarts
async def test_negotiate_that_is_down_is_told(idle_system: System) -> None:
    findings = await doctor(idle_system, idle_system.log_directory, code=1)
    assert "connection refused" in findings["negotiate"]["seen"]
    assert verdicts(findings)["publish"] == "warning"


@pytest.mark.restarts
async def test_service_that_is_down_is_told(idle_system: System) -> None:
    await idle_system.start_negotiate(health="healthz")
    findings = await doctor(idle_system, idle_system.log_directory, code=1)
    assert verdicts(findings)["negotiate"] == "ok"
    assert "connection refused" in findings["publish"]["seen"]


async def test_wrong_key_is_told(system: System) -> None:
    findings = await doctor(system, system.log_directory, code=1, env={"PUBLISHER_KEY": "not-the-key"})
    assert findings["negotiate"]["facts"]["status"] == 401
    assert "same key" in findings["negotiate"]["advice"]
    assert "not-the-key" not in str(findings)


async def test_state_directory_that_cannot_be_written_to_is_told(system: System) -> None:
    state = system.state_directory()
    state.mkdir(mode=0o500)
    findings = await doctor(system, system.log_directory, code=1, powers=False)
    assert "cannot be written to" in findings["state"]["seen"]


async def test_damaged_state_is_told_and_left_alone(system: System, reader: Reader) -> None:
    file = system.log_file()
    agent = await system.agent(system.log_directory)
    file.append(numbered(1, 10))
    await reader.lines(10)
    await agent.stop()
    state = system.state_directory()
    for copy in state.glob("positions*"):
        copy.write_bytes(copy.read_bytes()[:-7])
    before = {path.name: path.read_bytes() for path in state.iterdir()}
    findings = await doctor(system, system.log_directory, code=1)
    assert "cannot be read" in findings["state"]["seen"]
    assert {path.name: path.read_bytes() for path in state.iterdir()} == before


async def test_wrong_settings_end_it_with_two(system: System) -> None:
    process = system.launch_agent("doctor", "--scan-interval", "soon", "x.log")
    assert await process.ended() == 2
    assert "SCAN_INTERVAL" in process.stderr


async def test_file_named_like_the_subcommand_can_be_tailed(system: System, reader: Reader) -> None:
    await system.agent("./doctor")
    (system.directory / "output" / "doctor").write_text("one\n")
    assert await reader.lines(1, "doctor") == ["one"]


@case("W12")
@pytest.mark.parametrize("minutes", [-10, 10])
async def test_clock_of_the_negotiate_host_that_is_off_is_named(system: System, minutes: int) -> None:
    async with skewed_negotiate(system, minutes * 60.0) as url:
        findings = await doctor(system, system.log_directory, code=1, env={"NEGOTIATE_URL": url})
    direction = "ahead of" if minutes > 0 else "behind"
    said = f"the clock of the negotiate host is 10 min {direction} this machine's and the service's"
    assert said in findings["clock"]["seen"]
    assert "timedatectl" in findings["clock"]["advice"]


@case("W12")
async def test_token_that_the_clock_spoilt_is_told_where_publishing_fails(system: System) -> None:
    async with skewed_negotiate(system, -20 * 60.0) as url:
        findings = await doctor(system, system.log_directory, code=1, env={"NEGOTIATE_URL": url})
    assert findings["publish"]["facts"]["status"] == 401
    assert "clock of the negotiate host is 20 min behind" in findings["publish"]["advice"]
    assert "had expired 10 min before it came, by the service's clock" in findings["clock"]["seen"]


@asynccontextmanager
async def skewed_negotiate(system: System, ahead_s: float) -> AsyncIterator[str]:
    """A negotiate service on a host whose clock is `ahead_s` ahead; what it signs, the emulator accepts or not."""

    async def negotiate(_request: web.Request) -> web.Response:
        now = time.time() + ahead_s
        endpoint = f"{system.emulator_url}/client/hubs/{system.hub}"
        claims = {
            "aud": endpoint,
            "iat": int(now),
            "nbf": int(now),
            "exp": int(now) + 600,
            "role": [f"webpubsub.sendToGroup.{system.group}"],
        }
        token = jwt.encode(claims, system.access_key, "HS256")
        url = f"{endpoint.replace('http', 'ws', 1)}?access_token={token}"
        answer = {"url": url, "group": system.group, "hub": system.hub}
        return web.json_response(answer, headers={"Date": formatdate(now, usegmt=True)})

    app = web.Application()
    app.router.add_get("/negotiate", negotiate)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/negotiate"
    finally:
        await runner.cleanup()
