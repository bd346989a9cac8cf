"""The way to the application's event handlers: which one wants an event, whether it agreed, and the call itself.

Keeps no order; each connection's `Conversation` does.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine

import structlog

from emulator.inspection.observer import Observer
from emulator.upstream import cloud_events
from emulator.upstream.answer import Answer
from emulator.upstream.client import HandlerClient, Request
from emulator.upstream.cloud_events import Caller, Occasion
from emulator.upstream.events import UpstreamEvent
from emulator.upstream.hub_settings import HubSettings
from emulator.upstream.live_settings import LiveSettings
from emulator.upstream.url_template import VALIDATION_EVENT, without_secrets
from emulator.upstream.validator import Validator

SHUTDOWN_GRACE_S = 1.0
"""How long the last events, such as disconnected, have to be told when the emulator stops."""


log = structlog.stdlib.get_logger("emulator")


class Upstream:
    """All event handlers of one emulator. Usable between `open` and `close`."""

    def __init__(
        self,
        settings: LiveSettings,
        client: HandlerClient,
        validator: Validator,
        origin: str,
        key: str,
        observer: Observer,
    ) -> None:
        """Call handlers as `origin`, the host that they know the service by, and sign with `key`."""
        self._settings = settings
        self._client = client
        self._validator = validator
        self._origin = origin
        self._key = key.encode()
        self._observer = observer
        self._tasks: set[asyncio.Task[None]] = set()
        settings.on_reload = validator.forget

    def hub(self, name: str) -> HubSettings:
        """The settings of a hub."""
        return self._settings.hub(name)

    def keep_alive_intervals(self) -> set[float]:
        """The intervals that hubs have set for themselves, in seconds."""
        return {hub.keep_alive_s for hub in self._settings.all() if hub.keep_alive_s is not None}

    def is_wanted(self, hub: str, event: UpstreamEvent) -> bool:
        """Whether a handler wants `event`."""
        return self.hub(hub).handler_for(event.name, is_system=event.is_system) is not None

    async def tell(
        self, caller: Caller, event: UpstreamEvent, occasion: Occasion, cookies_for: Callable[[str], str]
    ) -> tuple[str, Answer] | None:
        """Tell the first handler that wants `event`, with the cookies for its URL; None if none wants it.

        Returns the URL that was called and what came back, which may be an error of the handler.

        Raises:
            DeliveryError: the handler did not get the event or did not answer.
        """
        handler = self.hub(caller.hub).handler_for(event.name, is_system=event.is_system)
        if handler is None:
            return None
        await self._validator.require(handler.url.expand(caller.hub, VALIDATION_EVENT))
        headers = cloud_events.headers(caller, event, occasion, origin=self._origin, key=self._key)
        url = handler.url.expand(caller.hub, event.name)
        cookies = cookies_for(url)
        if cookies:
            headers["Cookie"] = cookies
        request = Request("POST", url, headers, event.body)
        begun = time.monotonic()
        answer = await self._client.send(request, self._client.patience.answer_s)
        self._observe(caller, event, url, answer, time.monotonic() - begun)
        return url, answer

    def observe_failure(self, caller: Caller, event: str, why: str) -> None:
        """An event was told to nobody, or in vain."""
        self._observer.called(caller.hub, caller.connection_id, caller.user_id, event, why, None)

    def _observe(self, caller: Caller, event: UpstreamEvent, url: str, answer: Answer, duration_s: float) -> None:
        """The body of connect is not shown: it holds the headers and cookies of a client."""
        words = f"{without_secrets(url)} answered with {len(answer.body)} bytes."
        content = None if event.is_system else event.body
        about = caller.hub, caller.connection_id, caller.user_id, event.name
        self._observer.called(*about, words, answer.status, duration_s, content)

    def start(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        """Run the events of one connection beside everything else, and end them with us."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("upstream_failed", exc_info=task.exception())

    def open(self) -> None:
        """Make ready. Needs a running event loop."""
        self._client.open()

    async def close(self) -> None:
        """Give what is under way a moment, then end it."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=SHUTDOWN_GRACE_S)
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._validator.close()
        await self._client.close()
