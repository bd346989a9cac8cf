"""Decide which failures in a row are worth telling people. Logs nothing itself."""

from streamer_agent.publish.backoff import growth

FIRST_REMINDER_S = 60.0
LAST_REMINDER_S = 3600.0
MOST_REASONS = 16
"""Reasons remembered in one outage; it may last for weeks."""


class Outage:
    """A stretch without a connection: each reason is told when it first shows, then what holds on ever more rarely."""

    def __init__(self) -> None:
        self._failures = 0  # since the last `over`, as all that follows
        self._began_at = 0.0
        self._told: set[str] = set()
        self._reminders = 0
        self._remind_at = 0.0

    def failed(self, why: str, now: float) -> bool:
        """Note a failure; return whether to tell people about it."""
        if self._failures == 0:
            self._began_at = now
        self._failures += 1
        is_news = why not in self._told and len(self._told) < MOST_REASONS
        if not is_news and now < self._remind_at:
            return False
        self._told.add(why)
        self._remind_at = now + growth(self._reminders, FIRST_REMINDER_S, LAST_REMINDER_S)
        self._reminders += 1
        return True

    def over(self, now: float) -> tuple[int, float]:
        """End the outage. Return how many failures it had and how many seconds it took; (0, 0.0) if there was none."""
        failures, seconds = self._failures, now - self._began_at if self._failures else 0.0
        self._failures = self._reminders = 0
        self._told = set()
        return failures, seconds
