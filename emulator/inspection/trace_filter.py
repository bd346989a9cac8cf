"""Which records somebody wants to see. Reads no query; `endpoint` does."""

from collections.abc import Iterable

from msgspec import Struct

from common.shortening import quoted
from emulator.inspection.masking import Masking
from emulator.inspection.record import INFO, KINDS, Record
from emulator.inspection.trace import Entry


class TraceFilter(Struct, frozen=True):
    """A record passes that fits everything that is given."""

    hub: str = ""
    connection: str = ""
    group: str = ""
    kinds: frozenset[str] = frozenset()
    text: str = ""
    is_problem: bool = False  # only what is not as it should be

    @classmethod
    def of(cls, query: Iterable[tuple[str, str]]) -> "TraceFilter":
        """Read `hub`, `connection`, `group`, `kind` (also several, with commas), `text` and `problems`.

        Raises:
            ValueError: there is no such kind.
        """
        given = dict(query)
        kinds = frozenset(kind for kind in given.get("kind", "").split(",") if kind)
        if unknown := kinds - set(KINDS):
            raise ValueError(f"kind is {quoted(', '.join(sorted(unknown)))}; expected some of {', '.join(KINDS)}")
        return cls(
            given.get("hub", "").lower(),
            given.get("connection", ""),
            given.get("group", ""),
            kinds,
            given.get("text", "").casefold(),
            given.get("problems", "") not in ("", "0", "false"),
        )

    def passes(self, record: Record) -> bool:
        """Whether `record`, which holds no secret any more, is wanted."""
        return (
            (not self.kinds or record.kind in self.kinds)
            and (not self.hub or (record.hub or "").lower() == self.hub)
            and (not self.group or record.group == self.group)
            and (not self.connection or record.concerns(self.connection))
            and not (self.is_problem and record.level == INFO)
            and (not self.text or self.text in _text(record))
        )


def selected(entries: Iterable[Entry], wanted: TraceFilter, masking: Masking) -> list[Record]:
    """The records among `entries` that are wanted, without secrets."""
    records = (entry.record().masked(masking) for entry in entries)
    return [record for record in records if wanted.passes(record)]


def _text(record: Record) -> str:
    """All that a reader would look for in it."""
    about = (record.kind, record.what, record.words, record.hub, record.connection, record.user, record.group)
    payload = "" if record.payload is None else record.payload.text
    reasons = (one.why for one in record.left_out)
    return "\n".join([*(text or "" for text in about), str(record.status or ""), payload, *reasons]).casefold()
