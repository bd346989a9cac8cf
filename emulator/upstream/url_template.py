"""Where an event handler is: a URL in which {hub} and {event} stand for the names of the two. Calls nothing."""

import re
from urllib.parse import quote, urlsplit

VALIDATION_EVENT = "validate"
"""What {event} becomes in the request that asks a handler for its consent (Learn: "Event handlers")."""

_PLACEHOLDER = re.compile(r"\{(hub|event)\}", re.IGNORECASE)
_KEY_VAULT = "@microsoft.keyvault("


class UrlTemplate:
    """A URL template. Its query can hold a secret (`code=`): `shown` is for logs, and nothing else is."""

    __slots__ = ("_text", "shown")

    def __init__(self, text: str) -> None:
        """Take the template `text`.

        Raises:
            ValueError: it is no URL to call, or of a kind that the emulator does not support. The text of the error
                does not repeat the template.
        """
        _check(text)
        self._text = text
        self.shown = without_secrets(text)

    def __repr__(self) -> str:
        return f"UrlTemplate({self.shown!r})"

    def expand(self, hub: str, event: str) -> str:
        """The URL for `event` of `hub`, percent-encoded (C256). Braces with another name inside stay, encoded too."""
        values = {"hub": quote(hub, safe=""), "event": quote(event, safe="")}
        text = _PLACEHOLDER.sub(lambda match: values[match[1].lower()], self._text)
        return text.replace("{", "%7B").replace("}", "%7D")


def without_secrets(url: str) -> str:
    """A URL as logs may show it: without its query, which may hold a key."""
    return url.partition("?")[0].partition("#")[0]


def _check(text: str) -> None:
    if _KEY_VAULT in text.lower():
        raise ValueError("the emulator does not support Key Vault references; expected the URL itself")
    if text.lower().startswith("tunnel:"):
        raise ValueError("the emulator does not support tunnel:// URLs; expected the handler's own http:// URL")
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("not a URL: it has spaces or characters that must be percent-encoded")
    try:
        parts = urlsplit(text)
        _ = parts.port  # parsed only when asked for
    except ValueError as error:
        raise ValueError("not a URL that can be parsed; expected http://host:port/path") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("not an http:// or https:// URL with a host")
    if "@" in parts.netloc:
        raise ValueError("the URL holds a user or password; expected a key in the query, such as ?code=…")
    if "{" in parts.netloc or "}" in parts.netloc:
        raise ValueError("a placeholder stands in the host; {hub} and {event} may only stand behind it")
