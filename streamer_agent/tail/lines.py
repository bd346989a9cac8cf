"""Cuts bytes into lines and keeps every line's true byte range. Reads nothing: bytes come in, lines come out.

Speed comes from working on whole chunks: one decode and two splits, each in C, whatever the number of lines. What is
rare (CRLF beside LF, lines over the limit) is mended afterwards, line by line.
"""

import codecs
from dataclasses import dataclass, field

BOM = "\ufeff"
_decode_prefix = codecs.getincrementaldecoder("utf-8")


@dataclass(slots=True)
class Lines:
    """Consecutive lines. `lengths` and `texts` have the same number of elements, at least one."""

    offset: int
    """Byte offset of the first line in the file."""
    lengths: list[int]
    """Raw bytes of each line, its line end included."""
    texts: list[str]
    """Each line without its line end; invalid UTF-8 is replaced by U+FFFD, one per maximal invalid sequence."""
    cut: list[int] = field(default_factory=list)
    """Indexes of lines whose text was cut."""


class LineSplitter:
    """Cut a stream of bytes into lines. Any chunking of the same bytes gives the same lines and offsets.

    A line ends at LF; a CR before it belongs to the line end, any other CR to the text. The unfinished last line is
    held, at most `max_line_bytes` and a line end of it; beyond that only its length is counted.
    """

    line_end_bytes = 2
    """A line end is at most CR LF."""

    def __init__(self, offset: int, *, max_line_bytes: int, skip_line: bool = False) -> None:
        """Begin at byte `offset` of the file; `skip_line` drops everything up to and including the next LF."""
        self.offset = offset
        """Where the unfinished line begins: moves when lines are handed out or skipped."""
        self.start = offset
        """Where the first line begins: behind the one that is skipped, as far as that is known."""
        self._max_line_bytes = max_line_bytes
        self._is_skipping = skip_line
        self._held = b""
        """The unfinished line, as far as it may be needed."""
        self._uncounted = 0
        """Bytes of the unfinished line that are not held: it is over the limit."""

    @property
    def end(self) -> int:
        """Offset after the last byte that was fed."""
        return self.offset + len(self._held) + self._uncounted

    @property
    def held_bytes(self) -> int:
        """Bytes in memory for the unfinished line."""
        return len(self._held)

    @property
    def is_skipping(self) -> bool:
        """Whether the line that is being dropped goes on."""
        return self._is_skipping

    def feed(self, chunk: bytes) -> Lines | None:
        """Take the next bytes of the file; return the lines that they complete, or None."""
        if self._is_skipping:
            chunk = self._skip(chunk)
        if self._uncounted:
            return self._feed_over_long(chunk)
        complete = self.last_end(chunk)
        if not complete:
            self._hold(chunk)
            return None
        body = self._held + chunk[:complete] if self._held else chunk[:complete]
        self._held = b""
        lines = self._cut(body)
        self.offset += len(body)
        self._hold(chunk[complete:])
        return lines

    def flush(self) -> Lines | None:
        """Return the unfinished line as a line without line end, if there is one: the file will not go on."""
        lines = self.unfinished()
        self.offset = self.end
        self._held, self._uncounted = b"", 0
        return lines

    def unfinished(self) -> Lines | None:
        """Return the unfinished line as far as it came, if there is one, and keep it."""
        length = len(self._held) + self._uncounted
        if not length:
            return None
        text, is_cut = self._text(self._held, length, self.offset)
        return Lines(self.offset, [length], [text], [0] if is_cut else [])

    def jump(self, offset: int) -> None:
        """Go on at `offset`, because what lies before it is no text. No line may be unfinished."""
        assert not self._held, "call flush() first"
        self.offset = offset

    def first_end(self, chunk: bytes) -> int:
        """Return where the first line end in `chunk` ends; 0 if there is none."""
        return chunk.find(b"\n") + 1

    def last_end(self, chunk: bytes) -> int:
        """Return where the last line end in `chunk` ends; 0 if there is none."""
        return chunk.rfind(b"\n") + 1

    def _skip(self, chunk: bytes) -> bytes:
        end = self.first_end(chunk)
        self._is_skipping = not end
        skipped = end or len(chunk)
        self.offset += skipped
        self.start = self.offset
        return chunk[skipped:]

    def _hold(self, rest: bytes) -> None:
        """Keep the beginning of an unfinished line, and of one over the limit only what `_text` needs."""
        if not rest:
            return
        room = self._max_line_bytes + self.line_end_bytes - len(self._held)
        self._held += rest[:room]
        self._uncounted += max(0, len(rest) - room)

    def _feed_over_long(self, chunk: bytes) -> Lines | None:
        end = self.first_end(chunk)
        if not end:
            self._uncounted += len(chunk)
            return None
        self._uncounted += end
        lines = self.flush()
        rest = self.feed(chunk[end:])
        if lines is None or rest is None:
            return lines
        lines.lengths += rest.lengths
        lines.texts += rest.texts
        lines.cut += [index + 1 for index in rest.cut]
        return lines

    def _cut(self, body: bytes) -> Lines:
        """Cut `body`, which ends with LF, into lines."""
        text = body.decode("utf-8", "replace")
        if self.offset == 0 and text.startswith(BOM):
            text = text[1:]
        raw = body.split(b"\n")
        raw.pop()
        lengths = [length + 1 for length in map(len, raw)]
        texts = _split(text, has_cr=b"\r" in body)
        cut: list[int] = []
        if max(lengths) > self._max_line_bytes:
            offset = self.offset
            for index, length in enumerate(lengths):
                if length > self._max_line_bytes:
                    texts[index], is_cut = self._text(raw[index] + b"\n", length, offset)
                    if is_cut:
                        cut.append(index)
                offset += length
        return Lines(self.offset, lengths, texts, cut)

    def _text(self, raw: bytes, length: int, offset: int) -> tuple[str, bool]:
        """Return the text of one line, cut if need be, and whether it was.

        Args:
            raw: the line's first bytes, all of them or more than the limit.
            length: how many bytes the line has, its line end included.
            offset: where it begins.
        """
        if len(raw) == length and raw.endswith(b"\n"):
            raw = raw[:-1].removesuffix(b"\r")
        is_cut = len(raw) > self._max_line_bytes
        if is_cut:
            # The decoder keeps back a sequence that the cut divides.
            text = _decode_prefix("replace").decode(raw[: self._max_line_bytes])
        else:
            text = raw.decode("utf-8", "replace")
        if offset == 0 and text.startswith(BOM):
            text = text[1:]
        return text, is_cut


def _split(text: str, *, has_cr: bool) -> list[str]:
    """Split text that ends with LF into lines without their line ends."""
    all_crlf = has_cr and text.count("\r\n") == text.count("\n")
    texts = text.split("\r\n" if all_crlf else "\n")
    texts.pop()
    if has_cr and not all_crlf:
        return [line[:-1] if line.endswith("\r") else line for line in texts]
    return texts
