"""The publisher's key: given, read from a file, or made on first start where the streamer can read it.

Judging a request's key is `access`.
"""

from pathlib import Path
from typing import NamedTuple

from common import secret_file
from negotiate_service.errors import ConfigurationError
from negotiate_service.settings import DEFAULT_KEY_FILE, NegotiateSettings, check_publisher_key


class PublisherKey(NamedTuple):
    """The key, and the file that it is in, or None if PUBLISHER_KEY gave it."""

    secret: str
    file: Path | None

    def __repr__(self) -> str:
        return f"PublisherKey(secret=***, file={self.file!r})"


def load(settings: NegotiateSettings) -> PublisherKey:
    """Return the key; make the file with a random one, mode 0600, if there is none.

    Raises:
        ConfigurationError: the file can neither be read nor made, or the key cannot stand in a header.
    """
    if settings.publisher_key is not None:
        return PublisherKey(settings.publisher_key.get_secret_value(), None)
    file = settings.publisher_key_file or DEFAULT_KEY_FILE
    try:
        key = secret_file.read_or_create(file)
        check_publisher_key(key)
        return PublisherKey(key, file)
    except OSError as error:
        raise ConfigurationError(
            f"PUBLISHER_KEY_FILE: {file} can neither be read nor made: {error.strerror}. Make its directory writable, "
            "or set PUBLISHER_KEY"
        ) from error
    except ValueError as error:
        raise ConfigurationError(f"PUBLISHER_KEY_FILE: {file}: {error}") from error
