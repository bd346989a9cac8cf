"""What a trusted proxy says of the client's view of us: X-Forwarded-Proto, -Host, -Port and -Prefix, or Forwarded.

Pure, and strict: these values end in a URL, so one that does not parse is refused and never copied. Who is trusted is
decided in `proxies`. Of a list the first value counts, which is what the client saw; prefixes of several add up.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from negotiate_service import authority, origin
from negotiate_service.authority import Authority
from negotiate_service.errors import MalformedRequestError
from negotiate_service.origin import Origin

NAMES = ("X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Prefix")

_SCHEMES: Mapping[str, Literal["http", "https"]] = {"http": "http", "ws": "http", "https": "https", "wss": "https"}
_TOKEN = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"  # noqa: S105 - RFC 9110's word for a bare name
_PAIR = re.compile(rf'\s*({_TOKEN})=(?:({_TOKEN})|"((?:[^"\\]|\\.)*)")\s*(;|,|$)')

Headers = Mapping[str, Sequence[str]]
"""Header values by name, the name as in NAMES or `Forwarded`, each repeated line an element."""


def seen_by_client(headers: Headers, scheme: Literal["http", "https"], host: Authority) -> Origin:
    """The origin that the client asked for, of the proxy's `headers` over our own `scheme` and Host.

    A proxy that sends any X-Forwarded header is taken at those, and Forwarded is left aside: it passes on what it does
    not set itself.

    Raises:
        MalformedRequestError: a value does not parse; the text names the header.
    """
    said = {name: _values(headers, name) for name in NAMES}
    if not any(said.values()):
        pairs = _forwarded(",".join(headers.get("Forwarded", ())))
        said["X-Forwarded-Proto"] = [pairs["proto"]] if "proto" in pairs else []
        said["X-Forwarded-Host"] = [pairs["host"]] if "host" in pairs else []
    if said["X-Forwarded-Proto"]:
        scheme = _scheme(said["X-Forwarded-Proto"][0])
    if said["X-Forwarded-Host"]:
        host = _host(said["X-Forwarded-Host"][0])
    if said["X-Forwarded-Port"] and host.port is None:
        host = _with_port(host, said["X-Forwarded-Port"][0], scheme)
    return Origin(scheme, host, _prefix(said["X-Forwarded-Prefix"]))


def _values(headers: Headers, name: str) -> list[str]:
    return [value for value in (part.strip() for part in ",".join(headers.get(name, ())).split(",")) if value]


def _scheme(text: str) -> Literal["http", "https"]:
    try:
        return _SCHEMES[text.lower()]
    except KeyError:
        raise _malformed("scheme", "http or https") from None


def _host(text: str) -> Authority:
    try:
        return authority.parse(text)
    except ValueError as error:
        raise _malformed("host", str(error)) from None


def _with_port(host: Authority, text: str, scheme: str) -> Authority:
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 1 <= int(text) <= 65535:
        raise _malformed("port", "1 to 65535")
    return host if int(text) == origin.DEFAULT_PORTS[scheme] else Authority(host.host, int(text))


def _prefix(texts: Sequence[str]) -> str:
    try:
        return "".join(origin.parse_prefix(text) for text in texts)
    except ValueError as error:
        raise _malformed("path prefix", str(error)) from None


def _forwarded(text: str) -> dict[str, str]:
    """The pairs of the first element of a Forwarded header (RFC 7239, 4)."""
    pairs: dict[str, str] = {}
    position, element_ended = 0, False
    while position < len(text):
        match = _PAIR.match(text, position)
        if match is None:
            raise _malformed("Forwarded header", 'pairs such as proto=https;host="name:port"')
        name, token, quoted, separator = match.groups()
        if not element_ended:
            pairs.setdefault(name.lower(), token if token is not None else re.sub(r"\\(.)", r"\1", quoted))
        element_ended = element_ended or separator == ","
        position = match.end()
    return pairs


def _malformed(what: str, expected: str) -> MalformedRequestError:
    return MalformedRequestError(
        f"The proxy before this service forwarded a {what} that does not parse; expected {expected}"
    )
