"""The counting that every figure rests on: exact, however the bytes arrive."""

import json
import random
import socket
from collections.abc import Iterator

import pytest

from tests.benchmarks import lines
from tests.benchmarks.readers import ByteReader, ConnectionLostError, FrameReader, Reader
from tests.benchmarks.roads.tailcast import count_lines

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    ends = socket.socketpair()
    yield ends
    for end in ends:
        end.close()


def server_frame(payload: bytes, opcode: int = 1) -> bytes:
    size = len(payload)
    if size < 126:
        return bytes((0x80 | opcode, size)) + payload
    if size < 65536:
        return bytes((0x80 | opcode, 126)) + size.to_bytes(2) + payload
    return bytes((0x80 | opcode, 127)) + size.to_bytes(8) + payload


def deliver(content: bytes, pair: Pair, reader: Reader, seed: int = 1) -> None:
    """Send `content` in pieces of random sizes, each received on its own."""
    sizes = random.Random(seed)
    while content:
        size = sizes.choice((1, 2, 3, 130, 5000, 60_000))
        pair[0].sendall(content[:size])
        content = content[size:]
        reader.receive()


def batch(first: int, count: int) -> bytes:
    texts = [lines.line(number)[:-1].decode() for number in range(first, first + count)]
    content = {"path": '/tmp/"lengths":[1,2]', "lengths": [lines.LINE_BYTES] * count, "lines": texts}
    return json.dumps({"type": "message", "data": content}, separators=(",", ":")).encode()


@pytest.mark.parametrize("seed", range(5))
def test_messages_of_every_size_are_counted_once(pair: Pair, seed: int) -> None:
    payloads = [b"x" * size for size in (0, 1, 125, 126, 126, 126, 127, 65535, 65536, 400_000, 5, 5, 5, 5)]
    reader = FrameReader(pair[1], b"")
    deliver(b"".join(map(server_frame, payloads)), pair, reader, seed)
    assert reader.count == len(payloads)


def test_equal_messages_keep_their_numbering(pair: Pair) -> None:
    reader = FrameReader(pair[1], b"")
    reader.record()
    deliver(b"".join(server_frame(lines.line(number)) for number in range(3000)), pair, reader)
    assert reader.count == 3000
    assert lines.faults(reader.numbers(), 3000) == ""


def test_lines_of_a_batch_are_counted_by_their_lengths(pair: Pair) -> None:
    reader = FrameReader(pair[1], b"", count_lines)
    reader.record()
    other = server_frame(b'{"type":"ack","ackId":1,"success":true}')
    deliver(server_frame(batch(0, 1)) + other + server_frame(batch(1, 4999)), pair, reader)
    assert reader.count == 5000
    assert lines.faults(reader.numbers(), 5000) == ""


def test_units_are_counted_across_pieces(pair: Pair) -> None:
    reader = ByteReader(pair[1], lines.LINE_BYTES)
    deliver(lines.lines(1000), pair, reader)
    assert reader.count == 1000


def test_a_ping_is_answered_and_not_counted(pair: Pair) -> None:
    reader = FrameReader(pair[1], server_frame(b"hello", opcode=9))
    assert reader.count == 0
    assert pair[0].recv(100)[-5:] == b"hello"


def test_a_close_frame_ends_the_measure(pair: Pair) -> None:
    with pytest.raises(ConnectionLostError, match="too slow"):
        FrameReader(pair[1], server_frame(b"\x03\xf0too slow", opcode=8))


def test_faults_tell_missing_repeated_and_disordered_lines() -> None:
    assert lines.faults([0, 1, 2], 3) == ""
    assert lines.faults([0, 2, 2], 3) == "1 missing, 1 repeated"
    assert lines.faults([0, 2, 1], 3) == "out of order"
