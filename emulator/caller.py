"""Where a request comes from, and by which name it calls this service. Judges neither."""

from aiohttp import hdrs, web

from emulator.errors import bad_request


def remote(request: web.Request) -> str:
    """Where a client comes from; through a proxy, what that says too, which need not be true."""
    said = request.headers.get("X-Forwarded-For", "")[:100]
    return f"{request.remote}{f', for {said}' if said else ''}"


def require_one_host(request: web.Request) -> None:
    """Refuse a request that could be read as one for several names: by a proxy as for one, by us as for another.

    RFC 9112, 3.2: a server must answer 400 to more than one Host header, and to one that is no host with a port.

    Raises:
        RefusedError: 400.
    """
    hosts = request.headers.getall(hdrs.HOST, ())
    if len(hosts) > 1:
        raise bad_request(f"The request has {len(hosts)} Host headers; expected one.", "Host")
    if not _NOT_IN_HOSTS.isdisjoint("".join(hosts)):
        raise bad_request("The Host header is not a name with a port; expected Host: localhost:8080.", "Host")


_NOT_IN_HOSTS = frozenset("@/\\?#, \t")
