"""The origin under which a client reaches us, with its path prefix, and the client URL below it.

Pure. Where the origin comes from (PUBLIC_URL, a proxy's headers, Host) is decided in `forwarded` and `handlers`.
"""

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, urlsplit

from negotiate_service import authority
from negotiate_service.authority import Authority

DEFAULT_PORTS = {"http": 80, "https": 443}

_PREFIX = re.compile(r"(?:/[A-Za-z0-9._~!$&'()*+;=:@%-]+)*")


@dataclass(frozen=True)
class Origin:
    """Scheme, host and port as the client sees them; `prefix` is empty or starts with a slash and ends without."""

    scheme: Literal["http", "https"]
    authority: Authority
    prefix: str = ""

    def __str__(self) -> str:
        """As in an Origin header, where a default port is left out (RFC 6454, 6.2)."""
        port = None if self.authority.port == DEFAULT_PORTS[self.scheme] else self.authority.port
        return f"{self.scheme}://{Authority(self.authority.host, port)}"

    @property
    def websocket_base(self) -> str:
        """`ws://host` or `wss://host`, without the prefix."""
        return f"{'wss' if self.scheme == 'https' else 'ws'}://{self.authority}"

    def client_url(self, hub: str, token: str) -> str:
        """The URL at which a client opens its WebSocket to `hub` (client spec 1.1)."""
        return f"{self.websocket_base}{self.prefix}/client/hubs/{quote(hub, safe='')}?access_token={token}"


def parse_prefix(text: str) -> str:
    """Check a path prefix and take the slash off its end.

    Raises:
        ValueError: it is not an absolute path of plain segments.
    """
    prefix = text.rstrip("/")
    if not _PREFIX.fullmatch(prefix) or any(segment in (".", "..") for segment in prefix.split("/")):
        raise ValueError("expected a path such as /logs")
    return prefix


def parse_url(text: str) -> Origin:
    """Parse an http or https URL that is an origin and perhaps a path prefix.

    Raises:
        ValueError: another scheme, or user info, a query or a fragment is there. The URL is not in the text.
    """
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in DEFAULT_PORTS:
        raise ValueError("expected a URL that starts with http:// or https://")
    if parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError("expected a URL without user name, query and fragment")
    return Origin(
        "https" if parts.scheme == "https" else "http", authority.parse(parts.netloc), parse_prefix(parts.path)
    )
