"""What a REST operation needs to be called without a server: connections, a request, and a record of deliveries."""

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import Mock
from urllib.parse import parse_qsl

from aiohttp import StreamReader
from aiohttp.test_utils import make_mocked_request

from emulator.connection import Connection
from emulator.errors import Close
from emulator.hub import Delivery, Hubs
from emulator.messages import Message
from emulator.rest.call import Call, RestOptions
from emulator.rest.path import Target
from emulator.rest.query import Query
from emulator.service import Service
from tests.unit.emulator.doubles import connection

BASE_URL = "http://localhost:8080"


class Bench:
    """A hub called `Chat`, and what was done to its connections."""

    def __init__(self, **options: bool) -> None:
        self.options = RestOptions(**options)
        self.hubs = Hubs()
        self.ended: list[tuple[str, Close]] = []
        self.delivered: list[tuple[Message, set[str]]] = []

    def connect(self, name: str, user_id: str | None = None, groups: Sequence[str] = ()) -> Connection:
        """Add a connection; it leaves the hub when it is ended, as real ones do."""
        made = connection(name)
        made.user_id = user_id
        hub = self.hubs.add("Chat", made)

        def end(close: Close) -> None:
            self.ended.append((name, close))
            hub.remove(made)

        made.end = end
        for group in groups:
            hub.join(made, group)
        return made

    def call(
        self, query: str = "", body: bytes = b"", headers: Mapping[str, str] | None = None, **parameters: str
    ) -> Call:
        """A request on the hub, with `parameters` in its path."""
        given = {"Content-Length": str(len(body)), **(headers or {})}
        content = StreamReader(Mock(_reading_paused=False), 2**16)
        content.feed_data(body)
        content.feed_eof()
        request = make_mocked_request("POST", "/api/hubs/Chat/here", given, payload=content)
        service = SimpleNamespace(hubs=self.hubs, deliver=self._deliver)
        pairs = Query(parse_qsl(query, keep_blank_values=True))
        return Call(cast("Service", service), self.options, Target("Chat", parameters), pairs, BASE_URL, request)

    def _deliver(self, deliveries: Sequence[Delivery]) -> None:
        self.delivered += [
            (delivery.message, {one.connection_id for one in delivery.connections}) for delivery in deliveries
        ]

    @property
    def receivers(self) -> set[str]:
        """Who got the only message."""
        ((_, receivers),) = self.delivered
        return receivers


def refusal(error: Any) -> tuple[int, str]:
    """Status and code of a RefusedError that was caught."""
    return error.value.status, error.value.code
