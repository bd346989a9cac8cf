"""Choose ports for services that tests start; starts nothing.

A port below the range that the kernel gives to outgoing connections stays free between its choice, its use and the
restart of its service: no client's socket can take it in between.
"""

import errno
import random
import socket

NO_IPV6 = (errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL)
FIRST, LAST = 20_000, 32_000
_taken: set[int] = set()


def free_port() -> int:
    """A loopback port that nothing listens on, never given out twice by this process."""
    for _ in range(1000):
        port = random.randrange(FIRST, LAST)
        if port not in _taken and _is_free(port):
            _taken.add(port)
            return port
    raise AssertionError(f"no free port between {FIRST} and {LAST}")


def _is_free(port: int) -> bool:
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((host, port))
        except OSError as error:
            if error.errno not in NO_IPV6:
                return False
    return True
