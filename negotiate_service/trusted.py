"""The setting TRUSTED_PROXIES: which addresses, networks and host names it names.

Pure. Names are looked up in `proxies`.
"""

import ipaddress
from typing import NamedTuple

from negotiate_service import authority

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Trusted(NamedTuple):
    """What the setting names."""

    networks: tuple[Network, ...]
    names: tuple[str, ...]


def parse(text: str) -> Trusted:
    """Parse a comma-separated list of addresses, networks and host names; empty items are ignored.

    Raises:
        ValueError: an item is none of the three; the text names it.
    """
    networks: list[Network] = []
    names: list[str] = []
    for item in filter(None, (part.strip() for part in text.split(","))):
        try:
            networks.append(ipaddress.ip_network(item.strip("[]"), strict=False))
            continue
        except ValueError:
            pass
        try:
            names.append(_name(item))
        except ValueError:
            raise ValueError(f"{item!r} is no address, no network such as 10.0.0.0/8 and no host name") from None
    return Trusted(tuple(networks), tuple(names))


def address(text: str) -> Address:
    """Parse a peer's address, without its IPv6 zone; an IPv4 peer of a dual-stack socket, ::ffff:a.b.c.d, is IPv4.

    Raises:
        ValueError: it is none.
    """
    parsed = ipaddress.ip_address(text.partition("%")[0])
    return getattr(parsed, "ipv4_mapped", None) or parsed


def _name(item: str) -> str:
    parsed = authority.parse(item)
    # Digits and dots alone are a mistyped address, and would be looked up as one.
    if parsed.port is not None or parsed.host.replace(".", "").isdigit():
        raise ValueError
    return parsed.host
