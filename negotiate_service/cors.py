"""Which other origins' pages may read the answers: the allow-list and the headers that tell a browser.

Pure. The list is empty by default: page and service share one origin.
"""

from negotiate_service import origin
from negotiate_service.errors import ForeignOriginError


def parse_origins(text: str) -> frozenset[str]:
    """Parse a comma-separated list of origins, e.g. `https://logs.example.com`; empty items are ignored.

    Raises:
        ValueError: an item is no origin, or is `*`, which would let every page on the web read the logs.
    """
    found = set()
    for item in filter(None, (part.strip() for part in text.split(","))):
        try:
            parsed = origin.parse_url(item)
            if parsed.prefix:
                raise ValueError("expected no path")
        except ValueError as error:
            raise ValueError(f"{item!r} is no origin: {error}; an example is https://logs.example.com") from None
        found.add(str(parsed))
    return frozenset(found)


def answer_headers(asked_by: str | None, allowed: frozenset[str]) -> dict[str, str]:
    """Headers of any answer: they let the page of origin `asked_by` read it, if it is on the list."""
    if not allowed:
        return {}
    may_read = {"Access-Control-Allow-Origin": asked_by} if asked_by is not None and asked_by in allowed else {}
    return {"Vary": "Origin", **may_read}


def preflight_headers(asked_by: str | None, allowed: frozenset[str]) -> dict[str, str]:
    """Headers of the answer to a browser that asks before it sends Authorization.

    Raises:
        ForeignOriginError: that origin is not on the list.
    """
    if asked_by is None or asked_by not in allowed:
        raise ForeignOriginError("Pages of this origin may not ask here; add it to ALLOWED_ORIGINS if it is yours")
    return {
        "Access-Control-Allow-Methods": "GET",
        "Access-Control-Allow-Headers": "Authorization",
        "Access-Control-Max-Age": "600",
    }
