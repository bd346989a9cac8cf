"""One thing that happened, in words for people and in fields for programs. Decides nothing."""

from datetime import UTC, datetime
from sys import getsizeof
from typing import Any

from msgspec import Struct, structs

from common.shortening import shortened
from emulator.inspection.excerpt import Excerpt
from emulator.inspection.masking import Masking

KINDS = ("connection", "in", "out", "message", "rest", "handler", "fault")
"""Connections come, are refused, go; frames from a client; frames to it; messages that no frame caused; REST requests;
calls of event handlers; faults that were asked for.
"""

INFO, NOTE, PROBLEM = "info", "note", "problem"
"""How much a record matters: as it should be; perhaps not what was meant; refused, failed or lost."""

SHOWN_RECEIVERS = 10

MAX_NAME_CHARACTERS = 1024
"""What is kept of a name. No group is longer; whatever else strangers send has no end of its own."""

MAX_WORDS_CHARACTERS = 2048


class Seen(Struct, eq=False, gc=False):
    """One connection as the trace tells of it. Outlives the connection, and is small.

    It is not tracked by the garbage collector, and so of another size than `Connection` and `Outbox`: were it to stand
    between those in memory, a fan-out at full speed would be some 3 % slower.
    """

    hub: str
    connection_id: str
    user_id: str | None
    protocol: str | None
    opened_at: float  # seconds since 1970
    last_frame_at: float | None = None  # of the client; set by every message
    remote: str = ""  # where its socket comes from


class LeftOut(Struct, frozen=True):
    """Somebody who could have received something and did not."""

    connection: str
    why: str


class Record(Struct, frozen=True):
    """One thing that happened. `number` counts all of them; `ids` are all receivers that are known by id."""

    number: int
    at: float  # seconds since 1970
    kind: str
    what: str
    words: str = ""
    level: str = INFO
    hub: str | None = None
    connection: str | None = None
    user: str | None = None
    group: str | None = None
    receivers: int | None = None
    ids: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    payload: Excerpt | None = None
    status: int | None = None
    duration_ms: float | None = None

    def record(self) -> "Record":
        """Itself, as it stands in the trace beside what becomes a record only when somebody looks."""
        return self

    def bounded(self, masking: Masking) -> "Record":
        """The same with no text beyond its limit. What is cut is masked before: half a secret is known by nobody."""
        long = {name: text for name, limit in _LIMITS.items() if len(text := getattr(self, name) or "") > limit}
        cut = {name: shortened(masking.text(text), _LIMITS[name]) for name, text in long.items()}
        return structs.replace(self, **cut) if cut else self

    @property
    def size_bytes(self) -> int:
        """The memory that its texts take."""
        texts = [getattr(self, name) or "" for name in _LIMITS]
        payload = [] if self.payload is None else [self.payload.text]
        left_out = (text for one in self.left_out for text in (one.connection, one.why))
        return sum(map(getsizeof, (*texts, *payload, *self.ids, *left_out)))

    def concerns(self, connection_id: str) -> bool:
        """Whether a connection did it, received it or was left out."""
        return (
            connection_id == self.connection
            or connection_id in self.ids
            or any(connection_id == one.connection for one in self.left_out)
        )

    def masked(self, masking: Masking) -> "Record":
        """The same without secrets."""
        texts = {name: masking.text(text) for name in _TEXTS if (text := getattr(self, name))}
        payload = None if self.payload is None else self.payload.masked(masking)
        return structs.replace(self, payload=payload, **texts)

    def as_json(self) -> dict[str, Any]:
        """The properties that are there, for a JSON object."""
        found: dict[str, Any] = {"number": self.number, "time": shown_time(self.at)}
        for name in ("kind", "level", "what", "words", "hub", "connection", "user", "group"):
            if (value := getattr(self, name)) not in (None, ""):
                found[name] = value
        if self.receivers is not None:
            found["receivers"] = {"count": self.receivers, "first": self.ids[:SHOWN_RECEIVERS]}
        if self.left_out:
            found["left_out"] = [structs.asdict(one) for one in self.left_out]
        if self.payload is not None:
            found["payload"] = structs.asdict(self.payload)
        for name in ("status", "duration_ms"):
            if (value := getattr(self, name)) is not None:
                found[name] = value
        return found


_TEXTS = ("what", "words", "user", "group")
_LIMITS = {
    **dict.fromkeys(("what", "words"), MAX_WORDS_CHARACTERS),
    **dict.fromkeys(("hub", "connection", "user", "group"), MAX_NAME_CHARACTERS),
}


def shown_time(at: float) -> str:
    """Seconds since 1970 as ISO 8601 in UTC, with milliseconds."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
