"""What an event handler sent back, as far as every kind of event reads it alike."""

from collections.abc import Iterator

from msgspec import Struct

from emulator.upstream.cloud_events import STATE_HEADER

MAX_BODY_BYTES = 16 * 1024 * 1024
"""Most that a handler may answer, as in Microsoft's emulator; more is a failure."""


class Answer(Struct, frozen=True):
    """An HTTP response. The body was read only if the status is one of success."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    @property
    def is_success(self) -> bool:
        """Any 2xx."""
        return 200 <= self.status < 300

    @property
    def is_transient(self) -> bool:
        """Whether the same request may do better later: 408 and 5xx, but not 429 (C251, C252)."""
        return self.status == 408 or self.status >= 500

    def values(self, name: str) -> Iterator[str]:
        """Every value of a header."""
        lowered = name.lower()
        return (value for key, value in self.headers if key.lower() == lowered)

    def last(self, name: str) -> str | None:
        """The last value of a header, or None."""
        return next(reversed(list(self.values(name))), None)

    @property
    def state(self) -> str | None:
        """The connection state to keep, also an empty one; None leaves it as it was."""
        return self.last(STATE_HEADER)
