"""Say which core runs the servers and which the clients, and keep programs there.

Measures nothing.
"""

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cores:
    """Where servers and clients run; the same core twice on a machine that has only one."""

    server: int
    client: int

    @property
    def are_apart(self) -> bool:
        """Whether a server and its clients do not compete for one core."""
        return self.server != self.client

    def pin_client(self) -> None:
        """Keep this process, which holds every client, on the clients' core."""
        os.sched_setaffinity(0, {self.client})

    def pin_server(self) -> None:
        """Keep the calling process and what it starts on the servers' core."""
        os.sched_setaffinity(0, {self.server})


def choose() -> Cores:
    """Take the first and the last core that this process may use."""
    allowed = sorted(os.sched_getaffinity(0))
    return Cores(server=allowed[0], client=allowed[-1])
