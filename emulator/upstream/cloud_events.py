"""The HTTP headers of an event: CloudEvents in binary mode with the attributes of Web PubSub. Sends nothing.

Learn: "CloudEvents extension for Azure Web PubSub event handler with HTTP protocol", attributes.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime

from msgspec import Struct

from emulator import metadata
from emulator.upstream.errors import DeliveryError
from emulator.upstream.events import UpstreamEvent

ORIGIN_HEADER = "WebHook-Request-Origin"
VERSION_HEADERS = {"ce-awpsversion": "1.0"}
STATE_HEADER = "ce-connectionState"


class Caller(Struct, frozen=True):
    """The connection that an event is of, as handlers are told of it."""

    hub: str  # in lower case
    connection_id: str
    user_id: str | None = None
    subprotocol: str | None = None  # None before the upgrade, and for a simple client
    state: str | None = None  # what a handler asked to be given back


class Occasion(Struct, frozen=True):
    """What makes this event different from the connection's others; repetitions of a delivery share it."""

    number: int  # 0 is connect, then 1, 2, …
    time: float  # seconds since 1970
    request_id: str  # a GUID


def headers(caller: Caller, event: UpstreamEvent, occasion: Occasion, *, origin: str, key: bytes) -> dict[str, str]:
    """All headers but the cookies (C241).

    Raises:
        DeliveryError: a value cannot stand in a header, such as a user id with a line break.
    """
    values = {
        "ce-specversion": "1.0",
        **VERSION_HEADERS,
        "ce-type": event.type,
        "ce-source": f"/hubs/{caller.hub}/client/{caller.connection_id}",
        "ce-id": str(occasion.number),
        "ce-time": datetime.fromtimestamp(occasion.time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "ce-signature": signature(caller.connection_id, key),
        "ce-connectionId": caller.connection_id,
        "ce-hub": caller.hub,
        "ce-eventName": event.name,
        **_given("ce-userId", caller.user_id),
        **_given("ce-subprotocol", caller.subprotocol),
        **_given(STATE_HEADER, caller.state),
        ORIGIN_HEADER: origin,
        "x-ms-client-request-id": occasion.request_id,
        "Content-Type": event.content_type,
        **_metadata(event.metadata or {}),
    }
    for name, value in values.items():
        check(name, value)
    return values


def signature(connection_id: str, key: bytes) -> str:
    """How a handler knows that a call is the service's: the connection id, signed with the access key (C242)."""
    return f"sha256={hmac.new(key, connection_id.encode(), hashlib.sha256).hexdigest()}"


def _given(name: str, value: str | None) -> dict[str, str]:
    return {name: value} if value else {}


def _metadata(pairs: Mapping[str, str]) -> dict[str, str]:
    """One header per key, in lower case; of keys that differ in case alone the last counts."""
    return {metadata.HEADER_PREFIX + key.lower(): value for key, value in pairs.items()}


def check(name: str, value: str) -> None:
    """See that `value` can stand in a header, in UTF-8.

    Raises:
        DeliveryError: it cannot.
    """
    if any(character < " " and character != "\t" for character in value) or "\x7f" in value:
        raise DeliveryError(f"the value for the header {name} holds a control character")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise DeliveryError(f"the value for the header {name} is not text") from error
