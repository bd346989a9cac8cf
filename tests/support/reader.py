"""A viewer without a page: gets its URL from negotiate, joins the group, keeps all that comes, connects again.

What it makes of messages is `receiver.py`'s business.
"""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

import aiohttp
from websockets.exceptions import InvalidHandshake, WebSocketException

from tests.support.eventually import eventually
from tests.support.peer import Peer
from tests.support.receiver import Gap, Receiver

RETRY_S = 0.02


class Reader:
    """Leaving the context ends it. `receiver` holds what came in batches, `texts` what came as plain text."""

    def __init__(self, negotiate_url: str, watch: Callable[[], None] = lambda: None) -> None:
        """`watch` is called again and again while it waits for something, and raises if that cannot come any more."""
        self.receiver = Receiver()
        self.texts: list[str] = []
        self.joins = 0
        self.trouble: Exception | None = None  # why the last connection failed or ended
        self._negotiate_url = negotiate_url
        self._watch = watch
        self._wanted = asyncio.Event()
        self._joined = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._session: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        try:
            await self.join()
        except BaseException:
            await self._end()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._end()

    async def join(self) -> None:
        """Connect, if it does not yet or was paused, and wait until it is in the group."""
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="reader")
        self._wanted.set()
        try:
            await eventually(lambda: self._joined.is_set() or self._failed(), "the reader joins the group")
        except AssertionError as error:
            raise AssertionError(f"{error}; the last trouble was {self.trouble!r}") from self.trouble

    async def pause(self) -> None:
        """Leave, and stay away until `join`."""
        self._wanted.clear()
        if self._session is not None:
            self._session.cancel()
        await eventually(lambda: not self._joined.is_set(), "the reader leaves")

    async def lines(self, count: int, path: str = "", timeout_s: float = 60) -> list[str]:
        """Wait for `count` different lines of files whose path ends with `path`; return their texts as they came."""
        await eventually(
            lambda: len(self.receiver.texts(path)) >= count or self._failed(),
            f"{count} lines of {path or 'all files'} arrive",
            timeout_s,
            step_s=0.05,
        )
        return self.receiver.texts(path)

    async def more_lines(self) -> None:
        """Wait until at least one more line arrives than there is now."""
        before = len(self.receiver.lines)
        await eventually(lambda: len(self.receiver.lines) > before or self._failed(), "lines flow")

    async def settled(self, path: str, state: str = "tailing") -> None:
        """Wait for a status which says that the file is in `state`."""
        await eventually(lambda: self.state(path) == state or self._failed(), f"{path} is {state}")

    def state(self, path: str) -> str | None:
        """The last state told of the newest epoch of the file, None while no status named it."""
        sources = {key for key, told in self.receiver.paths.items() if told.endswith(path)}
        states = sorted((key[2], state) for key, state in self.receiver.states.items() if key[:2] in sources)
        return states[-1][1] if states else None

    def acked(self, path: str) -> int:
        """Bytes that a status says were acknowledged of the newest epoch of the file; -1 while no status named it."""
        sources = {key for key, told in self.receiver.paths.items() if told.endswith(path)}
        ends = sorted((key[2], end) for key, end in self.receiver.acked.items() if key[:2] in sources)
        return ends[-1][1] if ends else -1

    def gaps(self, path: str = "") -> list[Gap]:
        """The gaps that the receiver names in files whose path ends with `path`."""
        sources = {key for key, told in self.receiver.paths.items() if told.endswith(path)}
        return [gap for gap in self.receiver.gaps() if (gap.agent, gap.source) in sources]

    def check(self) -> None:
        """Raise what ended it, if anything did."""
        self._failed()

    def _failed(self) -> bool:
        self._watch()
        if self._task is not None and self._task.done():
            self._task.result()  # raises what ended it
        return False

    async def _end(self) -> None:
        assert self._task is not None
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def _run(self) -> None:
        async with aiohttp.ClientSession() as http:
            while True:
                await self._wanted.wait()
                self._session = asyncio.create_task(self._stay(http), name="reader session")
                try:
                    await self._session
                except (OSError, aiohttp.ClientError, InvalidHandshake, WebSocketException) as error:
                    self.trouble = error
                except asyncio.CancelledError:
                    if (task := asyncio.current_task()) and task.cancelling():  # we are ended, not only the session
                        raise
                finally:
                    self._joined.clear()
                await asyncio.sleep(RETRY_S)

    async def _stay(self, http: aiohttp.ClientSession) -> None:
        async with http.get(self._negotiate_url) as answer:
            answer.raise_for_status()
            access = await answer.json()
        async with Peer.open(access["url"]) as peer:
            if self.joins:
                self.receiver.reconnected(now_ms())
            await peer.send(type="joinGroup", group=access["group"], ackId=1)
            async for text in peer.connection:
                self._take(json.loads(text))

    def _take(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "ack":
            assert frame["success"], f"joining was refused: {frame}"
            self.joins += 1
            self._joined.set()
        elif frame["type"] == "message" and frame["dataType"] == "json":
            self.receiver.receive(frame["data"], now_ms())
        elif frame["type"] == "message":
            self.texts.append(frame["data"])


def now_ms() -> float:
    """The receiver's clock."""
    return asyncio.get_running_loop().time() * 1000
