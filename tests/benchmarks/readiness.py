"""Bring a road to the state in which a measure may begin: every client receives, and all is quiet.

Measures nothing.
"""

import time
from pathlib import Path

from tests.benchmarks import lines
from tests.benchmarks.readers import Poll

WARM_UP_S = 20.0
QUIET_S = 0.3


class NotReadyError(Exception):
    """A road does not carry lines, or next to none."""


def warm_up(path: Path, poll: Poll) -> None:
    """Append lines until every client has received one and all are quiet.

    Raises:
        NotReadyError: some client has received nothing in `WARM_UP_S`.
    """
    deadline = time.monotonic() + WARM_UP_S
    while not all(reader.count for reader in poll.readers):
        if time.monotonic() > deadline:
            silent = sum(not reader.count for reader in poll.readers)
            raise NotReadyError(f"{silent} of {len(poll.readers)} clients received nothing in {WARM_UP_S:.0f} s")
        append(path, lines.line(0))
        poll.run(lambda: all(reader.count for reader in poll.readers), time.monotonic() + 0.2)
    settle(poll)


def settle(poll: Poll) -> None:
    """Receive until nothing has come for `QUIET_S`."""
    quiet_since, seen = time.monotonic(), -1
    while time.monotonic() - quiet_since < QUIET_S:
        poll.once(0.05)
        total = sum(reader.count for reader in poll.readers)
        if total != seen:
            quiet_since, seen = time.monotonic(), total


def append(path: Path, content: bytes) -> None:
    """Add `content` to the end of the file in one write."""
    with path.open("ab", buffering=0) as file:
        file.write(content)
