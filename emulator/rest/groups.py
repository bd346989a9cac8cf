"""The REST operations on groups that are built: sending to one."""

from aiohttp import web

from emulator import metadata
from emulator.errors import bad_request, not_implemented
from emulator.messages import Message
from emulator.rest.content import read_payload
from emulator.rest.operations import Call
from emulator.service import Service

MAX_TTL_SECONDS = 300


async def send_to_group(service: Service, call: Call, request: web.Request) -> web.Response:
    """Publish the body to the members of a group: 202, also when it has none.

    They get it from the group, without a sender (C098). `excluded` is repeated, never split at commas (C177).
    """
    group = call.parameters["group"]
    if "filter" in request.query:
        raise not_implemented("the parameter filter", "filter")
    _check_ttl(request.query.getall("messageTtlSeconds", []))
    try:
        tags = metadata.from_headers(request.headers.items())
    except ValueError as error:
        raise bad_request(f"{error}.", "metadata") from error
    message = Message(await read_payload(request), group, metadata=tags)
    hub = service.hubs.get(call.hub)
    if hub is not None:
        service.deliver(hub.publish(group, message, hub.find(request.query.getall("excluded", []))))
    return web.Response(status=202)


def _check_ttl(values: list[str]) -> None:
    """Seconds from 0, for ever, to 300. Only a detached reliable connection could show that a message expires."""
    for value in values:
        if not (value.isascii() and value.isdigit() and int(value) <= MAX_TTL_SECONDS):
            raise bad_request(f"messageTtlSeconds is {value!r}; expected 0 to {MAX_TTL_SECONDS}.", "messageTtlSeconds")
