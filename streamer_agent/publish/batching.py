"""Turn a block of lines into messages below the size limit (docs/wire.md). Knows nothing of acks, sockets or files.

Sizes are measured on the encoded text, because quotes double and control characters grow sixfold in JSON.
"""

import zlib
from base64 import b64encode
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from typing import Protocol

import orjson

from common.wire import FORMAT_VERSION
from streamer_agent.block import LineBlock
from streamer_agent.publish.message import Message

ENVELOPE_BYTES = 8192
"""Left for what surrounds `data` in a frame, here and at the receivers: a group name has up to 1,024 characters."""

WORTH_BYTES = 1024
"""Texts below this are not worth deflating: what is metered are 2,048 bytes, and a message has some 300 besides."""
DEFLATE = "deflate-raw"
DEFLATE_LEVEL = 1
"""Of web logs, level 6 makes 15 percent less of it and takes three times as long (docs/decisions/0007)."""


class Encoder(Protocol):
    """What `--format` chooses."""

    def encode(self, block: LineBlock, at_ms: int) -> Iterator[Message]:
        """The messages that carry `block`, in order; lazily, since a block of text lines makes very many.

        Args:
            block: what the tail read.
            at_ms: the agent's clock, milliseconds since 1970 (UTC).
        """


class BatchEncoder:
    """`--format batch`: one message of kind `lines`, or several where one would exceed the limit."""

    def __init__(
        self, agent: str, name: str, started_ms: int, max_message_bytes: int, *, compresses: bool = False
    ) -> None:
        """`compresses` is whether texts from `WORTH_BYTES` on leave deflated; the limit is that of the plain form."""
        head = {"tailcast": FORMAT_VERSION, "kind": "lines", "agent": agent, "name": name, "started": started_ms}
        self._head: dict[str, object] = head
        self._limit = max_message_bytes - ENVELOPE_BYTES
        self._compresses = compresses

    def encode(self, block: LineBlock, at_ms: int) -> Iterator[Message]:
        """See `Encoder`. A line that alone exceeds the limit has its text cut; its length stays true."""
        texts = orjson.dumps(block.lines)
        data = self._dump(block, at_ms, {"lines": orjson.Fragment(texts)})
        if block.is_partial:
            # It makes nothing safe: its bytes are read again, and come with the whole line.
            if len(data) <= self._limit:
                yield Message(data, "json")
        elif len(data) <= self._limit:
            if self._compresses and len(texts) >= WORTH_BYTES:
                data = self._dump(block, at_ms, {"encoding": DEFLATE, "body": deflated(texts)})
            yield Message(data, "json", block.key, block.end, len(block.lines), block.end - block.offset)
        elif len(block.lines) > 1:
            for half in _halves(block):
                yield from self.encode(half, at_ms)
        else:
            room = self._limit - (len(data) - len(texts)) - len("[]")
            yield from self.encode(_shortened(block, room), at_ms)

    def _dump(self, block: LineBlock, at_ms: int, content: dict[str, object]) -> bytes:
        fields: dict[str, object] = {
            **self._head,
            "at": at_ms,
            "source": block.key.source,
            "epoch": block.key.epoch,
            "path": block.path,
            "offset": block.offset,
            "lengths": block.lengths,
            **content,
        }
        if block.cut:
            fields["cut"] = block.cut
        if block.is_partial:
            fields["partial"] = True
        return orjson.dumps(fields)


def deflated(text: bytes) -> str:
    """`text` as docs/wire.md has it in `body`: deflated without a header (RFC 1951), in base64."""
    compressor = zlib.compressobj(level=DEFLATE_LEVEL, wbits=-zlib.MAX_WBITS)
    return b64encode(compressor.compress(text) + compressor.flush()).decode()


class TextEncoder:
    """`--format text`: one message per line, the line and a newline, as the tutorial's page prints it."""

    def __init__(self, max_message_bytes: int) -> None:
        self._limit = max_message_bytes - ENVELOPE_BYTES

    def encode(self, block: LineBlock, at_ms: int) -> Iterator[Message]:
        """See `Encoder`. A cut line says so in its text, the only place that this format has.

        A provisional line is left out: nothing could take it back.
        """
        if block.is_partial:
            return
        end = block.offset
        cut = set(block.cut)
        for index, (line, length) in enumerate(zip(block.lines, block.lengths, strict=True)):
            end += length
            mark = f" … [cut: {length} bytes in all]\n"
            data = orjson.dumps(line + (mark if index in cut else "\n"))
            if len(data) > self._limit:
                data = orjson.dumps(_prefix(line, self._limit - len(mark) * 3) + mark)
            yield Message(data, "text", block.key, end, 1, length)


def _halves(block: LineBlock) -> tuple[LineBlock, LineBlock]:
    middle = len(block.lines) // 2
    first = LineBlock(
        block.key,
        block.path,
        block.offset,
        block.lengths[:middle],
        block.lines[:middle],
        [index for index in block.cut if index < middle],
    )
    second = LineBlock(
        block.key,
        block.path,
        first.end,
        block.lengths[middle:],
        block.lines[middle:],
        [index - middle for index in block.cut if index >= middle],
    )
    return first, second


def _shortened(block: LineBlock, room: int) -> LineBlock:
    """`block`, which holds one line, with its text cut to `room` encoded bytes."""
    cut_key = len(',"cut":[0]')
    return replace(block, lines=[_prefix(block.lines[0], room - cut_key)], cut=[0])


def _prefix(text: str, room: int) -> str:
    """The longest beginning of `text` that takes at most `room` bytes as a JSON string, quotes included."""
    length = bisect_right(range(len(text)), room, key=lambda count: len(orjson.dumps(text[: count + 1])))
    return text[:length]
