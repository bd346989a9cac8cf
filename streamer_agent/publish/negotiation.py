"""Fetch a publisher's access URL from the negotiate service, and say for people why there is none. Never retries."""

import asyncio
import socket
import ssl
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from time import time
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import orjson
from yarl import URL

from streamer_agent.errors import HttpRefusalError, StrangeAnswerError, UnreachableError, address

TIMEOUT_S = 20.0
MOST_ANSWER_BYTES = 64 * 1024
"""An answer of negotiate has some hundred bytes; what is longer is not one."""

MOST_QUOTED = 300
"""Characters of somebody else's words in our log."""


@dataclass(frozen=True, slots=True)
class Access:
    """Where to publish. The URL carries a token, so it stays out of every repr."""

    url: str = field(repr=False)
    group: str


class Negotiator:
    """Asks one negotiate service with one publisher key."""

    def __init__(self, url: str, key: str | None, timeout_s: float = TIMEOUT_S) -> None:
        self.ahead_s: float | None = None
        """How far its clock was ahead of ours at the last answer, to a second; None if no answer had a Date."""
        self._timeout_s = timeout_s
        self._url = URL(url).update_query(role="publisher")
        self._where = address(url)
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._has_key = key is not None

    async def access(self) -> Access:
        """A fresh URL and the group.

        Raises:
            UnreachableError, HttpRefusalError, StrangeAnswerError: there is none, and the text says why.
        """
        timeout = aiohttp.ClientTimeout(total=self._timeout_s)
        try:
            # A session per request: requests are minutes or days apart, and a kept connection would be dead by then.
            # A redirect is not followed: it would carry the key to an address that nobody configured.
            async with (
                aiohttp.ClientSession(timeout=timeout) as http,
                http.get(
                    self._url, headers=self._headers, allow_redirects=False, proxy=proxy_for(self._url)
                ) as response,
            ):
                self.ahead_s = ahead(response.headers, time())
                return self._read(response, await _beginning(response.content))
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise self._unreachable(error) from error

    def _read(self, response: aiohttp.ClientResponse, body: bytes) -> Access:
        if response.status != 200:
            raise self._refusal(response, body)
        answer = _object(body)
        if answer is None:
            seen = f"{self._where} answered 200 with {response.content_type}, expected JSON with url and group"
            raise StrangeAnswerError(
                seen, "A proxy, a login page of the network or another site may answer in its place"
            )
        url, group = answer.get("url"), answer.get("group")
        if not isinstance(url, str) or not _is_websocket(url):
            raise StrangeAnswerError(
                f"{self._where} answered JSON without a ws:// or wss:// URL in `url`",
                "NEGOTIATE_URL must be the address of negotiate itself, such as http://localhost:8080/negotiate",
            )
        if not isinstance(group, str) or not group:
            raise StrangeAnswerError(
                f"{self._where} answered JSON without `group`", "It is not Tailcast's negotiate, or of another version"
            )
        return Access(url, group)

    def _refusal(self, response: aiohttp.ClientResponse, body: bytes) -> HttpRefusalError:
        status = response.status
        said = (_object(body) or {}).get("message")
        seen = f"{self._where} answered {status}" + (f": {said[:MOST_QUOTED]}" if isinstance(said, str) else "")
        return HttpRefusalError(
            status, seen, self._advice(response), retry_after_s=retry_after(response.headers, time())
        )

    def _advice(self, response: aiohttp.ClientResponse) -> str:
        match response.status:
            case 401 | 403 if self._has_key:
                return "PUBLISHER_KEY (or PUBLISHER_KEY_FILE) must hold the same key as the negotiate service"
            case 401 | 403:
                return "It wants a key: set PUBLISHER_KEY or PUBLISHER_KEY_FILE to that of the negotiate service"
            case 404:
                return "NEGOTIATE_URL must be the address of negotiate itself, such as http://localhost:8080/negotiate"
            case 421:
                return f"Add {self._url.host} to ALLOWED_HOSTS of the negotiate service, or use a name that is there"
            case status if 300 <= status < 400:
                target = address(response.headers.get("Location", ""))
                return f"It redirects to {target}. If that is negotiate, set NEGOTIATE_URL to it"
            case status if status >= 500:
                return "The negotiate service or what stands before it is in trouble; its logs say more"
        return ""

    def _unreachable(self, error: Exception) -> UnreachableError:
        return UnreachableError(
            f"Cannot reach {self._where}: {reason(error, self._timeout_s)}",
            "Check that the negotiate service runs and that NEGOTIATE_URL is right",
        )


def reason(error: BaseException, timeout_s: float) -> str:
    """What a failed connection attempt comes from, in words."""
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    match cause:
        case ssl.SSLCertVerificationError():
            return f"its certificate is not trusted ({cause.verify_message})"
        case ssl.SSLError():
            return f"TLS failed ({cause.reason or cause}); perhaps it is http://, not https://"
        case socket.gaierror():
            return "its name cannot be resolved"
        case asyncio.TimeoutError():
            return f"no answer within {timeout_s:.0f} s"
        case ConnectionRefusedError():
            return "connection refused"
        case OSError() if cause.strerror:
            return cause.strerror
    return str(cause) or type(cause).__name__


def retry_after(headers: Any, now: float) -> float | None:
    """Seconds that a Retry-After header asks for, in either of its forms (RFC 9110, 10.2.3); None without one."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - now)
    except (ValueError, OverflowError):  # a year of eleven digits
        return None


def ahead(headers: Any, now: float) -> float | None:
    """Seconds that the clock behind a Date header is ahead of `now` (RFC 9110, 6.6.1); None without one that parses."""
    try:
        # The header leaves the fraction of its second out: half a second on average.
        return parsedate_to_datetime(headers.get("Date", "")).timestamp() + 0.5 - now
    except (ValueError, OverflowError):
        return None


def is_loopback(host: str) -> bool:
    """Whether `host` names this machine, which no proxy stands before."""
    return host in ("localhost", "::1") or host.startswith("127.") or host.endswith(".localhost")


def proxy_for(url: URL) -> str | None:
    """The environment's proxy for `url`. Not left to aiohttp, which reads ~/.netrc too and then refuses our header."""
    host = url.host or ""
    return None if is_loopback(host) or proxy_bypass(host) else getproxies().get(url.scheme)


def _is_websocket(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("ws", "wss") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets or a port that are none
        return False


async def _beginning(content: aiohttp.StreamReader) -> bytes:
    try:
        return await content.readexactly(MOST_ANSWER_BYTES)
    except asyncio.IncompleteReadError as error:
        return error.partial


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return answer if isinstance(answer, dict) else None
