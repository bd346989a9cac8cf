import errno
import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from all_in_one.listener import listen
from tests.support.ports import free_port


def has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


needs_ipv6 = pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6 loopback")


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def keep(opened: ExitStack, port: int) -> list[tuple[str, int]]:
    sockets = [opened.enter_context(listening) for listening in listen(port)]
    return [listening.getsockname()[:2] for listening in sockets]


@needs_ipv6
def test_both_loopback_addresses_have_the_same_port(opened: ExitStack) -> None:
    port = free_port()
    assert keep(opened, port) == [("127.0.0.1", port), ("::1", port)]


@needs_ipv6
def test_port_0_takes_one_that_both_have_free(opened: ExitStack) -> None:
    (_, first), (_, second) = keep(opened, 0)
    assert first == second != 0


@pytest.mark.parametrize(
    ("family", "host"),
    [(socket.AF_INET, "127.0.0.1"), pytest.param(socket.AF_INET6, "::1", marks=needs_ipv6)],
)
def test_a_port_that_is_taken_on_one_address_is_refused(family: int, host: str, opened: ExitStack) -> None:
    port = free_port()
    opened.enter_context(socket.create_server((host, port), family=family))
    with pytest.raises(OSError, match="in use") as caught:
        listen(port)
    assert caught.value.errno == errno.EADDRINUSE
    other = "127.0.0.1" if host == "::1" else "::1"
    if other == "127.0.0.1" or has_ipv6():
        socket.create_server((other, port), family=socket.AF_INET6 if other == "::1" else socket.AF_INET).close()


def test_without_ipv6_the_other_serves_alone(monkeypatch: pytest.MonkeyPatch, opened: ExitStack) -> None:
    real = socket.create_server

    def without_ipv6(address: tuple[str, int], *, family: int = socket.AF_INET) -> socket.socket:
        if family == socket.AF_INET6:
            raise OSError(errno.EADDRNOTAVAIL, "Cannot assign requested address")
        return real(address, family=family)

    monkeypatch.setattr(socket, "create_server", without_ipv6)
    assert [host for host, _ in keep(opened, 0)] == ["127.0.0.1"]
