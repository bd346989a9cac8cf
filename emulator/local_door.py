"""Who may use what the emulator offers under `/_emulator/`: this machine, or whoever has the access key.

What lies behind the door shows and breaks other people's connections, so it is closed to the network, to web pages of
other origins and to what a proxy on this machine says it passes on. A proxy that says nothing, and calls this service
localhost, cannot be told from a program of this machine. Serves nothing itself.
"""

import hashlib
import hmac
from collections.abc import Awaitable, Callable
from http.cookies import CookieError

from aiohttp import hdrs, web

from common.shortening import quoted, shortened
from emulator.auth import bearer
from emulator.caller import require_one_host
from emulator.errors import RefusedError
from emulator.identity import DEFAULT_KEY
from emulator.local_page import host_name, is_local, is_loopback

KEY_COOKIE = "emulator_key"
"""A page's way to say that the key was shown, for requests that change nothing: browsers add no header."""

_MARKS_OF_PROXIES = frozenset(
    [
        *("forwarded", "via", "x-real-ip", "true-client-ip", "client-ip", "x-client-ip", "x-cluster-client-ip"),
        *("x-original-for", "x-original-host", "x-original-proto", "x-original-forwarded-for", "x-proxyuser-ip"),
        *("x-real-port", "x-scheme", "x-request-start", "x-varnish", "cdn-loop", "x-cloud-trace-context"),
    ]
)
"""Headers, in lower case, that proxies add and programs do not: nginx's recipes, HAProxy, IIS, Akamai, Varnish."""

_BEGINNINGS_OF_MARKS = (
    *("x-forwarded", "cf-", "x-envoy-", "x-azure-", "x-arr-", "x-amzn-", "x-amz-cf-", "cloudfront-", "fastly-"),
    *("fly-", "x-appengine-", "x-vercel-", "x-nf-", "tailscale-"),
)
"""And how the names of the rest begin: of every X-Forwarded, Cloudflare, Envoy, Azure, AWS, Fastly, Google, others."""

_SAFE_METHODS = ("GET", "HEAD")
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def behind_door(handler: Handler, access_key: str) -> Handler:
    """`handler` for those who may come in; others, and what it refuses itself, get a status and a JSON body."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            require_one_host(request)
            require_local_or_key(request, access_key)
            return await handler(request)
        except RefusedError as error:
            body = {"code": error.code, "message": error.message, "target": error.target}
            return web.json_response(body, status=error.status, headers={**_HEADERS, **error.headers})

    return handle


def require_local_or_key(request: web.Request, access_key: str) -> None:
    """Let pass a request of this machine that no known proxy and no foreign page made, and any that shows the key.

    The public default key opens nothing: a page whose name was bound anew to this address could show it.

    Raises:
        RefusedError: 403, saying what is in the way and that the key opens.
    """
    if _is_key(bearer(request.headers.get(hdrs.AUTHORIZATION)), access_key):
        return  # no page of another origin can set this header: its browser would ask first, and is not told yes
    reason = _foreign_page(request)
    if reason is None and request.method in _SAFE_METHODS and _is_pass(_cookie(request), access_key):
        return
    reason = reason or _not_local(request)
    if reason is not None:
        raise RefusedError(
            403,
            f"{reason} /_emulator/ is for this machine alone, or for requests with an access key of your own: "
            "Authorization: Bearer KEY.",
            "Error.Forbidden",
        )


def let_in(response: web.Response, request: web.Request, shown: str, access_key: str) -> bool:
    """Give the browser of whoever shows the key a cookie that stands for it, until it is closed; False for others."""
    if not _is_key(shown, access_key):
        return False
    path, value = "/_emulator/", _pass(access_key)
    response.set_cookie(KEY_COOKIE, value, path=path, httponly=True, samesite="Strict", secure=request.secure)
    return True


def _pass(access_key: str) -> str:
    """What the cookie holds: nothing that tells the key."""
    return hmac.new(access_key.encode(), b"the door of /_emulator/", hashlib.sha256).hexdigest()


def _is_pass(shown: str | None, access_key: str) -> bool:
    return access_key != DEFAULT_KEY and _is_same(shown, _pass(access_key))


def _foreign_page(request: web.Request) -> str | None:
    """What shows that a page of another origin asks: browsers say so, and pages cannot keep them from it."""
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is not None and origin not in (f"http://{request.host}", f"https://{request.host}"):
        return f"A page of {quoted(origin)} asks."
    if request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
        return "A page of another origin asks."
    return None


def _not_local(request: web.Request) -> str | None:
    """What shows that the request is, or may be, of another machine."""
    peer = request.transport.get_extra_info("peername") if request.transport is not None else None
    if not isinstance(peer, tuple) or not is_loopback(str(peer[0])):
        return "The request is not from this machine."
    for name in request.headers:
        if name.lower() in _MARKS_OF_PROXIES or name.lower().startswith(_BEGINNINGS_OF_MARKS):
            return f"A proxy passed the request on ({shortened(name, 100)})."
    host = host_name(request.host)
    if not is_local(host):
        # A page whose own name was bound anew to this address comes with that name (DNS rebinding).
        return f"The request is for {quoted(host)}, which is no name of this machine."
    return None


def _cookie(request: web.Request) -> str | None:
    try:
        return request.cookies.get(KEY_COOKIE)
    except CookieError:
        return None


def _is_key(shown: str | None, access_key: str) -> bool:
    return access_key != DEFAULT_KEY and _is_same(shown, access_key)


def _is_same(shown: str | None, expected: str) -> bool:
    """Compared in a time that does not tell where they differ."""
    return shown is not None and hmac.compare_digest(shown.encode(errors="surrogatepass"), expected.encode())
