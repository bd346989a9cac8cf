"""When to ask an event handler whether it agrees to be called, and what its answer means. Asks nothing itself.

Abuse protection of CloudEvents webhooks (Learn: "Event handlers", upstream and validation): nobody can have the
service send requests to a stranger. The times are those of Microsoft's emulator.
"""

from collections.abc import Collection
from urllib.parse import urlsplit

from emulator.upstream.answer import Answer

ALLOWED_HEADER = "WebHook-Allowed-Origin"
GOOD_FOR_S = 60.0
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 60.0


def allows(answer: Answer, origins: Collection[str]) -> bool:
    """Whether `answer` agrees to calls of one of our names; several header lines are fine, a list in one is not.

    Ports do not matter: Microsoft's handlers for Node name them, those for .NET do not, and behind a port mapping
    nobody here knows the one outside.
    """
    ours = {origin.lower() for origin in origins} | {"*"}
    return answer.is_success and any(_host(value) in ours for value in answer.values(ALLOWED_HEADER))


def _host(origin: str) -> str:
    try:
        return urlsplit(f"//{origin.strip()}").hostname or ""
    except ValueError:
        return ""


class Consent:
    """What is known of one handler's URL: agreed, refused, or due to be asked."""

    __slots__ = ("_due_at", "_pause_s", "why_not")

    def __init__(self) -> None:
        self.why_not: str | None = "it was not asked yet"  # None once it agreed
        self._due_at = float("-inf")
        self._pause_s = 0.0  # the last one after a refusal; doubles from refusal to refusal

    def is_due(self, now: float) -> bool:
        """Whether to ask (again)."""
        return now >= self._due_at

    def note(self, why_not: str | None, now: float) -> None:
        """Remember that it agreed, or why it did not."""
        self.why_not = why_not
        if why_not is None:
            self._pause_s = 0.0
            self._due_at = now + GOOD_FOR_S
        else:
            self._pause_s = min(max(FIRST_PAUSE_S, 2 * self._pause_s), LONGEST_PAUSE_S)
            self._due_at = now + self._pause_s
