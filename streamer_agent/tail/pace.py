"""When to do again what is done over and over, so that it never costs more than its share of time. Keeps no clock."""

_LONGEST_PAUSE_S = 10.0
"""However dear a job is: a machine that stood still for a moment must not make it rare."""


class Pace:
    """One recurring job: every `interval_s`, sooner when it is wanted, later when it is dear."""

    def __init__(self, interval_s: float, share: float) -> None:
        """`share` is the part of all time that the job may take, 0 to 1."""
        self._interval_s = interval_s
        self._share = share
        self._ran_at = float("-inf")
        self._pause_s = 0.0
        """The least time until the next run, by what the last one cost."""
        self._is_wanted = False

    def want(self) -> None:
        """Ask for the next run as soon as the share allows it."""
        self._is_wanted = True

    def ran(self, now: float, cost_s: float) -> None:
        """Note a run that ended at `now` and took `cost_s` of processor time."""
        self._ran_at = now
        self._pause_s = min(cost_s / self._share, _LONGEST_PAUSE_S)

    def began(self) -> None:
        """Note that a run begins: what is wanted from now on is for the next one."""
        self._is_wanted = False

    def due_at(self) -> float:
        """Return when the next run is due."""
        return self._ran_at + (self._pause_s if self._is_wanted else max(self._interval_s, self._pause_s))
