"""Host and port, as in a Host header or a URL: parsing, comparing, and what counts as loopback.

Pure. Resolves no name: `localhost` and `*.localhost` are loopback by definition (RFC 6761, 6.3).
"""

import ipaddress
import re
from collections.abc import Iterable
from typing import NamedTuple

_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,252}[a-z0-9_])?")
_DEFAULT_PORTS = (80, 443)


class Authority(NamedTuple):
    """A host in lower case, an IPv6 address without its brackets, and the port if one was given."""

    host: str
    port: int | None

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port is None else f"{host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether the host can only be this machine."""
        if self.host == "localhost" or self.host.endswith(".localhost"):
            return True
        try:
            address = ipaddress.ip_address(self.host)
        except ValueError:
            return False
        return (getattr(address, "ipv4_mapped", None) or address).is_loopback


def parse(text: str) -> Authority:
    """Parse `host`, `host:port`, `[IPv6]` or `[IPv6]:port`.

    Raises:
        ValueError: anything else. The text does not repeat what was seen, which may hold any byte.
    """
    bracketed = re.fullmatch(r"\[([0-9A-Fa-f:.]+)\](?::([0-9]{1,5}))?", text)
    plain = re.fullmatch(r"([^:\[\]]+)(?::([0-9]{1,5}))?", text)
    match = bracketed or plain
    if match is None:
        raise ValueError("expected host or host:port, an IPv6 address in brackets")
    port = int(match[2]) if match[2] else None
    if port is not None and not 1 <= port <= 65535:
        raise ValueError("expected a port from 1 to 65535")
    if bracketed:
        return Authority(_ipv6(match[1]), port)
    host = match[1].lower().removesuffix(".")
    if not _NAME.fullmatch(host) or ".." in host:
        raise ValueError("expected a host of letters, digits, dots, hyphens and underscores")
    return Authority(host, port)


def _ipv6(text: str) -> str:
    try:
        return str(ipaddress.IPv6Address(text))
    except ValueError:
        raise ValueError("expected an IPv6 address between the brackets") from None


def parse_list(text: str) -> tuple[Authority, ...]:
    """Parse a comma-separated list; a bare IPv6 address needs no brackets here, and empty items are ignored.

    Raises:
        ValueError: an item does not parse; the text names it.
    """
    found = []
    for item in filter(None, (part.strip() for part in text.split(","))):
        try:
            found.append(parse(f"[{item}]" if item.count(":") > 1 and "[" not in item else item))
        except ValueError as error:
            raise ValueError(f"{item!r} does not parse; {error}") from error
    return tuple(found)


def is_among(authority: Authority, allowed: Iterable[Authority]) -> bool:
    """Whether one of `allowed` names this host; one without a port allows every port."""
    ports = _DEFAULT_PORTS if authority.port is None else (authority.port,)
    return any(entry.host == authority.host and (entry.port is None or entry.port in ports) for entry in allowed)
