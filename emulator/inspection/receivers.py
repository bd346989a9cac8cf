"""Who gets what is sent to a group at this moment, kept as ids, so that a record of it costs next to nothing.

Sends nothing. While nobody joins or leaves, all records of a group share what was found once.
"""

from msgspec import Struct

from emulator.hub import Hub, Hubs

KEPT_IDS = 100
"""Receivers that are kept by id; of more only the number is known."""

MAX_KNOWN_GROUPS = 1000


class Receivers(Struct, frozen=True):
    """Who received something that was sent to `group`. `why_none` says in words why nobody did."""

    group: str
    count: int
    ids: tuple[str, ...] = ()
    why_none: str = ""
    membership: object = None  # the hub's when this was found; it holds until that is another one


class Members:
    """The members of all groups, as far as somebody sent to them."""

    def __init__(self, hubs: Hubs) -> None:
        self._hubs = hubs
        self._known: dict[tuple[str, str], Receivers] = {}

    def of(self, hub: Hub, group: str) -> Receivers:
        """All members of `group`, the sender too if it is one."""
        key = hub.name, group
        known = self._known.get(key)
        if known is None or known.membership is not hub.membership:
            if len(self._known) >= MAX_KNOWN_GROUPS:
                self._known.clear()
            known = self._known[key] = self._find(hub, group)
        return known

    def _find(self, hub: Hub, group: str) -> Receivers:
        members = hub.members(group)
        ids = tuple(member.connection_id for member in members[:KEPT_IDS])
        return Receivers(group, len(members), ids, "" if members else self._why_none(hub, group), hub.membership)

    def _why_none(self, hub: Hub, group: str) -> str:
        """What may be wrong, as far as it can be seen: another spelling, another hub, or nobody joined."""
        spellings = sorted(name for name in hub.groups() if name.casefold() == group.casefold())
        elsewhere = sorted(other.name for other in self._hubs if other is not hub and other.members(group))
        return " ".join(
            [
                f"Nobody is in group {group!r} of hub {hub.name!r} at this moment.",
                *(f"There is a group {name!r}: names of groups have case." for name in spellings[:3]),
                *(f"Hub {name!r} has members in a group of this name: hubs share no groups." for name in elsewhere[:3]),
            ]
        )
