"""Message metadata: which keys and values are allowed, and how HTTP headers carry it; attaches it to nothing."""

import re
from collections.abc import Iterable, Mapping

from common.shortening import quoted

HEADER_PREFIX = "x-webpubsub-metadata-"
MAX_KEY_BYTES = 256
MAX_VALUE_BYTES = 1024
MAX_TOTAL_BYTES = 8 * 1024

_KEY = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")


def checked(pairs: Iterable[tuple[str, object]]) -> dict[str, str]:
    """The metadata made of `pairs`, in their order.

    Raises:
        ValueError: a key comes twice or is no HTTP token, a value is not ASCII text, or something is too long.
    """
    result: dict[str, str] = {}
    total = 0
    for key, value in pairs:
        if key in result:
            raise ValueError(f"metadata key {quoted(key)} is given twice")
        if not _KEY.fullmatch(key) or len(key) > MAX_KEY_BYTES:
            raise ValueError(f"metadata key {quoted(key)} is not an HTTP token of at most {MAX_KEY_BYTES} bytes")
        if not isinstance(value, str) or not value.isascii() or len(value) > MAX_VALUE_BYTES:
            raise ValueError(f"metadata value of {quoted(key)} is not ASCII text of at most {MAX_VALUE_BYTES} bytes")
        result[key] = value
        total += len(key) + len(value)
    if total > MAX_TOTAL_BYTES:
        raise ValueError(f"metadata of {total} bytes; at most {MAX_TOTAL_BYTES} are allowed")
    return result


def from_headers(headers: Iterable[tuple[str, str]]) -> Mapping[str, str] | None:
    """The metadata in `X-WebPubSub-Metadata-{key}` headers, or None. Keys become lower case; of a repeated header
    the last one counts, and of that its last comma-separated part (C191).

    Raises:
        ValueError: as `checked`.
    """
    found: dict[str, str] = {}
    for name, value in headers:
        lowered = name.lower()
        if lowered.startswith(HEADER_PREFIX):
            found[lowered.removeprefix(HEADER_PREFIX)] = value.rpartition(",")[2].strip()
    return checked(found.items()) if found else None
