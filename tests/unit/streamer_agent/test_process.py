"""The agent as a process of its own: standard input, signals and exit codes."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from tests.support.eventually import eventually
from tests.unit.streamer_agent.scripted_service import ScriptedService, silence, status

ROOT = Path(__file__).parents[3]


@asynccontextmanager
async def process(
    service: ScriptedService, tmp_path: Path, *arguments: str, **environment: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    own = {
        "PYTHONPATH": str(ROOT),
        "NEGOTIATE_URL": service.negotiate_url,
        "PUBLISHER_KEY": "KEY",
        "STATE_DIR": str(tmp_path / "state"),
        "LOG_FORMAT": "json",
    }
    running = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "streamer_agent", *arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=own | environment,
        cwd=tmp_path,
    )
    try:
        yield running
    finally:
        with suppress(ProcessLookupError):
            running.kill()
        await running.communicate()


def lines_of(service: ScriptedService) -> list[str]:
    return [line for content in service.contents if content["kind"] == "lines" for line in content["lines"]]


async def test_standard_input_is_streamed_to_its_end(service: ScriptedService, tmp_path: Path) -> None:
    async with process(service, tmp_path, "-") as running:
        _, stderr = await running.communicate(b"one\ntwo\nwithout an end")
    assert running.returncode == 0, stderr
    assert lines_of(service) == ["one", "two", "without an end"]
    assert b"KEY" not in stderr
    assert b"SECRET" not in stderr


async def test_standard_input_that_ends_during_an_outage_is_delivered_after_it(
    service: ScriptedService, tmp_path: Path
) -> None:
    service.negotiate_answers.append(status(503))
    async with process(service, tmp_path, "-") as running:
        ended = asyncio.create_task(running.communicate(b"one\n"))
        await eventually(lambda: len(service.negotiations) > 1)
        service.negotiate_answers.clear()
        await ended
    assert running.returncode == 0
    assert lines_of(service) == ["one"]


async def test_the_tutorials_stream_prints_each_line(service: ScriptedService, tmp_path: Path) -> None:
    async with process(service, tmp_path, "--format", "text", "-") as running:
        await running.communicate(b"one\ntwo\n")
    assert service.contents == ["one\n", "two\n"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_stops_it_in_good_order(
    service: ScriptedService, tmp_path: Path, number: signal.Signals
) -> None:
    async with process(service, tmp_path, str(tmp_path / "*.log")) as running:
        await eventually(lambda: service.frames)
        running.send_signal(number)
        assert await running.wait() == 0
    assert service.sockets[0].close_code == 1000


async def test_a_second_signal_ends_it_at_once(service: ScriptedService, tmp_path: Path) -> None:
    async with process(service, tmp_path, "-", STOP_TIMEOUT="3600") as running:
        assert running.stdin is not None
        await eventually(lambda: service.frames)
        service.replies = silence
        running.stdin.write(b"one\n")
        await eventually(lambda: lines_of(service) == ["one"])
        running.send_signal(signal.SIGINT)
        assert running.stderr is not None
        await until_logged(running.stderr, lambda line: b"agent_stopping" in line)
        running.send_signal(signal.SIGTERM)
        assert await running.wait() == 128 + signal.SIGTERM


async def until_logged(stderr: asyncio.StreamReader, found: Callable[[bytes], bool]) -> None:
    async for line in stderr:
        if found(line):
            return
    raise AssertionError("the log ended")


async def test_a_refusal_ends_it_with_three(service: ScriptedService, tmp_path: Path) -> None:
    service.negotiate_answers.append(status(401))
    async with process(service, tmp_path, "-") as running:
        assert running.stderr is not None
        log = (await running.stderr.read()).decode()
        assert await running.wait() == 3
    assert "PUBLISHER_KEY (or PUBLISHER_KEY_FILE) must hold the same key" in log
    assert "Traceback" not in log


async def test_an_unusable_state_directory_ends_it_with_four(service: ScriptedService, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    async with process(service, tmp_path, "-", STATE_DIR=str(tmp_path / "file" / "state")) as running:
        assert running.stderr is not None
        log = (await running.stderr.read()).decode()
        assert await running.wait() == 4
    assert str(tmp_path / "file") in log
    assert "Traceback" not in log


async def test_names_of_files_are_taken_literally(service: ScriptedService, tmp_path: Path) -> None:
    odd = tmp_path / 'a,b "c" {d} %.log'
    async with process(service, tmp_path, str(odd)) as running:
        await eventually(lambda: service.frames)
        odd.write_text("one\n")
        await eventually(lambda: lines_of(service) == ["one"])
        running.terminate()
        assert await running.wait() == 0
