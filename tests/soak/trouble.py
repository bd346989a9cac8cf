"""What goes wrong during a soak: one fault after the other, chosen at random, each counted.

Every fault leaves the system running again. Repairs nothing else.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable

import aiohttp

from tests.support.processes import Process
from tests.support.system import System

PAUSE_S = (2.0, 8.0)
"""Between the end of a fault and the next one."""


class Trouble:
    """Makes faults until it is cancelled; `agent` is always the one that runs."""

    def __init__(
        self, system: System, start_agent: Callable[[], Awaitable[Process]], agent: Process, seed: int
    ) -> None:
        self.agent = agent
        self.counts: Counter[str] = Counter()
        self._system = system
        self._start_agent = start_agent
        self._random = random.Random(seed)
        self._lock = asyncio.Lock()
        self._faults: dict[str, Callable[[], Awaitable[None]]] = {
            "emulator killed": system.restart_emulator,
            "agent killed": self._kill_agent,
            "agent stopped": self._stop_agent,
            "agent frozen": self._freeze_agent,
            "every connection cut": lambda: self._inject({"fault": "drop"}),
            "acks lost, then cut": lambda: self._inject(
                {"fault": "lose_acks", "request": "sendToGroup", "count": 3, "then": {"fault": "drop"}}
            ),
            "requests failed": lambda: self._inject({"fault": "fail_requests", "request": "sendToGroup", "count": 5}),
            "stalled": lambda: self._inject({"fault": "stall", "seconds": 3}),
            "cut, and connecting throttled": self._throttle,
        }

    async def run(self) -> None:
        """Make faults, for ever."""
        while True:
            await asyncio.sleep(self._random.uniform(*PAUSE_S))
            name = self._random.choice(list(self._faults))
            async with self._lock:
                await self._faults[name]()
            self.counts[name] += 1

    async def over(self) -> None:
        """Wait until the fault that is under way is over."""
        await self._lock.acquire()

    async def _kill_agent(self) -> None:
        self.agent.kill()
        self.agent = await self._start_agent()

    async def _stop_agent(self) -> None:
        await self.agent.stop()
        self.agent = await self._start_agent()

    async def _freeze_agent(self) -> None:
        with self.agent.frozen():
            await asyncio.sleep(self._random.uniform(0.5, 3.0))

    async def _throttle(self) -> None:
        await self._inject({"fault": "throttle", "seconds": 2})
        await self._inject({"fault": "drop"})

    async def _inject(self, fault: dict[str, object]) -> None:
        system = self._system
        headers = {"Authorization": f"Bearer {system.access_key}"}
        async with aiohttp.ClientSession(headers=headers, raise_for_status=True) as http:
            await http.post(f"{system.emulator_url}/_emulator/faults", json=fault)
