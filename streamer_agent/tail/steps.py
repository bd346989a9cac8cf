"""Runs long work in steps, so that others get their turn. Knows nothing of the work."""

import asyncio
import time
from collections.abc import Generator
from typing import TypeVar

T = TypeVar("T")

_TURN_S = 0.001
"""How long work goes on before others get a turn: lines of a quiet file are not to wait for it."""


async def in_turns(steps: Generator[None, None, T]) -> tuple[T, float]:
    """Run `steps` to their end, letting others run now and then; return the result and the processor time."""
    cost_s = 0.0
    while True:
        began = time.thread_time()
        try:
            while time.thread_time() - began < _TURN_S:
                next(steps)
        except StopIteration as end:
            return end.value, cost_s + time.thread_time() - began
        cost_s += time.thread_time() - began
        await asyncio.sleep(0)
