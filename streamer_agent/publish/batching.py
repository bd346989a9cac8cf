"""Turn a block of lines into messages below the size limit (docs/wire.md). Knows nothing of acks, sockets or files.

Sizes are measured on the encoded text, because quotes double and control characters grow sixfold in JSON.
"""

from bisect import bisect_right
from collections.abc import Iterator
from typing import Protocol

import orjson

from common.wire import FORMAT_VERSION
from streamer_agent.block import LineBlock
from streamer_agent.publish.message import Message

ENVELOPE_BYTES = 8192
"""Left for what surrounds `data` in a frame, here and at the receivers: a group name has up to 1,024 characters."""


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

    def __init__(self, agent: str, name: str, max_message_bytes: int) -> None:
        self._head = {"tailcast": FORMAT_VERSION, "kind": "lines", "agent": agent, "name": name}
        self._limit = max_message_bytes - ENVELOPE_BYTES

    def encode(self, block: LineBlock, at_ms: int) -> Iterator[Message]:
        """See `Encoder`. A line that alone exceeds the limit has its text cut; its length stays true."""
        data = self._dump(block, at_ms)
        if len(data) <= self._limit:
            yield Message(data, "json", block.key, block.end)
        elif len(block.lines) > 1:
            for half in _halves(block):
                yield from self.encode(half, at_ms)
        else:
            block = _shortened(block, self._limit - (len(data) - len(orjson.dumps(block.lines[0]))))
            yield Message(self._dump(block, at_ms), "json", block.key, block.end)

    def _dump(self, block: LineBlock, at_ms: int) -> bytes:
        fields: dict[str, object] = {
            **self._head,
            "at": at_ms,
            "source": block.key.source,
            "epoch": block.key.epoch,
            "path": block.path,
            "offset": block.offset,
            "lengths": block.lengths,
            "lines": block.lines,
        }
        if block.cut:
            fields["cut"] = block.cut
        return orjson.dumps(fields)


class TextEncoder:
    """`--format text`: one message per line, the line and a newline, as the tutorial's page prints it."""

    def __init__(self, max_message_bytes: int) -> None:
        self._limit = max_message_bytes - ENVELOPE_BYTES

    def encode(self, block: LineBlock, at_ms: int) -> Iterator[Message]:
        """See `Encoder`. A cut line says so in its text, the only place that this format has."""
        end = block.offset
        cut = set(block.cut)
        for index, (line, length) in enumerate(zip(block.lines, block.lengths, strict=True)):
            end += length
            mark = f" … [cut: {length} bytes in all]\n"
            data = orjson.dumps(line + (mark if index in cut else "\n"))
            if len(data) > self._limit:
                data = orjson.dumps(_prefix(line, self._limit - len(mark) * 3) + mark)
            yield Message(data, "text", block.key, end)


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
    return LineBlock(block.key, block.path, block.offset, block.lengths, [_prefix(block.lines[0], room - cut_key)], [0])


def _prefix(text: str, room: int) -> str:
    """The longest beginning of `text` that takes at most `room` bytes as a JSON string, quotes included."""
    length = bisect_right(range(len(text)), room, key=lambda count: len(orjson.dumps(text[: count + 1])))
    return text[:length]
