"""Ask event handlers whether they agree to be called, before the first event and then once a minute.

When to ask and what counts as a yes is in `validation`.
"""

import asyncio
from collections.abc import Callable, Sequence

import structlog

from emulator.upstream import validation
from emulator.upstream.client import HandlerClient, Request
from emulator.upstream.cloud_events import ORIGIN_HEADER, VERSION_HEADERS
from emulator.upstream.errors import DeliveryError
from emulator.upstream.url_template import without_secrets
from emulator.upstream.validation import Consent

log = structlog.stdlib.get_logger("emulator")


class Validator:
    """Remembers for each URL whether its handler agreed."""

    def __init__(self, client: HandlerClient, origins: Sequence[str], now: Callable[[], float]) -> None:
        """`origins` are our own names, the first of which the handler is told; `now` gives seconds of any clock."""
        self._client = client
        self._origins = origins
        self._now = now
        self._known: dict[str, Consent] = {}
        self._asking: dict[str, asyncio.Task[None]] = {}  # one question per URL at a time

    async def require(self, url: str) -> None:
        """Return if the handler whose validation URL this is has agreed; ask it if that is not known.

        Raises:
            DeliveryError: it has not.
        """
        if self._consent(url).is_due(self._now()):
            task = self._asking.get(url)
            if task is None:
                task = self._asking[url] = asyncio.create_task(self._ask(url))
                task.add_done_callback(lambda _: self._asking.pop(url, None))
            await asyncio.shield(task)  # whoever asked may go away; others wait for the same answer
        why_not = self._consent(url).why_not
        if why_not is not None:
            raise DeliveryError(f"the handler is not validated: {why_not}")

    def forget(self) -> None:
        """Ask every handler again before its next event."""
        self._known.clear()

    async def close(self) -> None:
        """Stop asking."""
        tasks = tuple(self._asking.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _consent(self, url: str) -> Consent:
        return self._known.setdefault(url, Consent())

    async def _ask(self, url: str) -> None:
        try:
            why_not = await self._objection(url)
        except DeliveryError as error:
            why_not = str(error)
        self._consent(url).note(why_not, self._now())
        if why_not is None:
            log.debug("handler_validated", url=without_secrets(url))
        else:
            log.warning("handler_not_validated", url=without_secrets(url), reason=why_not)

    async def _objection(self, url: str) -> str | None:
        headers = {ORIGIN_HEADER: self._origins[0], **VERSION_HEADERS}
        within_s = self._client.patience.validation_s
        answer = await self._client.send(Request("OPTIONS", url, headers), within_s)
        if answer.status == 404:  # the only status after which GET is tried (C228, C229)
            answer = await self._client.send(Request("GET", url, headers), within_s)
        if validation.allows(answer, self._origins):
            return None
        return f"its answer, status {answer.status}, does not allow {self._origins[0]} ({validation.ALLOWED_HEADER})"
