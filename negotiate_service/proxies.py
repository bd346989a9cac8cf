"""Answers whether the peer of a connection is a trusted proxy; looks up the names among them.

A name is for a proxy whose address changes, as in Compose. What the proxies say is read in `forwarded`.
"""

import asyncio
import socket

import structlog

from negotiate_service import trusted
from negotiate_service.trusted import Address

KEPT_S = 30.0
"""For how long a looked-up address is believed: a container that was replaced loses its trust after that."""

MISS_KEPT_S = 1.0
"""An unknown peer makes us look again, at most this often: the proxy may have started only now."""

LOOKUP_TIMEOUT_S = 2.0

log = structlog.stdlib.get_logger("negotiate_service")


class TrustedProxies:
    """The proxies of the setting TRUSTED_PROXIES."""

    def __init__(self, text: str) -> None:
        self._trusted = trusted.parse(text)
        self._found: frozenset[Address] = frozenset()  # addresses of the names, as last looked up
        self._looked_at = float("-inf")  # loop time of the last look-up, successful or not
        self._looking = asyncio.Lock()

    async def trusts(self, peer: str | None) -> bool:
        """Whether `peer`, the address at the other end of the connection, is a trusted proxy."""
        try:
            address = trusted.address(peer or "")
        except ValueError:
            return False
        if any(address in network for network in self._trusted.networks):
            return True
        return bool(self._trusted.names) and await self._is_named(address)

    async def _is_named(self, address: Address) -> bool:
        async with self._looking:
            now = asyncio.get_running_loop().time()
            if now - self._looked_at > (KEPT_S if address in self._found else MISS_KEPT_S):
                found = await asyncio.gather(*map(_addresses, self._trusted.names))
                self._found = frozenset[Address]().union(*found)
                self._looked_at = now
            return address in self._found


async def _addresses(name: str) -> frozenset[Address]:
    try:
        async with asyncio.timeout(LOOKUP_TIMEOUT_S):
            found = await asyncio.get_running_loop().getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:  # a time-out is an OSError too
        log.warning("trusted_proxy_not_resolved", name=name, reason=str(error) or type(error).__name__)
        return frozenset()
    return frozenset(trusted.address(str(entry[4][0])) for entry in found)
