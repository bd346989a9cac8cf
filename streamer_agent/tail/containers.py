"""Takes the lines of containers out of what wraps them, and joins those that were split. Cuts no bytes into lines.

Docker's json-file driver writes one JSON object per piece, of 16 KB at most; the piece that ends a line has the line
feed in `log`. The Container Runtime Interface of Kubernetes writes `TIME STREAM TAGS TEXT`, where the first tag is P
for a piece and F for the last one of a line (kubernetes/kubernetes, pkg/kubelet/kuberuntime/logs: logs.go).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import orjson

from streamer_agent.tail.lines import Lines

LineFormat = Literal["plain", "docker", "cri", "auto"]
"""What `--line-format` chooses; `auto` looks at the first line of each file."""

LEAST_LINE_BYTES = 128 * 1024
"""How much of a raw line is needed: a piece of 16 KB may be six times as long in JSON."""

_CRI = re.compile(r"\d{4}-\d\d-\d\dT\S+ (stdout|stderr) ([^ ]+) ?(.*)", re.DOTALL)
_MOST_WAITING = 256
"""Lines of one stream that wait for the rest of a line of the other: their bytes lie between its pieces."""


class Piece(NamedTuple):
    """What one raw line holds of a line of the container."""

    stream: str
    text: str
    is_last: bool


Parse = Callable[[str], Piece | None]
"""Takes a raw line apart; None if it has another form."""


def parse_docker(raw: str) -> Piece | None:
    """Take apart a line of Docker's json-file driver."""
    try:
        entry = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(entry, dict) or not isinstance(entry.get("log"), str):
        return None
    text: str = entry["log"]
    return Piece(str(entry.get("stream", "")), text.removesuffix("\n").removesuffix("\r"), text.endswith("\n"))


def parse_cri(raw: str) -> Piece | None:
    """Take apart a line of a CRI runtime."""
    found = _CRI.fullmatch(raw)
    if found is None:
        return None
    stream, tags, text = found.groups()
    return Piece(stream, text, tags.split(":")[0] != "P")


def parser(line_format: LineFormat, first: bytes) -> Parse | None:
    """Return what takes the lines of a file apart that begins with `first`; None if they are plain."""
    match line_format:
        case "docker":
            return parse_docker
        case "cri":
            return parse_cri
        case "auto" if first.startswith(b'{"log":"'):
            return parse_docker
        case "auto" if _CRI.match(first[:256].decode("utf-8", "replace")):
            return parse_cri
    return None


@dataclass(slots=True)
class _Line:
    length: int
    """Raw bytes that it answers for: its own, and those of others that came since and before the next line."""
    pieces: list[str] = field(default_factory=list)
    size: int = 0
    """Bytes of the pieces, as UTF-8, those included that were cut."""
    is_cut: bool = False


class Unwrapper:
    """Raw lines in, lines of the container out.

    Lines keep the order in which they began and share the bytes between them: when pieces of both streams alternate,
    each line begins where its first piece does and reaches to where the next line begins.
    """

    def __init__(self, parse: Parse, max_line_bytes: int) -> None:
        """`max_line_bytes` is the limit for a joined line's text."""
        self._parse = parse
        self._max_line_bytes = max_line_bytes
        self._offset = 0
        """Where the first line that waits begins."""
        self._waiting: list[_Line] = []
        """From the first line that is not complete."""
        self._unfinished: dict[str, _Line] = {}
        """Those among them that lack their rest, by stream."""

    @property
    def pending(self) -> int | None:
        """Where the first line begins that waits for its rest; None if none does."""
        return self._offset if self._waiting else None

    def feed(self, raw: Lines) -> Lines | None:
        """Take the next raw lines; return the lines that they complete, or None."""
        done = Lines(self._offset if self._waiting else raw.offset, [], [])
        offset = raw.offset
        cut = set(raw.cut)
        for index, (length, text) in enumerate(zip(raw.lengths, raw.texts, strict=True)):
            if not self._waiting:
                self._offset = offset
            self._take(length, text, index in cut)
            offset += length
            if not self._unfinished or len(self._waiting) >= _MOST_WAITING:
                self._release(done)
        return done if done.lengths else None

    def flush(self) -> Lines | None:
        """Return what waits as it is: nothing more will come."""
        if not self._waiting:
            return None
        done = Lines(self._offset, [], [])
        self._release(done)
        return done

    def _take(self, length: int, raw: str, is_cut: bool) -> None:
        piece = self._parse(raw) or Piece("", raw, is_last=True)
        line = self._unfinished.get(piece.stream)
        if line is None:
            line = _Line(0)
            self._waiting.append(line)
        self._waiting[-1].length += length
        self._add(line, piece.text, is_cut)
        if piece.is_last:
            self._unfinished.pop(piece.stream, None)
        else:
            self._unfinished[piece.stream] = line

    def _add(self, line: _Line, text: str, is_cut: bool) -> None:
        room = self._max_line_bytes - line.size
        size = len(text.encode())
        line.size += size
        line.is_cut |= is_cut or size > room
        if room > 0:
            line.pieces.append(text if size <= room else text.encode()[:room].decode("utf-8", "ignore"))

    def _release(self, done: Lines) -> None:
        for line in self._waiting:
            if line.is_cut:
                done.cut.append(len(done.texts))
            done.lengths.append(line.length)
            done.texts.append("".join(line.pieces))
        self._waiting.clear()
        self._unfinished.clear()
