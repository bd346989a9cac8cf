"""Connection strings of Web PubSub: `Endpoint=https://…;AccessKey=…;Version=1.0;` (C001, C002, C003).

Pure. No error text repeats any part of the string: a mistyped one may hold the key anywhere.
"""

from dataclasses import dataclass, field

from negotiate_service import origin
from negotiate_service.authority import Authority

FORM = "expected Endpoint=https://NAME.webpubsub.azure.com;AccessKey=KEY;Version=1.0;"


@dataclass(frozen=True)
class ConnectionString:
    """Where the service is and the key that signs its tokens."""

    endpoint: str
    access_key: str = field(repr=False)


def parse(text: str) -> ConnectionString:
    """Read a connection string; keys in any case and order, `Port` overrides the port of `Endpoint`.

    Raises:
        ValueError: with what is missing or wrong, in words.
    """
    fields: dict[str, str] = {}
    for number, segment in enumerate(text.strip().split(";"), start=1):
        name, equals, value = segment.partition("=")
        if segment.strip() and not equals:
            raise ValueError(f"part {number} of the connection string has no '='; {FORM}")
        fields.setdefault(name.strip().lower(), value.strip())
    if not fields.get("endpoint"):
        quoted = text.strip()[:1] in ("'", '"')
        raise ValueError(f"the connection string {'begins with a quote' if quoted else 'has no Endpoint'}; {FORM}")
    if not fields.get("accesskey"):
        raise ValueError(f"the connection string has no AccessKey; {FORM} For Entra ID set WEBPUBSUB_ENDPOINT instead")
    return ConnectionString(_endpoint(fields["endpoint"], fields.get("port")), fields["accesskey"])


def _endpoint(text: str, port: str | None) -> str:
    try:
        parsed = origin.parse_url(text)
    except ValueError as error:
        raise ValueError(f"the connection string's Endpoint is not usable: {error}") from None
    where = parsed.authority
    if port:
        if not port.isascii() or not port.isdigit() or not 1 <= int(port) <= 65535:
            raise ValueError("the connection string's Port is not usable: expected 1 to 65535")
        where = Authority(where.host, int(port))
    return f"{parsed.scheme}://{where}{parsed.prefix}"
