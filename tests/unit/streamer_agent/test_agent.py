"""agent: from a file to the service and back to the saved position, through start, stop and refusal."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from structlog.testing import capture_logs

from streamer_agent.agent import Agent
from streamer_agent.errors import HttpRefusalError, PublishRefusedError, SetupError, StateDirectoryError
from streamer_agent.settings import StreamerSettings
from tests.nasty.cases import case
from tests.support.eventually import eventually
from tests.unit.streamer_agent.scripted_service import ScriptedService, failure, silence, status, success


@pytest.fixture
def log_file(tmp_path: Path) -> Path:
    path = tmp_path / "logs" / "app.log"
    path.parent.mkdir()
    return path


def append(path: Path, *lines: str) -> None:
    with path.open("a") as file:
        file.writelines(f"{line}\n" for line in lines)


def agent(service: ScriptedService, tmp_path: Path, **given: Any) -> Agent:
    settings: dict[str, Any] = {
        "log_paths": [str(tmp_path / "logs")],
        "negotiate_url": service.negotiate_url,
        "publisher_key": "KEY",
        "agent_name": "web-1",
        "state_dir": tmp_path / "state",
        "scan_interval": 0.1,
    }
    return Agent(StreamerSettings(**(settings | given)))


@asynccontextmanager
async def running(service: ScriptedService, tmp_path: Path, **given: Any) -> AsyncIterator[asyncio.Task[None]]:
    """An agent that is stopped in good order at the end."""
    with capture_logs():
        one = agent(service, tmp_path, **given)
        task = asyncio.create_task(one.run())
        try:
            yield task
        finally:
            one.stop()
            await task


def lines_of(service: ScriptedService) -> list[str]:
    return [
        line
        for content in service.contents
        if isinstance(content, dict) and content["kind"] == "lines"
        for line in content["lines"]
    ]


def statuses_of(service: ScriptedService) -> list[dict[str, Any]]:
    return [content for content in service.contents if isinstance(content, dict) and content["kind"] == "status"]


async def until(service: ScriptedService, *lines: str) -> None:
    await eventually(lambda: lines_of(service) == list(lines), f"{lines} arrived, not {lines_of(service)}")


async def welcomed(service: ScriptedService, connections: int = 1) -> None:
    await eventually(lambda: len(service.sockets) >= connections and len(statuses_of(service)) >= connections)


async def test_a_line_reaches_the_service(service: ScriptedService, tmp_path: Path, log_file: Path) -> None:
    async with running(service, tmp_path):
        await welcomed(service)
        append(log_file, "one", "two")
        await until(service, "one", "two")
    (message,) = [content for content in service.contents if content["kind"] == "lines"]
    assert (message["name"], message["path"], message["offset"]) == ("web-1", str(log_file), 0)
    assert len(message["agent"]) == 16


async def test_a_restart_goes_on_after_the_last_acknowledged_line(
    service: ScriptedService, tmp_path: Path, log_file: Path
) -> None:
    async with running(service, tmp_path):
        await welcomed(service)
        append(log_file, "one")
        await until(service, "one")
    append(log_file, "while away")
    async with running(service, tmp_path):
        await until(service, "one", "while away")
    assert len({content["agent"] for content in service.contents}) == 1


async def test_what_was_not_acknowledged_is_sent_again_after_a_restart(
    service: ScriptedService, tmp_path: Path, log_file: Path
) -> None:
    async with running(service, tmp_path, stop_timeout=0.1):
        await welcomed(service)
        service.replies = silence
        append(log_file, "one")
        await until(service, "one")
    service.replies = success
    async with running(service, tmp_path):
        await until(service, "one", "one")
    first, second = [content for content in service.contents if content["kind"] == "lines"]
    for key in ("agent", "source", "epoch", "offset"):
        assert first[key] == second[key]


@case("T44")
async def test_a_stop_waits_for_the_last_acks_and_closes_in_good_order(
    service: ScriptedService, tmp_path: Path, log_file: Path
) -> None:
    held: list[dict[str, Any]] = []
    async with running(service, tmp_path):
        await welcomed(service)
        service.replies = lambda frame: held.append(frame)  # type: ignore[func-returns-value]
        append(log_file, "one")
        await until(service, "one")
        asyncio.get_running_loop().call_later(0.2, _release, service, held)
    assert service.sockets[0].close_code == 1000
    assert statuses_of(service)[-1]["sources"][0]["end"] == 4, "the last word tells that all arrived"
    async with running(service, tmp_path):
        await welcomed(service, 2)
    assert lines_of(service) == ["one"]


def _release(service: ScriptedService, held: list[dict[str, Any]]) -> None:
    service.replies = success
    for frame in held:
        asyncio.ensure_future(service.sockets[0].send_json(success(frame)))  # noqa: RUF006 - the loop outlives it


async def test_a_stop_does_not_wait_for_ever(service: ScriptedService, tmp_path: Path, log_file: Path) -> None:
    async with running(service, tmp_path, stop_timeout=0.1) as task:
        await welcomed(service)
        service.replies = silence
        append(log_file, "one")
        await until(service, "one")
    assert task.done()


async def test_a_stop_before_the_first_connection_is_prompt(service: ScriptedService, tmp_path: Path) -> None:
    service.negotiate_answers.append(status(503))
    async with running(service, tmp_path):
        await eventually(lambda: service.negotiations)


async def test_lines_written_during_an_outage_arrive_after_it(
    service: ScriptedService, tmp_path: Path, log_file: Path
) -> None:
    async with running(service, tmp_path):
        await welcomed(service)
        service.upgrade_answers.extend([status(503)] * 2)
        service.cut()
        append(log_file, *(str(number) for number in range(100)))
        await until(service, *(str(number) for number in range(100)))


async def test_forbidden_ends_it_and_frees_the_state_directory(
    service: ScriptedService, tmp_path: Path, log_file: Path
) -> None:
    service.replies = failure("Forbidden")
    with pytest.raises(PublishRefusedError):
        await agent(service, tmp_path).run()
    service.replies = success
    async with running(service, tmp_path):
        await eventually(lambda: len(service.sockets) == 2)


async def test_a_wrong_key_ends_it(service: ScriptedService, tmp_path: Path) -> None:
    service.negotiate_answers.append(status(401))
    with pytest.raises(HttpRefusalError):
        await agent(service, tmp_path).run()


@case("T28")
async def test_a_state_directory_that_cannot_be_made_ends_it(service: ScriptedService, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StateDirectoryError, match="file"):
        await agent(service, tmp_path, state_dir=tmp_path / "file" / "state").run()


async def test_a_second_agent_on_the_same_state_directory_is_refused(service: ScriptedService, tmp_path: Path) -> None:
    async with running(service, tmp_path):
        await welcomed(service)
        with pytest.raises(StateDirectoryError):
            await agent(service, tmp_path).run()


async def test_without_resume_no_state_directory_is_needed(
    service: ScriptedService, tmp_path: Path, log_file: Path
) -> None:
    (tmp_path / "file").write_text("")
    async with running(service, tmp_path, resume=False, state_dir=tmp_path / "file" / "state"):
        await welcomed(service)
        append(log_file, "one")
        await until(service, "one")


async def test_text_is_the_line_and_nothing_else(service: ScriptedService, tmp_path: Path, log_file: Path) -> None:
    async with running(service, tmp_path, format="text"):
        await eventually(lambda: service.sockets)
        append(log_file, "one", "<b>two</b>")
        await eventually(lambda: len(service.frames) == 2)
    assert service.contents == ["one\n", "<b>two</b>\n"]
    assert {frame["dataType"] for _, frame in service.frames} == {"text"}


async def test_a_new_file_is_news_for_a_status(service: ScriptedService, tmp_path: Path, log_file: Path) -> None:
    async with running(service, tmp_path):
        await welcomed(service)
        append(log_file, "one")
        await eventually(lambda: any(source["path"] == str(log_file) for source in statuses_of(service)[-1]["sources"]))
    assert statuses_of(service)[0]["interval"] == 30.0
    assert len({content["started"] for content in statuses_of(service)}) == 1


async def test_health_tells_whether_it_can_publish(service: ScriptedService, tmp_path: Path) -> None:
    service.negotiate_answers.append(status(503))
    with capture_logs() as logs:
        one = agent(service, tmp_path, health_port=0)
        task = asyncio.create_task(one.run())
        url = await eventually(lambda: [entry["url"] for entry in logs if entry["event"] == "health_started"])
        async with aiohttp.ClientSession() as http:

            async def readiness() -> tuple[int, dict[str, str]]:
                async with http.get(f"{url[0]}/readyz") as response:
                    return response.status, await response.json()

            async def is_refused() -> bool:
                code, answer = await readiness()
                return code == 503 and "answered 503" in answer["reason"]

            async def is_ready() -> bool:
                return (await readiness())[0] == 200

            await eventually(is_refused)
            service.negotiate_answers.clear()
            await eventually(is_ready)
        one.stop()
        await task


async def test_metrics_tell_what_went_through(service: ScriptedService, tmp_path: Path, log_file: Path) -> None:
    with capture_logs() as logs:
        one = agent(service, tmp_path, health_port=0)
        task = asyncio.create_task(one.run())
        url = await eventually(lambda: [entry["url"] for entry in logs if entry["event"] == "health_started"])
        await welcomed(service)
        append(log_file, "one", "?token=SECRET")
        await eventually(lambda: len(lines_of(service)) == 2)
        async with aiohttp.ClientSession() as http:

            async def metrics() -> str:
                async with http.get(f"{url[0]}/metrics") as response:
                    return await response.text()

            async def is_settled() -> bool:
                return "tailcast_acked_lines_total 2.0" in await metrics()

            await eventually(is_settled)
            text = await metrics()
        one.stop()
        await task
    for series in (
        "tailcast_read_lines_total 2.0",
        "tailcast_published_bytes_total 18.0",
        "tailcast_connected 1.0",
        "tailcast_connections_total 1.0",
        'tailcast_redactions_total{rule="url-parameter"} 1.0',
        "tailcast_lag_bytes 0.0",
        "tailcast_checkpoint_writable 1.0",
    ):
        assert f"\n{series}\n" in text
    assert "SECRET" not in text


async def test_a_health_port_in_use_ends_it(service: ScriptedService, tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="HEALTH_PORT"):
        await agent(service, tmp_path, health_port=service.port).run()


async def test_to_stop_twice_or_before_the_start_is_harmless(service: ScriptedService, tmp_path: Path) -> None:
    with capture_logs():
        one = agent(service, tmp_path)
        one.stop()
        one.stop()
        await one.run()
        one.stop()
