"""What event handlers are told: the four kinds of events, with their names and bodies. Makes no request.

Learn: "CloudEvents extension for Azure Web PubSub event handler with HTTP protocol".
"""

from collections.abc import Iterable, Mapping

import msgspec
from msgspec import Struct

from emulator.messages import Event
from emulator.payload import DataType

_JSON = "application/json; charset=utf-8"
_CONTENT_TYPES = {
    DataType.JSON: _JSON,
    DataType.TEXT: "text/plain; charset=utf-8",
    DataType.BINARY: "application/octet-stream",
    DataType.PROTOBUF: "application/x-protobuf",
}
_OWN_HEADERS = ("authorization",)
_OWN_PARAMETERS = ("access_token",)


class UpstreamEvent(Struct, frozen=True):
    """One event, ready to be told."""

    name: str
    is_system: bool
    content_type: str
    body: bytes
    metadata: Mapping[str, str] | None = None

    @property
    def type(self) -> str:
        """The CloudEvents type."""
        return f"azure.webpubsub.{'sys' if self.is_system else 'user'}.{self.name}"


class ConnectFacts(Struct, frozen=True):
    """What a client that wants to connect says of itself."""

    claims: Mapping[str, tuple[str, ...]] = {}  # all of its token's
    query: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    subprotocols: tuple[str, ...] = ()


def connect(facts: ConnectFacts) -> UpstreamEvent:
    """May this client connect? The credential itself is not handed on (C240)."""
    body = {
        "claims": {_text(name): [_text(value) for value in values] for name, values in facts.claims.items()},
        "query": _gathered(facts.query, without=_OWN_PARAMETERS),
        "headers": _gathered(facts.headers, without=_OWN_HEADERS),
        "subprotocols": [_text(name) for name in facts.subprotocols],
        "clientCertificates": [],
    }
    return UpstreamEvent("connect", True, _JSON, msgspec.json.encode(body))


def connected() -> UpstreamEvent:
    """A client is connected. The body is an empty object, since handlers parse it."""
    return UpstreamEvent("connected", True, _JSON, b"{}")


def disconnected(reason: str) -> UpstreamEvent:
    """A connection is over, and `reason` says why."""
    return UpstreamEvent("disconnected", True, _JSON, msgspec.json.encode({"reason": _text(reason)}))


def user(event: Event) -> UpstreamEvent:
    """A client sent an event: its payload as it is."""
    payload = event.payload
    return UpstreamEvent(event.name, False, _CONTENT_TYPES[payload.data_type], payload.content, event.metadata)


def _gathered(pairs: Iterable[tuple[str, str]], without: tuple[str, ...]) -> dict[str, list[str]]:
    """All values by name. Names that differ in case alone are the same name, in its first spelling."""
    found: dict[str, tuple[str, list[str]]] = {}
    for name, value in pairs:
        if name.lower() not in without:
            found.setdefault(name.lower(), (_text(name), []))[1].append(_text(value))
    return dict(found.values())


def _text(value: str) -> str:
    """The text as UTF-8 can carry it: bytes of a request that were none stand in it as halves of surrogate pairs."""
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
