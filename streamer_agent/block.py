"""What the tail hands to the publisher: consecutive lines of one life of one file.

No behaviour beyond arithmetic.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class EpochKey:
    """One life of one file as the agent names it on the wire (docs/wire.md, Identity)."""

    source: str
    """8 hex digits, unique within the agent."""
    epoch: int
    """1 for the first life of the file at this path, then counting up."""


@dataclass(slots=True)
class LineBlock:
    """Consecutive lines without a hole between them; `lengths` and `lines` have as many elements, at least one."""

    key: EpochKey
    path: str
    """Label for people: the path as found; undecodable bytes are already replaced."""
    offset: int
    """Byte offset of the first line within this life of the file."""
    lengths: list[int]
    """Raw bytes of each line in the file, its line end included."""
    lines: list[str]
    """Text of each line without its line end."""
    cut: list[int] = field(default_factory=list)
    """Indexes of lines whose text was cut because the line exceeds the limit."""
    is_partial: bool = False
    """Whether the only line has no line end yet: text and length so far. It comes again, whole, at the same offset,
    and its bytes count as not read until then."""

    @property
    def end(self) -> int:
        """Byte offset after the last line."""
        return self.offset + sum(self.lengths)
