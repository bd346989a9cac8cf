"""For which address a token was signed, compared with the address it is used on; verifies no signature.

Clients sign for `{endpoint}/client/hubs/{hub}`, REST callers for the URL of the request. The endpoint is whatever
the caller calls this service: the Host header of the request, the configured endpoint, or a public one in front.
"""

from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}


class Audiences:
    """Decides whether the `aud` of a token names this service and the resource asked for."""

    def __init__(self, endpoints: Iterable[str], lenient: bool) -> None:
        """Accept tokens for `endpoints` (URLs), beside those for the Host header of each request.

        `lenient` accepts REST tokens for a parent of the resource too, as one of Learn's examples signs them.
        """
        named = {endpoint: _authority_and_path(endpoint, _DEFAULT_PORTS) for endpoint in endpoints}
        self._urls = {address[0]: url.rstrip("/") for url, address in reversed(named.items()) if address is not None}
        self._endpoints = [address for address in named.values() if address is not None]
        self._lenient = lenient

    def names_client_endpoint(self, audience: str, host: str, hub: str) -> bool:
        """Whether `audience` is the client endpoint of `hub` at one of our addresses.

        Authority and hub are compared case-insensitively, since `:generateToken` writes the hub in lower case, and
        one trailing slash is tolerated. A query or anything else behind the hub is not.
        """
        named = _authority_and_path(audience, ("http", "https"))
        wanted = f"/client/hubs/{hub.lower()}"
        return named is not None and any(
            named[0] == authority and named[1].lower().removesuffix("/") == prefix.lower() + wanted
            for authority, prefix in self._addresses(host)
        )

    def names_resource(self, audience: str, host: str, raw_path: str) -> bool:
        """Whether `audience` is the URL of a REST request, or continues it at a boundary (C164 to C170).

        The query of the audience never restricts it. `raw_path` is the path of the request as it was sent.
        """
        named = _authority_and_path(audience, _DEFAULT_PORTS)
        if named is None:
            return False
        for authority, prefix in self._addresses(host):
            for path in {prefix + raw_path, prefix + unquote(raw_path)}:
                if named[0] == authority and (
                    _is_at_or_below(named[1], path) or (self._lenient and _is_at_or_below(path, named[1]))
                ):
                    return True
        return False

    def endpoint_at(self, host: str, scheme: str) -> str:
        """What callers call this service who reach it under the Host header `host`, by `scheme` at its last hop.

        A configured endpoint at that host knows better: a proxy may have ended TLS, or cut off the start of the path.
        """
        return self._urls.get(_authority(host), f"{scheme}://{host}")

    def _addresses(self, host: str) -> Iterable[tuple[str, str]]:
        yield from self._endpoints
        yield _authority(host), ""


def _authority_and_path(url: str, schemes: Iterable[str]) -> tuple[str, str] | None:
    """The normalised authority and the path without trailing slash of `url`; None if its scheme is not allowed."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in schemes or not parts.hostname:
        return None
    port = None if port == _DEFAULT_PORTS[parts.scheme] else port
    return f"{parts.hostname}:{port or ''}", parts.path.removesuffix("/")


def _authority(host: str) -> str:
    """A Host header in the form of `_authority_and_path`. It has no scheme, so both default ports count as none."""
    try:
        parts = urlsplit(f"//{host}")
        port = parts.port
    except ValueError:
        return ""
    return f"{parts.hostname or ''}:{'' if port in (None, 80, 443) else port}"


def _is_at_or_below(path: str, parent: str) -> bool:
    return path == parent or path.startswith(parent.removesuffix("/") + "/")
