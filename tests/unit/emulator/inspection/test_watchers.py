"""Those who watch the trace: how many there may be, and what becomes of those who go or do not read."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import aiohttp
import pytest
from aiohttp import web

from emulator.inspection import endpoint
from tests.conformance.target import Target, in_process
from tests.support.eventually import eventually

LIVE = "/_emulator/trace/live"


@pytest.fixture
async def target() -> AsyncIterator[Target]:
    async with in_process() as target:
        yield target


async def test_a_watcher_that_is_gone_before_the_first_byte_is_no_error(
    target: Target, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def gone(_response: web.StreamResponse, _request: web.BaseRequest) -> None:
        raise ConnectionResetError("Cannot write to closing transport")

    with monkeypatch.context() as patched:
        patched.setattr(web.StreamResponse, "prepare", gone)
        with pytest.raises(aiohttp.ClientError):
            async with aiohttp.ClientSession() as http, http.get(target.endpoint + LIVE):
                pass
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_one_more_than_may_watch_is_told_so_and_gets_in_when_another_has_gone(target: Target) -> None:
    async with aiohttp.ClientSession() as http, AsyncExitStack() as watching:
        url = target.endpoint + LIVE
        for _ in range(endpoint.MAX_WATCHERS - 1):
            await watching.enter_async_context(http.get(url))
        last = await http.get(url)
        async with http.get(url) as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (429, "5")
            assert "20 others watch" in (await answer.json())["message"]
        last.close()

        async def is_let_in() -> bool:
            async with http.get(url) as answer:
                return answer.status == 200

        await eventually(is_let_in)


async def test_a_watcher_that_does_not_read_is_dropped(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the kernel keeps for it are megabytes, so a write that waits for ever stands for a socket that is full."""

    async def full(_response: web.StreamResponse, _data: bytes) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(endpoint, "PATIENCE_S", 0.1)
    monkeypatch.setattr(endpoint, "MAX_WATCHERS", 1)
    async with aiohttp.ClientSession() as http:
        with monkeypatch.context() as patched:
            patched.setattr(web.StreamResponse, "write", full)
            async with http.get(target.endpoint + LIVE) as answer:
                with pytest.raises(aiohttp.ClientError):
                    await answer.read()
        async with http.get(target.endpoint + LIVE) as answer:
            assert answer.status == 200
