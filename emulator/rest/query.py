"""The query of a REST request: named values, checked; knows no operation.

Names are matched without regard to case, as by the service. A parameter that stands for one value and comes twice is
refused: whichever counted, the other would be ignored in silence.
"""

from collections.abc import Iterable

from common.shortening import quoted
from emulator.errors import bad_request

MAX_INTEGER = 2**31 - 1
"""The largest number where no smaller limit is named: the service reads 32 bits."""


class Query:
    """The parameters of one request, decoded."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name.lower(), []).append(value)

    def all(self, name: str) -> list[str]:
        """Every value of a parameter that may be repeated. Commas split nothing (C177)."""
        return self._values.get(name.lower(), [])

    def one(self, name: str) -> str | None:
        """The value of a parameter, or None without it.

        Raises:
            RefusedError: 400 when it comes more than once.
        """
        values = self.all(name)
        if len(values) > 1:
            raise bad_request(f"{name} is given {len(values)} times; expected it once.", name)
        return values[0] if values else None

    def number(self, name: str, least: int, most: int = MAX_INTEGER) -> int | None:
        """The value of a parameter that is a whole number from `least` to `most`, or None without it.

        Raises:
            RefusedError: 400 for anything else.
        """
        value = self.one(name)
        if value is None:
            return None
        digits = value if value.isascii() and value.isdigit() and len(value) <= len(str(MAX_INTEGER)) else ""
        if not digits or not least <= int(digits) <= most:
            expected = f"{least} or more" if most == MAX_INTEGER else f"{least} to {most}"
            raise bad_request(f"{name} is {quoted(value)}; expected {expected}.", name)
        return int(digits)
