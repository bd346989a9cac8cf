"""in_thread: results and errors come back, and what never ends is left behind."""

import threading

import pytest

from streamer_agent.doctor.in_thread import in_thread


async def test_result_comes_back() -> None:
    assert await in_thread(lambda: 6 * 7, 5.0) == 42


async def test_error_comes_back() -> None:
    with pytest.raises(ZeroDivisionError):
        await in_thread(lambda: 1 // 0, 5.0)


async def test_what_does_not_end_is_left_behind() -> None:
    release = threading.Event()
    try:
        with pytest.raises(TimeoutError):
            await in_thread(release.wait, 0.01)
    finally:
        release.set()
