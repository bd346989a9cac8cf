"""Runs what the kernel may never answer, such as a dead mount, in a thread that nobody has to wait for."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def in_thread(work: Callable[[], T], timeout_s: float) -> T:
    """Return what `work` returns, or raise what it raises.

    The thread does not keep the process alive: what cannot be cancelled can only be left behind.

    Raises:
        TimeoutError: it took longer than `timeout_s`.
    """
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:
            errors.append(error)
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=run, name="doctor", daemon=True).start()
    async with asyncio.timeout(timeout_s):
        await ended.wait()
    if errors:
        raise errors[0]
    return results[0]
