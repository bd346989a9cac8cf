"""health: alive is one thing, able to publish another."""

import aiohttp
import pytest

from streamer_agent.health import Health


async def get(url: str) -> tuple[int, dict]:
    async with aiohttp.ClientSession() as http, http.get(url) as response:
        return response.status, await response.json()


@pytest.mark.parametrize(
    ("trouble", "expected"),
    [
        ("", (200, {"status": "ok"})),
        ("not connected yet", (503, {"status": "unavailable", "reason": "not connected yet"})),
    ],
)
async def test_ready_means_able_to_publish(trouble: str, expected: tuple[int, dict]) -> None:
    health = Health("127.0.0.1", 0, lambda: trouble, bytes)
    url = await health.start()
    try:
        assert await get(f"{url}/readyz") == expected
        assert await get(f"{url}/healthz") == (200, {"status": "ok"})
    finally:
        await health.stop()


async def test_metrics_are_prometheus_text() -> None:
    health = Health("127.0.0.1", 0, str, lambda: b"tailcast_connected 1.0\n")
    url = await health.start()
    try:
        async with aiohttp.ClientSession() as http, http.get(f"{url}/metrics") as response:
            assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
            assert await response.read() == b"tailcast_connected 1.0\n"
    finally:
        await health.stop()


async def test_a_port_in_use_is_an_error() -> None:
    first = Health("127.0.0.1", 0, str, bytes)
    url = await first.start()
    second = Health("127.0.0.1", int(url.rpartition(":")[2]), str, bytes)
    try:
        with pytest.raises(OSError, match="in use"):
            await second.start()
    finally:
        await first.stop()
        await second.stop()
