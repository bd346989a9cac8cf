"""What requests may name, whatever their wire form; knows no request as a whole.

Every function returns what it is given, and raises ValueError for what the service would not take.
"""

from emulator import names
from emulator.messages import MAX_TTL_S


def group(name: str) -> str:
    """The name of a group."""
    if not names.is_group(name):
        raise ValueError("not a name of a group")
    return name


def event(name: str) -> str:
    """The name of an event."""
    if not names.is_event(name):
        raise ValueError("not a name of an event")
    return name


def identifier(value: str) -> str:
    """An id that the client chose."""
    if not value:
        raise ValueError("an id is empty")
    return value


def ttl_s(value: int) -> int:
    """Seconds from 0, for ever, to 300."""
    if not 0 <= value <= MAX_TTL_S:
        raise ValueError("a time-to-live is not between 0 and 300 seconds")
    return value
