"""Tell from a refused URL and its answer whether the clocks of negotiate and service differ. Reads no clock of ours.

Negotiate mints a token when it is asked, so the token's `iat` is its clock and the answer's Date the service's.
"""

from base64 import urlsafe_b64decode
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson

NOTABLE_S = 60.0
"""Services allow for some minutes between clocks; below this a difference explains nothing."""


def skew_s(url: str, date: str) -> float | None:
    """How many seconds negotiate's clock is ahead of the service's; negative if it is behind, None if that is unknown.

    Args:
        url: a client URL with its access token.
        date: the Date header of the service's answer (RFC 9110, 6.6.1).
    """
    try:
        return float(token_claims(url)["iat"]) - parsedate_to_datetime(date).timestamp()
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def token_claims(url: str) -> dict[str, Any]:
    """What the access token of a client URL claims, its signature unchecked; empty if it cannot be read."""
    try:
        (token,) = parse_qs(urlsplit(url).query)["access_token"]
        body = token.split(".")[1]
        claims = orjson.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (KeyError, IndexError, ValueError):
        return {}
    return claims if isinstance(claims, dict) else {}


def advice(skew: float | None) -> str:
    """What to do about it, for people; empty if there is nothing to do."""
    if skew is None or abs(skew) < NOTABLE_S:
        return ""
    which = "ahead of" if skew > 0 else "behind"
    return f"The clock of the negotiate host is {abs(skew) / 60:.0f} min {which} the service's; set it right"
