"""Remembers the bytes that were read last of one life: a file that has others there is another. Reads nothing."""

from collections import deque

from streamer_agent.tail.fingerprint import MARK_BYTES, Mark

_KEPT_MARKS = 64
"""Places read lately by which a copy of the file is known, should it end before what was read."""


class Trail:
    """The bytes before the place where to read on, and marks at places up to which lines were handed out."""

    def __init__(self, mark: Mark) -> None:
        """`mark` is the last one that was saved."""
        self.last = b""
        """The bytes before the place where to read on, as far as they are known."""
        self._marks = deque([mark], _KEPT_MARKS)

    @property
    def newest(self) -> Mark:
        """The mark at the last line that was handed out."""
        return self._marks[-1]

    def begin(self, mark: Mark) -> None:
        """Forget all but `mark`."""
        self._marks = deque([mark], _KEPT_MARKS)

    def newest_until(self, offset: int) -> Mark | None:
        """Return the last mark at or before `offset`."""
        return next((mark for mark in reversed(self._marks) if mark.offset <= offset), None)

    def marks_until(self, offset: int) -> list[Mark]:
        """Return the marks at or before `offset`, in order."""
        return [mark for mark in self._marks if mark.offset <= offset]

    def read(self, data: bytes, offset: int, end: int) -> None:
        """Take note of `data`, which stands at `offset`, and that `end` is where to read on."""
        at = end - offset
        self.last = data[max(0, at - MARK_BYTES) : at] if 0 <= at <= len(data) else b""

    def handed_out(self, data: bytes, offset: int, end: int) -> None:
        """Set a mark at `end`, a line's end in `data`, which stands at `offset`."""
        at = end - offset
        if at >= MARK_BYTES or (offset == 0 and at > 0):
            self._marks.append(Mark.at(end, data[max(0, at - MARK_BYTES) : at]))
