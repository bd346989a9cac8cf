"""A client SDK in a process of its own: calls go in, outcomes and events come out, one JSON object per line."""

import itertools
import json
import sys
from pathlib import Path
from typing import Any

from tests.sdk.node import node
from tests.support.eventually import TIMEOUT_S, eventually
from tests.support.processes import Process, Processes

HERE = Path(__file__).parent
JAVASCRIPT, PYTHON, PYTHON_ASYNC = "javascript", "python", "python async"
CALL_TIMEOUT_S = 3 * TIMEOUT_S
"""Calls that fail are tried four times by the SDKs, with pauses between. The synchronous Python client may miss that
its socket has opened, when that is faster than its own next line, and go on only after its limit of 30 seconds.
"""


class CallError(Exception):
    """A call failed in the SDK; `detail` is the error's name in the ack, if there was one."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(f"{error['name']}: {error['message']} ({error.get('detail')})")
        self.name: str = error["name"]
        self.detail: str | None = error.get("detail")


class SdkClient:
    """One client object of an SDK."""

    def __init__(self, processes: Processes, sdk: str, url: str, *options: str) -> None:
        self._process = _start(processes, sdk, url, options)
        self._ids = itertools.count(1)
        self._read = 0  # events that were given out

    async def call(self, name: str, *args: Any) -> Any:
        """Call a method of the SDK and wait for its outcome.

        Raises:
            CallError: the SDK said no.
        """
        number = self.begin(name, *args)
        outcome = await eventually(
            lambda: self._outcome(number), f"{name} ends: {self._process.stderr}", CALL_TIMEOUT_S
        )
        if "error" in outcome:
            raise CallError(outcome["error"])
        return outcome["value"]

    def begin(self, name: str, *args: Any) -> int:
        """Call a method without waiting for it."""
        number = next(self._ids)
        self._process.write(json.dumps({"id": number, "call": name, "args": args}).encode() + b"\n")
        return number

    async def event(self, *names: str) -> dict[str, Any]:
        """The next event, which must be of one of these names."""
        found = await eventually(lambda: self.events[self._read :], f"event {names}: {self._process.stderr}")
        assert found[0]["event"] in names, f"expected {names}, got {found}"
        self._read += 1
        event: dict[str, Any] = found[0]
        return event

    @property
    def events(self) -> list[dict[str, Any]]:
        """All events so far."""
        return [line for line in self._lines() if "event" in line]

    def _outcome(self, number: int) -> dict[str, Any] | None:
        assert self._process.is_running, self._process.output
        return next((line for line in self._lines() if line.get("id") == number), None)

    def _lines(self) -> list[dict[str, Any]]:
        whole = self._process.stdout.rpartition("\n")[0]
        return [json.loads(line) for line in whole.splitlines()]


def _start(processes: Processes, sdk: str, url: str, options: tuple[str, ...]) -> Process:
    if sdk == JAVASCRIPT:
        argv = [*node(HERE / "node_client" / "client.js"), url, *options]
        return processes.start("javascript", argv, {}, stdin=True)
    module = "client" if sdk == PYTHON else "async_client"
    argv = [sys.executable, "-m", f"tests.sdk.python_client.{module}", url, *options]
    return processes.start("python", argv, {}, stdin=True)
