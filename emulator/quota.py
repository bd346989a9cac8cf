"""What may be used in a day, and what has been: connections at once, and messages as Azure bills them.

Counts and refuses; closes nothing.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct

from emulator.errors import RefusedError, throttled

BYTES_PER_MESSAGE = 2048
"""Outbound traffic is billed in messages of 2 KB (Learn: billing model). Read here as the sum of all bytes divided by
2 KB, not rounded up message by message, which Learn does not say.
"""

DAY_S = 86_400  # a day of UTC, as Unix time has it


class Limits(Struct, frozen=True):
    """What may be used; None is without end."""

    connections: int | None = None
    messages_per_day: int | None = None

    def changed(self, connections: int | None, messages_per_day: int | None) -> "Limits":
        """The same with the numbers that are given."""
        return Limits(
            self.connections if connections is None else connections,
            self.messages_per_day if messages_per_day is None else messages_per_day,
        )


PROFILES = {"none": Limits(), "free": Limits(20, 20_000)}
"""By the names of tiers (Learn: Azure Web PubSub limits); what the others include is billed beyond, not refused."""


class Quota:
    """The limits of one emulator, and what was used since 00:00 UTC."""

    def __init__(self, limits: Limits, now: Callable[[], float]) -> None:
        """`now` gives seconds since 1970."""
        self.limits = limits
        self.counts = limits.messages_per_day is not None  # whether anything is gained by counting
        self._now = now
        self._day = self._today()
        self._bytes = 0

    def add(self, size_bytes: int) -> None:
        """So much was sent, to clients or to event handlers."""
        self._turn_over()
        self._bytes += size_bytes

    @property
    def used_messages(self) -> float:
        """What was sent today."""
        self._turn_over()
        return self._bytes / BYTES_PER_MESSAGE

    @property
    def is_spent(self) -> bool:
        """Whether nothing more may be sent today."""
        limit = self.limits.messages_per_day
        return limit is not None and self.used_messages >= limit

    def require_messages(self) -> None:
        """Let pass who wants to send, or to receive.

        Raises:
            RefusedError: 429, with the time until midnight.
        """
        if self.is_spent:
            raise throttled(
                f"The {self.limits.messages_per_day} messages of today are used up; counting begins anew at 00:00 UTC.",
                retry_after_s=int((self._day + 1) * DAY_S - self._now()) + 1,
            )

    def require_connection(self, open_now: int) -> None:
        """Let pass who wants to connect while so many are open.

        Raises:
            RefusedError: 429 (Learn: troubleshooting, "429 Too many requests").
        """
        self.require_messages()
        limit = self.limits.connections
        if limit is not None and open_now >= limit:
            raise RefusedError(429, f"There are {limit} connections, and more are not allowed.")

    def as_json(self, open_now: int) -> dict[str, Any]:
        """The state in numbers; `open_now` is how many connections have a socket."""
        limit, used = self.limits.messages_per_day, self.used_messages
        resets_at = datetime.fromtimestamp((self._day + 1) * DAY_S, UTC).isoformat().replace("+00:00", "Z")
        return {
            "connections": {"limit": self.limits.connections, "open": open_now},
            "messages": {
                "limit": limit,
                "used": round(used, 3) if self.counts else None,
                "left": None if limit is None else max(0.0, round(limit - used, 3)),
                "resets_at": resets_at,
            },
        }

    def _today(self) -> int:
        return int(self._now() // DAY_S)

    def _turn_over(self) -> None:
        today = self._today()
        if today != self._day:
            self._day, self._bytes = today, 0
