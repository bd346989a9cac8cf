"""Wait for a condition instead of for seconds."""

import asyncio
import inspect
import os
from collections.abc import Awaitable, Callable
from typing import TypeVar, overload

T = TypeVar("T")

TIMEOUT_S = 15.0 * float(os.environ.get("TEST_TIMEOUT_SCALE", "1"))
"""How long a condition may take. `TEST_TIMEOUT_SCALE` stretches every wait on a slow machine."""


@overload
async def eventually(
    probe: Callable[[], Awaitable[T]], what: str = "", timeout_s: float = TIMEOUT_S, step_s: float = 0.01
) -> T: ...
@overload
async def eventually(
    probe: Callable[[], T], what: str = "", timeout_s: float = TIMEOUT_S, step_s: float = 0.01
) -> T: ...
async def eventually(
    probe: Callable[[], T | Awaitable[T]], what: str = "", timeout_s: float = TIMEOUT_S, step_s: float = 0.01
) -> T:
    """Call `probe` until it returns something true, and return that.

    Raises:
        AssertionError: it never did; the text carries `what` and the last thing seen.
    """
    deadline = asyncio.get_running_loop().time() + timeout_s
    while True:
        seen = probe()
        result = await seen if inspect.isawaitable(seen) else seen
        if result:
            return result
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError(f"did not happen within {timeout_s:.0f} s: {what or probe!r}; last seen {result!r}")
        await asyncio.sleep(step_s)
