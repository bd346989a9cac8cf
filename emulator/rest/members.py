"""The REST operation that lists the members of a group, page by page."""

import secrets
from urllib.parse import urlencode

from aiohttp import web

from emulator import names
from emulator.errors import bad_request
from emulator.rest import versions
from emulator.rest.call import Call
from emulator.rest.paging import ContinuationTokens, page

MAX_PAGE_SIZE = 200

_TOKENS = ContinuationTokens(secrets.token_bytes(32))  # good as long as this process, like what they continue


async def list_connections(call: Call) -> web.Response:
    """One page of the members, in the order of their ids, and where the next one is (C212 to C216)."""
    size = call.query.number("maxpagesize", 1, MAX_PAGE_SIZE) or MAX_PAGE_SIZE
    top = call.query.number("top", 1)
    after = _position(call)
    members = {member.connection_id: member for member in call.hub.members(call.parameters["group"])}
    ids, has_more = page(members, after, size if top is None else min(size, top))
    value = [{"connectionId": id_, "userId": members[id_].user_id} for id_ in ids]
    is_last = not has_more or top == len(ids)
    return web.json_response(
        {"value": value, "nextLink": None if is_last else _link(call, ids[-1], size, top, len(ids))}
    )


def _position(call: Call) -> str:
    """The id after which the page begins."""
    token = call.query.one("continuationToken")
    if token is None:
        return ""
    try:
        return _TOKENS.open(_listed(call), token)
    except ValueError as error:
        raise bad_request(
            f"continuationToken is {error}; expected one out of a nextLink.", "continuationToken"
        ) from error


def _link(call: Call, last: str, size: int, top: int | None, listed: int) -> str:
    """The URL of the page after `last`; `top` counts over all pages."""
    query = {
        "api-version": versions.NEWEST,
        "maxpagesize": size,
        "continuationToken": _TOKENS.seal(_listed(call), last),
        **({} if top is None else {"top": top - listed}),
    }
    return f"{call.url}?{urlencode(query)}"


def _listed(call: Call) -> str:
    return f"{names.hub_key(call.hub_name)}/{call.parameters['group']}"
