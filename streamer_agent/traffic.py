"""Count what passed one point on its way to the group. Pure; whoever moves things counts them."""

from dataclasses import dataclass


@dataclass(slots=True)
class Traffic:
    """Totals since the start."""

    messages: int = 0
    lines: int = 0
    bytes: int = 0
    """As in the file: what the lines and their line ends take there."""

    def add(self, lines: int, size_bytes: int, messages: int = 0) -> None:
        """Count so much more."""
        self.messages += messages
        self.lines += lines
        self.bytes += size_bytes
