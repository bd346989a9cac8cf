"""Publishes what the shop writes as the agents of its machines would (docs/wire.md). Decides nothing on the content."""

import asyncio
import time
from collections.abc import Iterable
from typing import Any
from zlib import crc32

from tests.pictures.shop import Origin, Written
from tests.support.all_in_one import AllInOne

INTERVAL_S = 30
AT_ONCE, REST_S = 200, 0.2
"""So many messages, then a rest: the service closes the connection of a page that is 1,000 messages behind."""


class Cast:
    """Agents that publish, and where each of their files ends by now."""

    def __init__(self, system: AllInOne) -> None:
        self._system = system
        self._ends: dict[Origin, int] = {}
        self._started: dict[str, int] = {}

    async def publish(self, written: Iterable[Written]) -> None:
        """Publish lines, and then the status of every agent that has written so far."""
        messages = [self._lines(one) for one in written]
        for begin in range(0, len(messages), AT_ONCE):
            await self._system.publish(*messages[begin : begin + AT_ONCE])
            await asyncio.sleep(REST_S)
        await self._system.publish(*[self._status(agent) for agent in self._agents()])

    async def restart(self, agent: str) -> None:
        """Let an agent begin anew and tell so."""
        self._started[agent] += 1
        await self._system.publish(self._status(agent))

    async def leave_out(self, origin: Origin, size: int, kind: str, reason: str) -> None:
        """Let so many bytes be missing, `gaps` or `drops` of that reason, and have the agent tell so."""
        begin = self._ends[origin]
        self._ends[origin] = begin + size
        told = {kind: [{"from": begin, "to": begin + size, "reason": reason}]}
        await self._system.publish(self._status(origin.agent) | {"sources": [self._facts(origin) | told]})

    def _agents(self) -> list[str]:
        return list(dict.fromkeys(origin.agent for origin in self._ends))

    def _lines(self, written: Written) -> dict[str, Any]:
        origin = written.origin
        offset = self._ends.get(origin, 0)
        lengths = [len(line.encode()) + 1 for line in written.lines]
        self._ends[origin] = offset + sum(lengths)
        lines = {"offset": offset, "lengths": lengths, "lines": list(written.lines)}
        at = int(written.at.timestamp() * 1000)
        return _head("lines", origin.agent, at) | _identity(origin) | lines

    def _status(self, agent: str) -> dict[str, Any]:
        now = int(time.time() * 1000)
        started = self._started.setdefault(agent, now)
        sources = [self._facts(origin) for origin in self._ends if origin.agent == agent]
        return _head("status", agent, now) | {"started": started, "interval": INTERVAL_S, "sources": sources}

    def _facts(self, origin: Origin) -> dict[str, Any]:
        return _identity(origin) | {"state": "tailing", "start": 0, "end": self._ends[origin], "lag": 0}


def _head(kind: str, agent: str, at: int) -> dict[str, Any]:
    return {"tailcast": 1, "kind": kind, "agent": f"{crc32(agent.encode()):016x}", "name": agent, "at": at}


def _identity(origin: Origin) -> dict[str, Any]:
    return {"source": f"{crc32(origin.path.encode()):08x}", "epoch": 1, "path": origin.path}
