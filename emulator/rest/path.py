"""The path of a REST request below /api/hubs: which template it fits, and the names in it; knows no operation."""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import unquote

from msgspec import Struct

from common.shortening import quoted
from emulator import names
from emulator.errors import bad_request


class Target(Struct, frozen=True):
    """What a path names: a hub, and by the template's words connection, group, user, permission."""

    hub: str
    parameters: Mapping[str, str]


def match(template: Sequence[str], segments: Sequence[str]) -> dict[str, str] | None:
    """What stands in the place of each word in braces, or None if the path does not fit the template."""
    if len(template) != len(segments):
        return None
    parameters = {}
    for wanted, given in zip(template, segments, strict=True):
        if wanted.startswith("{"):
            parameters[wanted.strip("{}")] = given
        elif wanted != given:
            return None
    return parameters


def target(hub: str, parameters: Mapping[str, str], decodes_slashes: bool) -> Target:
    """Decode and check the names that were found in a path.

    Raises:
        RefusedError: 400 for one that is not valid.
    """
    return Target(
        _checked("hub", _decoded(hub, decodes_slashes)),
        {kind: _checked(kind, _decoded(segment, decodes_slashes)) for kind, segment in parameters.items()},
    )


def _decoded(segment: str, decodes_slashes: bool) -> str:
    """Decode once, but leave an encoded slash as it is: that is how the supported versions behave (C218).

    With `decodes_slashes` it becomes a slash, as those who encode names for a path expect.
    """
    encoded = segment if decodes_slashes else re.sub("%(?=2[Ff])", "%25", segment)
    try:
        return unquote(encoded, errors="strict")
    except UnicodeDecodeError as error:
        raise bad_request(f"The path holds {quoted(segment)}, which is not UTF-8.") from error


def _checked(kind: str, name: str) -> str:
    checks = {"hub": names.is_hub, "group": names.is_group}
    if not checks.get(kind, bool)(name):
        raise bad_request(f"{quoted(name)} is not a valid name of a {kind}.", kind)
    return name
