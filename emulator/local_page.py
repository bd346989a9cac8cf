"""Which web pages may use an emulator whose key is public, by what their browsers say; programs may all.

Any page that somebody opens could sign itself a token with the public default key. What keeps it out is what browsers
tell of it and it cannot leave out: its origin or, in requests to what it takes for its own origin, the name that it
was loaded from (DNS rebinding). Reads no socket.
"""

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

from common.shortening import quoted
from emulator.errors import RefusedError

_ADVICE = (
    "asks an emulator with the public default key, which only pages of this machine may use; set EMULATOR_ACCESS_KEY "
    "to a key of your own."
)


def require_local_page(headers: Mapping[str, str]) -> None:
    """Refuse a page of another machine. `headers` of the request are found whatever their case.

    Raises:
        RefusedError: 403, naming what to set.
    """
    origin = headers.get("Origin")
    if origin is not None:
        if not is_local(_origin_host(origin)):
            raise RefusedError(403, f"A page of {quoted(origin)} {_ADVICE}", "Error.Forbidden")
        return
    host = host_name(headers.get("Host", ""))
    if _is_of_browser(headers) and not is_local(host):  # no Origin goes with a GET of a page's own origin
        raise RefusedError(403, f"A page of {quoted(host)} {_ADVICE}", "Error.Forbidden")


def is_local(name: str) -> bool:
    """Whether the name of a host, in lower case and without a port, always means this machine."""
    return name == "localhost" or name.endswith(".localhost") or is_loopback(name)


def is_loopback(address: str) -> bool:
    """Whether an IP address is one of loopback, also in IPv6's way to write those of IPv4."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return bool((mapped or parsed).is_loopback)


def host_name(host: str) -> str:
    """The name in a Host header, in lower case; empty where there is none."""
    return _origin_host(f"//{host}")


def _origin_host(origin: str) -> str:
    try:
        return urlsplit(origin).hostname or ""
    except ValueError:
        return ""


def _is_of_browser(headers: Mapping[str, str]) -> bool:
    """Browsers name themselves so, all of them; to names without https they say less of what they are doing."""
    is_told = any(name in headers for name in ("Sec-Fetch-Site", "Referer"))
    return is_told or headers.get("User-Agent", "").startswith("Mozilla/")
