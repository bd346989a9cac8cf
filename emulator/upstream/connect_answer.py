"""What the answer to a connect event makes of a client: somebody else, somebody with other rights, or nobody.

Learn: "CloudEvents extension for Azure Web PubSub event handler with HTTP protocol", connect.
"""

import json
from typing import Any

from msgspec import Struct

from emulator import names
from emulator.errors import RefusedError
from emulator.upstream.answer import Answer
from emulator.upstream.errors import DeliveryError


class Verdict(Struct, frozen=True):
    """What a handler decided of a client that it let in. None leaves what the token says, or the default."""

    user_id: str | None = None  # "" is a user id too
    roles: tuple[str, ...] | None = None
    groups: tuple[str, ...] | None = None
    subprotocol: str | None = None  # one that was offered, in the client's spelling


UNCHANGED = Verdict()


def interpret(answer: Answer, offered: tuple[str, ...]) -> Verdict:
    """The verdict in `answer` on a client that offered these subprotocols.

    Raises:
        RefusedError: with the handler's own status; its body is not passed on (C232, C233).
        DeliveryError: the answer makes no sense.
    """
    if not answer.is_success:
        raise RefusedError(answer.status, f"The event handler refused the connection with status {answer.status}.")
    if answer.status == 204 or not answer.body:
        return UNCHANGED
    try:
        content = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise DeliveryError("the answer to connect is not valid JSON") from error
    if content is None:
        return UNCHANGED
    if not isinstance(content, dict):
        raise DeliveryError("the answer to connect is not a JSON object")
    given = {key.lower(): value for key, value in content.items() if value is not None}
    groups = _strings(given, "groups")
    for group in groups or ():
        if not names.is_group(group):
            raise DeliveryError("the answer to connect holds an invalid name of a group")
    return Verdict(
        user_id=_string(given, "userid"),
        roles=_strings(given, "roles"),  # an empty list takes all roles away (C236)
        groups=groups or None,  # an empty list leaves those of the token (C237)
        subprotocol=_offered(_string(given, "subprotocol"), offered),
    )


def _string(content: dict[str, Any], name: str) -> str | None:
    value = content.get(name)
    if value is not None and not isinstance(value, str):
        raise DeliveryError(f"{name} in the answer to connect is not a string")
    return value


def _strings(content: dict[str, Any], name: str) -> tuple[str, ...] | None:
    value = content.get(name)
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise DeliveryError(f"{name} in the answer to connect is not a list of strings")
    return tuple(value)


def _offered(chosen: str | None, offered: tuple[str, ...]) -> str | None:
    if not chosen:
        return None
    for subprotocol in offered:
        if subprotocol.lower() == chosen.lower():
            return subprotocol
    raise DeliveryError("the answer to connect selects a subprotocol that the client did not offer")
