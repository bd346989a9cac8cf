"""Which user events an event handler wants, by name; says nothing about system events.

Learn ("Event handlers"): `*` is all events, `a,b` are those two, `a` is that one. Microsoft's emulator also takes a
prefix, `room.*`. Names have no case.
"""

from emulator import names


class EventPattern:
    """A parsed pattern. An empty one wants nothing."""

    __slots__ = ("_all", "_names", "_prefixes")

    def __init__(self, text: str) -> None:
        """Parse `text`.

        Raises:
            ValueError: a part is neither a name, nor a name that ends in a star, nor a star.
        """
        parts = {part.strip().lower() for part in text.split(",")} - {""}
        self._all = "*" in parts
        self._prefixes = tuple(part[:-1] for part in parts if part.endswith("*") and part != "*")
        self._names = frozenset(part for part in parts if not part.endswith("*"))
        for name in (*self._names, *self._prefixes):
            if not names.is_event(name):
                raise ValueError(
                    f"{text!r} is not a pattern of events; expected *, or names separated by commas; a name is a "
                    "letter and up to 127 letters, digits, _ . or -, and may end in * for all that begin so"
                )

    def __bool__(self) -> bool:
        return self._all or bool(self._names or self._prefixes)

    def matches(self, event: str) -> bool:
        """Whether a handler with this pattern wants the user event `event`."""
        lowered = event.lower()
        return self._all or lowered in self._names or lowered.startswith(self._prefixes)
