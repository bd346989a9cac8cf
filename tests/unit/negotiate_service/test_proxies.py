import asyncio
import socket
from typing import Any

import pytest

from negotiate_service import proxies
from negotiate_service.proxies import TrustedProxies


class Names:
    """Stands in for the resolver: counts look-ups, and fails for names that it does not have."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **addresses: str) -> None:
        self.addresses = addresses
        self.lookups = 0
        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", self._getaddrinfo)

    async def _getaddrinfo(self, name: str, _port: None, **_options: Any) -> list[Any]:
        self.lookups += 1
        await asyncio.sleep(0)
        if name not in self.addresses:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (self.addresses[name], 0))]


async def test_nobody_is_trusted_by_default() -> None:
    assert not await TrustedProxies("").trusts("127.0.0.1")


@pytest.mark.parametrize(("peer", "trusted"), [("10.1.2.3", True), ("::ffff:10.1.2.3", True), ("11.0.0.1", False)])
async def test_a_peer_inside_a_network_is_trusted(peer: str, trusted: bool) -> None:
    assert await TrustedProxies("10.0.0.0/8").trusts(peer) is trusted


@pytest.mark.parametrize("peer", [None, "", "a path of a socket"])
async def test_a_peer_without_an_address_is_not_trusted(peer: str | None) -> None:
    assert not await TrustedProxies("0.0.0.0/0").trusts(peer)


async def test_a_name_is_trusted_at_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    Names(monkeypatch, viewer="172.20.0.5")
    named = TrustedProxies("viewer")
    assert await named.trusts("172.20.0.5")
    assert not await named.trusts("172.20.0.6")


async def test_a_known_peer_costs_one_look_up(monkeypatch: pytest.MonkeyPatch) -> None:
    names = Names(monkeypatch, viewer="172.20.0.5")
    named = TrustedProxies("viewer")
    assert all(await asyncio.gather(*(named.trusts("172.20.0.5") for _ in range(10))))
    assert names.lookups == 1


async def test_an_unknown_peer_has_the_names_looked_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    names = Names(monkeypatch)
    named = TrustedProxies("viewer")
    monkeypatch.setattr(proxies, "MISS_KEPT_S", -1.0)
    assert not await named.trusts("172.20.0.5")
    names.addresses["viewer"] = "172.20.0.5"
    assert await named.trusts("172.20.0.5")


async def test_one_name_that_does_not_resolve_leaves_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    Names(monkeypatch, viewer="172.20.0.5")
    assert await TrustedProxies("gone,viewer").trusts("172.20.0.5")
