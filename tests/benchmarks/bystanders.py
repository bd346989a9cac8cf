"""Tell how much processor time programs that are not part of the measure have taken meanwhile.

Without it, nobody could tell a slow system from a busy machine.
"""

import os
import resource
import time
from pathlib import Path

TOLERABLE_SHARE = 0.05
"""Of one core, for all that runs on a machine that nobody uses."""


class Bystanders:
    """Counts from when it is made."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.before_s = busy_s() - own_s()

    def sentence(self) -> str:
        """What they have taken until now, as a share of one core."""
        share = max(0.0, busy_s() - own_s() - self.before_s) / (time.monotonic() - self.began)
        verdict = "" if share <= TOLERABLE_SHARE else ": the figures are disturbed, run it again on a quiet machine"
        return f"Other programs took {share:.0%} of one core meanwhile{verdict}."


def busy_s() -> float:
    """Seconds that all cores together have worked since the machine started; proc(5), /proc/stat."""
    user, nice, system, _idle, _wait, irq, softirq = map(int, Path("/proc/stat").read_text().split()[1:8])
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


def own_s() -> float:
    """Seconds that this process and the servers that it has ended have worked."""
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)
