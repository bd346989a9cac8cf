"""batching: every line arrives once, in order, with true offsets, and no message exceeds the limit."""

import zlib
from base64 import b64decode
from itertools import pairwise

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer_agent.block import EpochKey, LineBlock
from streamer_agent.publish.batching import ENVELOPE_BYTES, BatchEncoder, TextEncoder
from tests.nasty.cases import case
from tests.support.receiver import Receiver

KEY = EpochKey("a3c1e07b", 2)
LIMIT = 65_536
ROOM = LIMIT - ENVELOPE_BYTES


def block_of(lines: list[str], offset: int = 100, cut: list[int] | None = None) -> LineBlock:
    lengths = [len(line.encode()) + 1 for line in lines]
    return LineBlock(KEY, "/var/log/app.log", offset, lengths, lines, cut or [])


def batches(block: LineBlock) -> list[dict]:
    messages = list(BatchEncoder("9f86d081884c7d65", "web-1", 1793476700000, LIMIT).encode(block, 1793476800123))
    assert all(len(message.data) <= ROOM for message in messages)
    assert [message.key for message in messages] == [KEY] * len(messages)
    assert messages[-1].end == block.end
    return [orjson.loads(message.data) for message in messages]


def test_a_block_becomes_the_message_that_wire_md_shows() -> None:
    assert batches(block_of(["GET /a 200", "café"])) == [
        {
            "tailcast": 1,
            "kind": "lines",
            "agent": "9f86d081884c7d65",
            "name": "web-1",
            "started": 1793476700000,
            "at": 1793476800123,
            "source": "a3c1e07b",
            "epoch": 2,
            "path": "/var/log/app.log",
            "offset": 100,
            "lengths": [11, 6],
            "lines": ["GET /a 200", "café"],
        }
    ]


def test_a_cut_line_is_named_by_its_index() -> None:
    assert batches(block_of(["short", "lo"], cut=[1]))[0]["cut"] == [1]


@case("T24")
@case("T24")
def test_a_batch_over_the_limit_is_split_in_order_with_true_offsets() -> None:
    lines = [f"{number:05d}" + "x" * 500 for number in range(400)]
    parts = batches(block_of(lines))
    assert len(parts) > 1
    assert [line for part in parts for line in part["lines"]] == lines
    for earlier, later in pairwise(parts):
        assert later["offset"] == earlier["offset"] + sum(earlier["lengths"])


def test_cut_marks_stay_on_their_lines_when_a_batch_is_split() -> None:
    lines = [f"{number:05d}" + "x" * 500 for number in range(400)]
    parts = batches(block_of(lines, cut=[0, 7, 399]))
    assert [part["lines"][index] for part in parts for index in part.get("cut", [])] == [lines[0], lines[7], lines[399]]


@case("T23")
@pytest.mark.parametrize("text", ['"' * 900_000, "\x01" * 900_000, "\\" * 900_000, "é" * 450_000, "😀" * 225_000])
def test_a_line_is_measured_as_it_is_encoded(text: str) -> None:
    (part,) = batches(block_of([text]))
    assert part["cut"] == [0]
    assert part["lengths"] == [len(text.encode()) + 1]
    assert text.startswith(part["lines"][0])
    assert len(orjson.dumps(part)) > ROOM - 16  # as much as fits


def test_neighbours_of_a_cut_line_are_whole() -> None:
    parts = batches(block_of(["before", "\x02" * 900_000, "after"]))
    lines = [line for part in parts for line in part["lines"]]
    assert (lines[0], lines[2]) == ("before", "after")
    assert [part["lines"][index][:1] for part in parts for index in part.get("cut", [])] == ["\x02"]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=300), min_size=1, max_size=300))
def test_any_lines_arrive_as_they_are(lines: list[str]) -> None:
    parts = batches(block_of(lines))
    assert [line for part in parts for line in part["lines"]] == lines
    assert sum(length for part in parts for length in part["lengths"]) == sum(block_of(lines).lengths)


def test_text_is_one_message_per_line_each_with_its_position() -> None:
    messages = list(TextEncoder(LIMIT).encode(block_of(["one", "", "three"]), 0))
    assert [orjson.loads(message.data) for message in messages] == ["one\n", "\n", "three\n"]
    assert [message.end for message in messages] == [104, 105, 111]
    assert {message.data_type for message in messages} == {"text"}


def test_a_cut_line_says_so_in_its_text() -> None:
    (message,) = TextEncoder(LIMIT).encode(LineBlock(KEY, "p", 0, [2_000_000], ["begin"], [0]), 0)
    assert orjson.loads(message.data) == "begin … [cut: 2000000 bytes in all]\n"


@pytest.mark.parametrize("text", ['"' * 900_000, "\x01" * 900_000])
def test_a_text_message_stays_below_the_limit(text: str) -> None:
    (message,) = TextEncoder(LIMIT).encode(block_of([text]), 0)
    assert ROOM - 100 < len(message.data) <= ROOM
    assert orjson.loads(message.data).endswith(" … [cut: 900001 bytes in all]\n")


def test_a_block_of_many_text_lines_is_encoded_as_it_is_taken() -> None:
    messages = TextEncoder(LIMIT).encode(block_of(["x"] * 1_000_000), 0)
    assert next(messages).end == 102


def deflated_batches(block: LineBlock) -> list[dict[str, object]]:
    encoder = BatchEncoder("9f86d081884c7d65", "web-1", 1793476700000, LIMIT, compresses=True)
    return [orjson.loads(message.data) for message in encoder.encode(block, 1793476800123)]


def test_a_deflated_batch_is_smaller_and_has_the_same_lines() -> None:
    block = block_of([f"GET /items/{number} 200" for number in range(500)])
    (plain,), (part,) = batches(block), deflated_batches(block)
    assert len(orjson.dumps(part)) < len(orjson.dumps(plain)) / 3
    assert part["encoding"] == "deflate-raw"
    inflated = zlib.decompress(b64decode(str(part["body"])), wbits=-zlib.MAX_WBITS)
    assert orjson.loads(inflated) == plain.pop("lines")
    assert {key: value for key, value in part.items() if key not in ("encoding", "body")} == plain


def test_a_small_batch_is_not_deflated() -> None:
    block = block_of(["x" * 1000])
    assert deflated_batches(block) == batches(block)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=400), min_size=1, max_size=300))
def test_any_deflated_lines_arrive_as_they_are(lines: list[str]) -> None:
    receiver = Receiver()
    for part in deflated_batches(block_of(lines)):
        receiver.receive(part)
    assert [line.text for line in receiver.lines] == lines
    assert receiver.gaps() == []


def test_the_limit_is_that_of_the_plain_form_so_that_receivers_can_have_one() -> None:
    block = block_of([f"{number:05d}" + "x" * 500 for number in range(2000)])
    assert [part["offset"] for part in deflated_batches(block)] == [part["offset"] for part in batches(block)]


def provisional() -> LineBlock:
    return LineBlock(KEY, "/var/log/app.log", 100, [5], ["unfin"], is_partial=True)


def test_a_provisional_line_makes_nothing_safe() -> None:
    (message,) = BatchEncoder("9f86d081884c7d65", "web-1", 1793476700000, LIMIT).encode(provisional(), 1793476800123)
    assert (message.key, message.end) == (None, 0)
    content = orjson.loads(message.data)
    assert (content["partial"], content["offset"], content["lengths"], content["lines"]) == (True, 100, [5], ["unfin"])


def test_text_has_no_place_for_a_provisional_line() -> None:
    assert list(TextEncoder(LIMIT).encode(provisional(), 1793476800123)) == []
