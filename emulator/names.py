"""Which names of hubs, groups and events are valid; says nothing about who may use them."""

import re

MAX_GROUP_CHARACTERS = 1024
"""Longest group name, as in the paths of the REST API specification 2024-12-01."""

_HUB = re.compile(r"[A-Za-z][A-Za-z0-9_`,.\[\]]{0,127}")
_EVENT = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,127}")


def is_hub(name: str) -> bool:
    """The pattern of the REST API specification; Learn's prose allows letters, digits and underscores only."""
    return _HUB.fullmatch(name) is not None


def hub_key(name: str) -> str:
    """The one spelling of a hub: names of hubs are case-insensitive (C015), those of groups are not."""
    return name.lower()


def is_group(name: str) -> bool:
    """1 to 1024 characters, not only white space."""
    return 0 < len(name) <= MAX_GROUP_CHARACTERS and not name.isspace()


def is_event(name: str) -> bool:
    """A letter, then up to 127 letters, digits, `_`, `.` or `-` (C095)."""
    return _EVENT.fullmatch(name) is not None
