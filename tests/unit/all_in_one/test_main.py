"""Everything in one process, as `make run` starts it; the page is a stand-in, its build is the viewer's business."""

import re
import signal
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.support.eventually import eventually
from tests.support.peer import Peer
from tests.support.ports import free_port
from tests.support.processes import Process, Processes
from tests.support.secret_scan import assert_no_secrets

KEY = "publisher-key-of-this-test"
AZURE = (
    "Endpoint=https://tailcast.webpubsub.azure.com;AccessKey=AzureKeyThatNobodyMaySeeAnywhere0123456789;Version=1.0;"
)


class Whole:
    """One `python -m all_in_one` with a directory of its own."""

    def __init__(self, processes: Processes, directory: Path) -> None:
        self._processes = processes
        self.directory = directory
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        (directory / "dist").mkdir()
        (directory / "dist" / "index.html").write_text("<!doctype html><title>Tailcast</title>")

    def start(self, *arguments: str, **env: str) -> Process:
        own = {
            "PUBLISHER_KEY": KEY,
            "VIEWER_DIST": str(self.directory / "dist"),
            "STATE_DIR": str(self.directory / "state"),
            "DEMO_DIR": str(self.directory / "demo"),
            "LOG_FORMAT": "json",
        }
        return self._processes.start_module(
            "all_in_one", "all_in_one", "--port", str(self.port), *arguments, env=own | env
        )

    async def get(self, path: str, host: str = "localhost") -> tuple[int, str]:
        async with aiohttp.ClientSession() as http, http.get(f"http://{host}:{self.port}{path}") as response:
            return response.status, await response.text()

    async def watch(self) -> tuple[str, str]:
        """URL and group for a watcher."""
        async with aiohttp.ClientSession() as http, http.get(f"{self.url}/negotiate") as response:
            answer = await response.json()
            return answer["url"], answer["group"]


@pytest.fixture
async def whole(tmp_path: Path) -> AsyncIterator[Whole]:
    output = tmp_path / "output"
    output.mkdir()
    with Processes(output) as processes:
        yield Whole(processes, tmp_path)
        for process in processes.all:
            assert_no_secrets(process.name, process.output, [KEY])


async def lines_of(peer: Peer, most: int = 200) -> AsyncIterator[str]:
    """Lines as they arrive in messages of the batch format, as `file name: text`."""
    for _ in range(most):
        frame = await peer.receive()
        for line in frame.get("data", {}).get("lines", ()):
            yield f"{Path(frame['data']['path']).name}: {line}"


async def test_everything_is_on_one_port(whole: Whole) -> None:
    process = whole.start()
    await process.said(f"  page             {whole.url}\n")
    assert (await whole.get("/"))[0] == 200
    assert (await whole.get("/negotiate"))[0] == 200
    assert (await whole.get("/client/hubs/stream"))[0] == 400  # the emulator: not an upgrade
    assert (await whole.get("/healthz"))[1] == '{"status": "ok"}'
    assert (await whole.get("/readyz"))[1] == '{"status": "ok"}'
    assert (await whole.get("/", host="127.0.0.1"))[0] == 200


async def test_the_demo_log_moves_at_once(whole: Whole) -> None:
    process = whole.start()
    await process.said("a demo log; your own: make run LOGS=/var/log")
    url, group = await whole.watch()
    async with Peer.open(url) as peer:
        await peer.join(group)
        seen: set[str] = set()
        async for line in lines_of(peer):
            seen.add(line.partition(":")[0])
            if {"access.log", "worker.log"} <= seen:
                break
    assert {"access.log", "worker.log"} <= seen


async def test_a_line_of_a_given_log_arrives(whole: Whole) -> None:
    log = whole.directory / "logs" / "app.log"
    log.parent.mkdir()
    process = whole.start("--logs", str(log.parent))
    await process.said("page")
    url, group = await whole.watch()
    async with Peer.open(url) as peer:
        await peer.join(group)
        log.write_text("hello\n")
        assert await anext(lines_of(peer)) == "app.log: hello"


@pytest.mark.parametrize("number", ["SIGINT", "SIGTERM"])
async def test_a_signal_ends_it_with_readers_connected(whole: Whole, number: str) -> None:
    process = whole.start()
    await process.said("page")
    url, group = await whole.watch()
    async with Peer.open(url) as peer:
        await peer.join(group)
        process.signal(signal.Signals[number])
        assert await process.ended() == 0
        assert (await peer.closed())[0] == 1001
    assert "Traceback" not in process.output


async def test_a_further_agent_is_told_the_key_file_and_not_the_key(whole: Whole) -> None:
    file = whole.directory / "key"
    process = whole.start(PUBLISHER_KEY="", PUBLISHER_KEY_FILE=str(file))
    await process.said(f"PUBLISHER_KEY_FILE={file} ")
    assert file.read_text().strip() not in process.output


async def test_azure_is_said_aloud_and_the_emulator_is_not_started(whole: Whole) -> None:
    # The agent finds no way to this resource; the page and /negotiate are served all the same.
    log = whole.directory / "app.log"
    process = whole.start("--logs", str(log), WEBPUBSUB_CONNECTION_STRING=AZURE)
    await process.said("AZURE WEB PUBSUB at https://tailcast.webpubsub.azure.com; the emulator is not started")
    assert (await whole.get("/client/hubs/stream"))[0] == 404
    assert (await whole.watch())[0].startswith("wss://tailcast.webpubsub.azure.com/client/hubs/stream?access_token=")
    async with aiohttp.ClientSession() as http, http.get(whole.url) as response:
        assert "connect-src 'self' wss://tailcast.webpubsub.azure.com;" in response.headers["Content-Security-Policy"]
    assert await process.stop() == 0


async def test_a_taken_port_is_one_clear_line(whole: Whole) -> None:
    with socket.create_server(("127.0.0.1", whole.port)):
        process = whole.start()
        assert await process.ended() == 1
    assert re.fullmatch(rf"all_in_one: cannot listen on localhost:{whole.port}: .* in use; .*\n", process.output)


async def test_a_page_that_is_not_built_is_one_clear_line(whole: Whole) -> None:
    process = whole.start("--viewer-dist", str(whole.directory))
    assert await process.ended() == 2
    assert "so the page is not built; run `make setup`" in process.stderr
    assert "Traceback" not in process.output


async def test_wrong_settings_of_any_part_are_said_line_by_line(whole: Whole) -> None:
    process = whole.start(STREAM_GROUP=" ", EMULATOR_PORT="x", BATCH_BYTES="1")
    assert await process.ended() == 2
    assert "all_in_one: STREAM_GROUP: expected 1 to 1024 characters" in process.stderr
    assert "Traceback" not in process.output


async def test_two_of_them_do_not_share_a_state_directory(whole: Whole) -> None:
    first = whole.start()
    await first.said("page")
    await eventually(lambda: (whole.directory / "state").exists(), "the agent has its state directory")
    whole.port = free_port()
    second = whole.start()
    assert await second.ended() == 4
    assert "Traceback" not in second.output
