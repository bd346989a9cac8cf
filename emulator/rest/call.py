"""One REST request, past the checks that all have in common, as the operations see it; executes none."""

from collections.abc import Iterable, Sequence

from aiohttp import web
from msgspec import Struct

from emulator import metadata
from emulator.connection import Connection
from emulator.errors import bad_request, closed_by_server
from emulator.hub import Hub
from emulator.inspection.outcome import Outcome
from emulator.messages import MAX_TTL_S, Message
from emulator.rest.content import read_json, read_payload
from emulator.rest.path import Target
from emulator.rest.query import Query
from emulator.rest.selection import Selection
from emulator.service import Service

NAMED_LEFT_OUT = 5
"""Connections that the trace names of those that a request did not mean."""


class RestOptions(Struct, frozen=True):
    """Where the published sources disagree, the choice of who runs the emulator."""

    decodes_slashes: bool = False
    missing_user_is_error: bool = True


class Call:
    """A request for an operation, and the state that it acts on."""

    def __init__(
        self,
        service: Service,
        options: RestOptions,
        target: Target,
        query: Query,
        base_url: str,
        request: web.Request,
    ) -> None:
        """`target` and `query` are those of `request`, decoded; `base_url` is what its caller calls this service."""
        self.service = service
        self.options = options
        self.hub_name = target.hub
        self.parameters = target.parameters
        self.query = query
        self.base_url = base_url
        self.outcome = Outcome()
        self._request = request

    @property
    def hub(self) -> Hub:
        """The hub at this moment; while nothing is connected to it, an empty one that nobody else sees."""
        return self.service.hubs.get(self.hub_name) or Hub(self.hub_name)

    @property
    def url(self) -> str:
        """Where the caller asked, without the query."""
        return f"{self.base_url}{self._request.rel_url.raw_path}"

    @property
    def connection(self) -> Connection | None:
        """The connection in the path, if it is there."""
        return self.hub.connections.get(self.parameters["connection"])

    async def read_message(self, group: str | None = None) -> Message:
        """The body as a message to `group`, or to others from the server, with what query and headers say of it.

        Raises:
            RefusedError: 400 or 415, as `read_payload`; 400 for metadata or a time to live against the rules.
        """
        ttl_s = self.query.number("messageTtlSeconds", 0, MAX_TTL_S) or 0
        try:
            tags = metadata.from_headers(self._request.headers.items())
        except ValueError as error:
            raise bad_request(f"{error}.", "metadata") from error
        self.outcome.message = message = Message(await read_payload(self._request), group, metadata=tags, ttl_s=ttl_s)
        return message

    async def read_json(self) -> bytes:
        """The body, which must be of type application/json, in UTF-8.

        Raises:
            RefusedError: 400 or 415, as `content.read_json`.
        """
        return await read_json(self._request)

    def pick(self, selection: Selection, connections: Iterable[Connection]) -> list[Connection]:
        """Those of `connections` that `selection` means."""
        among = list(connections)
        picked = selection.pick(among)
        if len(picked) < len(among):
            self.outcome.left_out = selection.left_out(among, NAMED_LEFT_OUT)
            self.outcome.left_out_count = len(among) - len(picked)
        return picked

    def send(self, message: Message, connections: Sequence[Connection]) -> web.Response:
        """Send `message` to `connections`: 202, also when there are none (C192)."""
        self.outcome.receivers = connections
        self.service.deliver(self.hub.send(message, connections))
        return web.Response(status=202)

    def close(self, connections: Iterable[Connection]) -> web.Response:
        """Close `connections` with the `reason` of the query: 204, also when there are none (C211)."""
        close = closed_by_server(self.query.one("reason") or "")
        self.outcome.closed = ending = tuple(connections)
        for connection in ending:
            connection.end(close)
        return web.Response(status=204)
