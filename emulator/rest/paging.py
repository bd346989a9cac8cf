"""Cut a list into pages and make the tokens by which it is continued; knows neither HTTP nor what is listed."""

import base64
import binascii
import hmac
from collections.abc import Iterable

MAX_TOKEN_CHARACTERS = 2048

_SEAL_BYTES = 16


def page(ids: Iterable[str], after: str, size: int) -> tuple[list[str], bool]:
    """The first `size` ids in order that come after `after`, and whether there are more.

    The order is that of the ids, so it is the same for every page, whoever comes or goes between two.
    """
    found = sorted(one for one in ids if one > after)
    return found[:size], len(found) > size


class ContinuationTokens:
    """Tokens that say where the next page begins. They are opaque, and each continues only its own list."""

    def __init__(self, secret: bytes) -> None:
        """Seal them with `secret`; they are good as long as that is kept."""
        self._secret = secret

    def seal(self, listed: str, last: str) -> str:
        """The token for what comes after `last` in the list called `listed`."""
        return base64.urlsafe_b64encode(self._mark(listed, last) + last.encode()).rstrip(b"=").decode()

    def open(self, listed: str, token: str) -> str:
        """What `last` was when the token was sealed.

        Raises:
            ValueError: it is not one of ours for this list.
        """
        if len(token) > MAX_TOKEN_CHARACTERS or not token.isascii():
            raise ValueError("not a continuation token")
        try:
            sealed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
            last = sealed[_SEAL_BYTES:].decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise ValueError("not a continuation token") from error
        if not hmac.compare_digest(sealed[:_SEAL_BYTES], self._mark(listed, last)):
            raise ValueError("not a continuation token of this list")
        return last

    def _mark(self, listed: str, last: str) -> bytes:
        return hmac.digest(self._secret, f"{len(listed)} {listed} {last}".encode(), "sha256")[:_SEAL_BYTES]
