"""When an unfinished last line is to be shown as far as it came. Knows no file and keeps no clock."""

from streamer_agent.block import EpochKey


class Provisional:
    """Lives whose last line has no line end, each with the time at which that is shown.

    The time counts from when the line was found unfinished, not from its last growth: a progress bar that grows for an
    hour is shown as it grows.
    """

    def __init__(self, after_s: float) -> None:
        """`after_s` is how long a line may be unfinished before it is shown."""
        self._after_s = after_s
        self._due: dict[EpochKey, tuple[float, int]] = {}
        """When, and where the line begins; the next first."""

    def wait(self, key: EpochKey, offset: int, now: float) -> None:
        """Note that the line at `offset` is unfinished and was not shown so."""
        if self._due.get(key, (0.0, -1))[1] != offset:
            self._due.pop(key, None)
            self._due[key] = (now + self._after_s, offset)

    def settle(self, key: EpochKey) -> None:
        """Note that a life has nothing to show."""
        self._due.pop(key, None)

    def due_at(self) -> float:
        """Return when the next one is due; infinity if there is none."""
        return next(iter(self._due.values()))[0] if self._due else float("inf")

    def take_due(self, now: float) -> list[EpochKey]:
        """Return those that are due, and forget them."""
        due = [key for key, (at, _offset) in self._due.items() if at <= now]
        for key in due:
            del self._due[key]
        return due
