"""Serves the built page at / with the headers that nginx sends in the containers.

Does not build it, and knows nothing of what it does.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web

from all_in_one.errors import ConfigurationError

IMMUTABLE = "public, max-age=31536000, immutable"
"""For files under assets/, whose names hold a hash of their content."""


def headers(connect_origin: str | None) -> dict[str, str]:
    """The security headers of every answer.

    Args:
        connect_origin: the ws or wss origin of the service, where it is not the page's own (which 'self' covers).
    """
    connect = f"'self' {connect_origin}" if connect_origin else "'self'"
    policy = (
        "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' data:; "
        f"font-src 'self'; connect-src {connect}; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }


def add_routes(app: web.Application, dist: Path, connect_origin: str | None) -> None:
    """Serve what is in `dist` at every path that no other route has, and put the headers on every answer of `app`.

    Raises:
        ConfigurationError: there is no built page in `dist`.
    """
    root = dist.resolve()
    if not (root / "index.html").is_file():
        raise ConfigurationError(
            f"{dist} has no index.html, so the page is not built; run `make setup` (or `npm ci && npm run build` in "
            "viewer/)"
        )
    security = headers(connect_origin)

    async def add_headers(_request: web.Request, response: web.StreamResponse) -> None:
        for name, value in security.items():
            response.headers.setdefault(name, value)

    app.on_response_prepare.append(add_headers)
    app.router.add_get("/{path:.*}", _handler(root))


def _handler(root: Path) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def serve(request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"] or "index.html"
        file = _inside(root, path)
        if file is None:
            return web.json_response(
                {"error": "not_found", "message": "There is nothing here; the page is at /"},
                status=404,
                headers={"Cache-Control": "no-store"},
            )
        return web.FileResponse(file, headers={"Cache-Control": cache_control(path)})

    return serve


def cache_control(path: str) -> str:
    """How long a browser may keep the file at `path`. The page itself is asked for each time, so it is never stale.

    Not no-store, with which browsers would not keep the page for "back", but load it again without its lines.
    """
    return IMMUTABLE if path.startswith("assets/") else "no-cache"


def _inside(root: Path, path: str) -> Path | None:
    """The file at `path` below `root`, or None if there is none or the path leads out."""
    try:
        file = (root / path).resolve()
        return file if file.is_relative_to(root) and file.is_file() else None
    except (OSError, ValueError):  # a name that is too long, or has a NUL
        return None
