"""Turns the bytes of one life into lines, whatever its encoding and format, holes left out. Reads no file."""

from streamer_agent.tail.containers import LEAST_LINE_BYTES, LineFormat, Unwrapper, parser
from streamer_agent.tail.content import utf16_codec
from streamer_agent.tail.holes import leading_nuls, text_bytes
from streamer_agent.tail.lines import Lines, LineSplitter
from streamer_agent.tail.utf16 import UNIT_BYTES, Utf16Splitter

_FORMAT_BYTES = 256
"""With so many first bytes, or a whole line, the format of a file is certain."""


class Cutter:
    """Bytes in, lines with true offsets out.

    `feed` may take less than it is given; `end` says where to go on. `look` has to see the beginning of the file before
    anything else, and again as long as that grows.
    """

    def __init__(
        self,
        offset: int,
        *,
        max_line_bytes: int,
        line_format: LineFormat,
        skip_line: bool = False,
        has_holes: bool = True,
    ) -> None:
        """Begin at byte `offset`.

        Args:
            offset: in the file.
            max_line_bytes: the limit for a line's text.
            line_format: what wraps the lines.
            skip_line: whether to drop everything up to and including the next line end.
            has_holes: whether runs of NULs are left out; without, `feed` takes all that it is given.
        """
        self.holes: list[tuple[int, int]] = []
        """Runs of NUL bytes that were left out, from and to, until the caller takes them away."""
        self._max_line_bytes = max_line_bytes
        self._format: LineFormat = line_format
        self._has_holes = has_holes
        self._unwrapper: Unwrapper | None = None
        self._codec = ""
        self._nuls = 0
        """NULs that were fed and may be the beginning of a hole, or of nothing yet."""
        self._splitter = self._new_splitter(offset, skip_line)

    @property
    def offset(self) -> int:
        """Everything before it was handed out as lines, or left out."""
        pending = None if self._unwrapper is None else self._unwrapper.pending
        return self._splitter.offset if pending is None else pending

    @property
    def line_offset(self) -> int:
        """Where the unfinished raw line begins."""
        return self._splitter.offset

    @property
    def end(self) -> int:
        """Offset after the last byte that was taken: where to read on."""
        return self._splitter.end + self._nuls

    @property
    def start(self) -> int:
        """Where the first line begins: behind the one that is skipped, as far as that is known."""
        return self._splitter.start

    @property
    def held_bytes(self) -> int:
        """Bytes in memory for the unfinished line."""
        return self._splitter.held_bytes

    @property
    def is_skipping(self) -> bool:
        """Whether the line that is being dropped goes on."""
        return self._splitter.is_skipping

    @property
    def is_in_hole(self) -> bool:
        """Whether nothing but NULs came lately."""
        return self._nuls > 0

    @property
    def unit(self) -> int:
        """Bytes that belong together: offsets are multiples of it."""
        return UNIT_BYTES if self._codec else 1

    def look(self, first: bytes) -> bool:
        """Learn encoding and format from the file's first bytes; return whether to read again from `end`."""
        self.look_for_format(first)
        codec = utf16_codec(first)
        if codec == self._codec:
            return False
        self._codec = codec
        self._splitter = self._new_splitter(self._splitter.offset, self._splitter.is_skipping)
        return True

    def look_for_format(self, first: bytes) -> None:
        """Learn only the format from the first bytes."""
        if self._unwrapper is None and (parse := parser(self._format, first)):
            self._unwrapper = Unwrapper(parse, self._max_line_bytes)
        if self._format == "auto" and (b"\n" in first or len(first) >= _FORMAT_BYTES):
            self._format = "plain"

    def feed(self, chunk: bytes, *, is_last: bool) -> Lines | None:
        """Take the bytes at `end`, or the first of them; return the lines that they complete, or None.

        Args:
            chunk: the next bytes.
            is_last: whether the file has no more at present.
        """
        if self._codec:
            return self._unwrapped(self._splitter.feed(chunk[: len(chunk) & ~1]))
        text = text_bytes(chunk) if self._has_holes else len(chunk)
        if text and not self._nuls:
            return self._unwrapped(self._splitter.feed(chunk[:text] if text < len(chunk) else chunk))
        return self._feed_nuls(chunk, is_last)

    def leap(self, offset: int) -> None:
        """Take the bytes up to `offset` for NULs: the filesystem says that they lie in a hole."""
        self._nuls += max(0, offset - self.end)

    def rewind(self) -> None:
        """Go back to where the NULs began that came last: they may be written yet."""
        self._nuls = 0

    def unfinished(self) -> Lines | None:
        """Return the unfinished line as far as it came, if it can be shown so."""
        return None if self._unwrapper is not None or self.is_skipping else self._splitter.unfinished()

    def flush(self) -> Lines | None:
        """Return what is unfinished as it is, if anything is: nothing more will come."""
        self._nuls = 0
        lines = self._unwrapped(self._splitter.flush())
        return lines if self._unwrapper is None else joined(lines, self._unwrapper.flush())

    def _feed_nuls(self, chunk: bytes, is_last: bool) -> Lines | None:
        nuls = leading_nuls(chunk)
        if nuls == len(chunk):
            # At the end of the file they may be written yet: they are read again with the next look.
            self._nuls = 0 if is_last else self._nuls + nuls
            return None
        begin, end = self._splitter.end, self.end + nuls
        self._nuls = 0
        lines = self._unwrapped(self._splitter.flush())
        self._splitter.jump(end)
        self.holes.append((begin, end))
        return lines

    def _unwrapped(self, lines: Lines | None) -> Lines | None:
        return lines if lines is None or self._unwrapper is None else self._unwrapper.feed(lines)

    def _new_splitter(self, offset: int, skip_line: bool) -> LineSplitter:
        limit = self._max_line_bytes
        if self._codec:
            return Utf16Splitter(offset, max_line_bytes=limit, skip_line=skip_line, codec=self._codec)
        raw_limit = limit if self._format == "plain" else max(limit, LEAST_LINE_BYTES)
        return LineSplitter(offset, max_line_bytes=raw_limit, skip_line=skip_line)


def joined(first: Lines | None, second: Lines | None) -> Lines | None:
    """Return two stretches of lines, the second right behind the first, as one."""
    if first is None or second is None:
        return first or second
    first.cut += [index + len(first.texts) for index in second.cut]
    first.lengths += second.lengths
    first.texts += second.texts
    return first
