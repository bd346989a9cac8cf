"""Follow a PEM block (RFC 7468) over lines, within a batch and from one batch to the next. Finds no beginnings itself.

What follows a beginning is masked while it looks like the inside of a block. Loggers put time and level before each
line, and other threads write in between, so a few other lines do not end it; a block that never ends is given up.
"""

import re2

from streamer_agent.redact.expressions import by_line, options

MOST_LINES = 250
"""Lines of a block: a key of 16,384 bits has some 200 of 64 characters."""
MOST_STRANGERS = 20
"""Other lines in a row, after which the block is taken for over: headers of the block itself, and what others wrote."""

_COLOUR = r"\x1b\[[0-9;]*m"
_CLOSING = rf"""(?:\s|\\+[nr]|{_COLOUR}|["'`,;+<>()\[\]{{}}|])*$"""
"""What loggers put behind the text of a line."""
_INSIDE = re2.compile(
    by_line(
        r"^\s*([A-Za-z0-9+/]+={0,2})\s*$"
        rf"|(?:{_COLOUR})?(?:([A-Za-z0-9+/]{{40,}}={{0,2}})"
        rf"|([A-Za-z0-9+/]{{24,}}={{0,2}}|[A-Za-z0-9+/]+={{1,2}}){_CLOSING})"
    ),
    options(),
)
_BEGIN = re2.compile(b"-----BEGIN [A-Z0-9 ]+-----", options())
_END = re2.compile(b"-----END [A-Z0-9 ]+-----", options())
_WHOLE_LINE = re2.compile(rb"\s*(?:[A-Za-z0-9+/]{40,}={0,2}|[A-Za-z0-9+/]+={1,2})\s*", options())
_DIGEST = re2.compile(rb"\s*(?:[0-9a-f]+|[0-9A-F]+)\s*", options())


class PemBlock:
    """A block that has begun, or may have: `is_open` says whether it goes on."""

    def __init__(self, *, is_certain: bool) -> None:
        """`is_certain` is whether its beginning was seen.

        Who comes in within a file cannot know what came before; then only lines that are nothing but base64 count.
        """
        self.is_open = True
        self._is_certain = is_certain
        self._lines_left = MOST_LINES
        self._strangers = 0

    def mask(self, line: bytes, mark: bytes) -> bytes:
        """The next line of the file, with what belongs to the block replaced by `mark`."""
        end = _END.search(line)
        if end is not None:
            self.is_open = False
            return self._masked(line[: end.start()], mark) + line[end.start() :]
        masked = self._masked(line, mark)
        self._lines_left -= 1
        self._strangers = self._strangers + 1 if masked == line else 0
        most_strangers = MOST_STRANGERS if self._is_certain else 1
        self.is_open = self._lines_left > 0 and self._strangers < most_strangers
        return masked

    def _masked(self, text: bytes, mark: bytes) -> bytes:
        if self._is_certain:
            return _replaced(text, mark)
        is_inside = _WHOLE_LINE.fullmatch(text) is not None and _DIGEST.fullmatch(text) is None
        return mark if is_inside else text

    def continued(self) -> "PemBlock":
        """The same for the file that follows this one."""
        other = PemBlock(is_certain=self._is_certain)
        other._lines_left, other._strangers = self._lines_left, self._strangers
        return other


def _replaced(text: bytes, mark: bytes) -> bytes:
    pieces, position = [], 0
    for found in _INSIDE.finditer(text):
        start, end = next(found.span(group) for group in (1, 2, 3) if found.start(group) >= 0)
        pieces += [text[position:start], mark]
        position = end
    return b"".join([*pieces, text[position:]])


def entered(before: bytes, offset: int) -> PemBlock | None:
    """The block that goes on at `offset` in a file, by the bytes `before` it; None if there is none.

    Where too little came before to tell, one that may have begun.
    """
    beginnings = list(_BEGIN.finditer(before))
    if not beginnings:
        is_told = len(before) >= offset or _END.search(before) is not None
        return None if is_told else PemBlock(is_certain=False)
    pem = PemBlock(is_certain=True)
    for line in before[beginnings[-1].end() :].split(b"\n")[:-1]:
        pem.mask(line, b"")
        if not pem.is_open:
            return None
    return pem
