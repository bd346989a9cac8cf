"""Opens one port on both loopback addresses, because browsers try `localhost` as IPv6 and as IPv4.

Serves nothing.
"""

import errno
import socket

_NO_IPV6 = (errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL, errno.EPROTONOSUPPORT)
_TRIES = 20


def listen(port: int) -> list[socket.socket]:
    """Return listening sockets on 127.0.0.1 and, where there is IPv6, on ::1, on the same port.

    Args:
        port: 0 takes one that is free on both.

    Raises:
        OSError: the port is in use on one of them; were only one taken, half of the readers would meet a stranger.
    """
    for tries_left in range(_TRIES, 0, -1):
        ipv4 = socket.create_server(("127.0.0.1", port))
        try:
            return [ipv4, *_ipv6(ipv4.getsockname()[1])]
        except OSError as error:
            ipv4.close()
            if port != 0 or error.errno != errno.EADDRINUSE or tries_left == 1:
                raise
    raise AssertionError("the last try returns or raises")


def _ipv6(port: int) -> list[socket.socket]:
    try:
        return [socket.create_server(("::1", port), family=socket.AF_INET6)]
    except OSError as error:
        if error.errno in _NO_IPV6:
            return []
        raise
