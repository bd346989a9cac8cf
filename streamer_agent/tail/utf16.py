"""Cuts UTF-16 into lines, as lines.py does with UTF-8. Expects chunks of whole two-byte units."""

from codecs import getincrementaldecoder

from streamer_agent.tail.lines import BOM, Lines, LineSplitter

UNIT_BYTES = 2


class Utf16Splitter(LineSplitter):
    """A line ends at U+000A. Lone surrogates become U+FFFD; every length stays that of the file."""

    line_end_bytes = 2 * UNIT_BYTES

    def __init__(self, offset: int, *, max_line_bytes: int, skip_line: bool = False, codec: str) -> None:
        """`codec` is `utf-16-le` or `utf-16-be`; `offset` is even."""
        super().__init__(offset, max_line_bytes=max_line_bytes & ~1, skip_line=skip_line)
        self._codec = codec
        self._newline = "\n".encode(codec)

    def first_end(self, chunk: bytes) -> int:
        """See LineSplitter: the bytes of a line feed also occur across two units."""
        at = chunk.find(self._newline)
        while at % UNIT_BYTES and at >= 0:
            at = chunk.find(self._newline, at + 1)
        return at + UNIT_BYTES if at >= 0 else 0

    def last_end(self, chunk: bytes) -> int:
        """See LineSplitter."""
        at = chunk.rfind(self._newline)
        while at % UNIT_BYTES and at >= 0:
            at = chunk.rfind(self._newline, 0, at + 1)
        return at + UNIT_BYTES if at >= 0 else 0

    def _cut(self, body: bytes) -> Lines:
        lengths: list[int] = []
        texts: list[str] = []
        cut: list[int] = []
        offset = self.offset
        at = 0
        for line in body.decode(self._codec, "replace").split("\n")[:-1]:
            # A character of the replacement takes one unit, as did the lone surrogate that it stands for.
            length = len(line.encode(self._codec)) + UNIT_BYTES
            text, is_cut = self._text(body[at : at + length], length, offset)
            if is_cut:
                cut.append(len(texts))
            lengths.append(length)
            texts.append(text)
            at += length
            offset += length
        return Lines(self.offset, lengths, texts, cut)

    def _text(self, raw: bytes, length: int, offset: int) -> tuple[str, bool]:
        limit = self._max_line_bytes
        if len(raw) == length and raw.endswith(self._newline):
            raw = raw[:-UNIT_BYTES].removesuffix("\r".encode(self._codec))
        is_cut = len(raw) > limit
        # The decoder keeps back a pair that the cut divides.
        text = getincrementaldecoder(self._codec)("replace").decode(raw[:limit], final=not is_cut)
        return (text.removeprefix(BOM) if offset == 0 else text), is_cut
