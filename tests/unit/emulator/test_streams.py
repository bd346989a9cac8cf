"""The streams of one publisher, and what is said about them."""

import json
from typing import Any

import pytest

from emulator.messages import (
    Action,
    Message,
    Publish,
    Reply,
    StreamEnd,
    StreamError,
    StreamInfo,
    StreamPart,
    StreamStart,
    Wake,
)
from emulator.payload import DataType, Payload
from emulator.permissions import Permissions
from emulator.protocols.json import JSON
from emulator.streams import MAX_STREAMS, Streams
from tests.unit.emulator.doubles import ManualClock

X = Payload.of(DataType.TEXT, b"x")
START = StreamStart("s", "g", idle_timeout_s=10)


class Publisher:
    """The streams of one connection, with a clock and permissions at hand."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.permissions = Permissions(["webpubsub.sendToGroup"])
        self.streams = Streams(JSON, "u", self.permissions, self.clock.now)

    def start(self, start: StreamStart = START) -> list[Action]:
        error = self.streams.start(start)
        return self.streams.refused(start, error) if error else self.streams.started(start)

    def part(self, number: int, stream_id: str = "s") -> list[Action]:
        return self.streams.part(StreamPart(stream_id, (number, X)))

    def end(self, error: StreamError | None = None) -> list[Action]:
        return self.streams.end(StreamEnd("s", error))


@pytest.fixture
def one() -> Publisher:
    return Publisher()


def said(action: Action) -> dict[str, Any]:
    """What a reply tells the publisher."""
    assert isinstance(action, Reply)
    frame: dict[str, Any] = json.loads(action.frame[2:] if action.frame[1] < 126 else action.frame[4:])
    return frame


def published(action: Action) -> Message:
    assert isinstance(action, Publish)
    return action.message


def error_of(actions: list[Action]) -> str:
    (closed,) = actions
    name: str = said(closed)["error"]["name"]
    return name


def test_a_stream_begins_with_1_and_asks_to_be_woken_when_it_may_be_silent(one: Publisher) -> None:
    ack, wake = one.start()
    assert said(ack) == {"type": "streamAck", "streamId": "s", "expectedSequenceId": 1}
    assert wake == Wake(10)


def test_the_expected_part_is_published_and_the_next_one_asked_for(one: Publisher) -> None:
    one.start(StreamStart("s", "g", 10, no_echo=True, metadata={"k": "v"}, ttl_s=7))
    publish, ack = one.part(1)
    assert publish == Publish(Message(X, "g", "u", {"k": "v"}, 7, StreamInfo("s", 1)), no_echo=True)
    assert said(ack)["expectedSequenceId"] == 2


@pytest.mark.parametrize("number", [0, 1])
def test_an_earlier_part_is_answered_and_not_published(one: Publisher, number: int) -> None:
    one.start()
    one.part(1)
    (ack,) = one.part(number)
    assert (said(ack)["type"], said(ack)["expectedSequenceId"]) == ("streamAck", 2)


def test_a_later_part_is_refused_and_the_stream_goes_on(one: Publisher) -> None:
    one.start()
    (nack,) = one.part(2)
    assert (said(nack)["type"], said(nack)["name"], said(nack)["expectedSequenceId"]) == (
        "streamNack",
        "InvalidSequenceId",
        1,
    )
    assert published(one.part(1)[0]).stream == StreamInfo("s", 1)


def test_nothing_is_known_of_a_stream_that_was_not_started(one: Publisher) -> None:
    assert error_of(one.part(1)) == "StreamNotFound"
    assert error_of(one.streams.part(StreamPart("s"))) == "StreamNotFound"
    assert error_of(one.end()) == "StreamNotFound"


@pytest.mark.parametrize("start", [StreamStart("", "g", 10), StreamStart("s", "g", 0), StreamStart("s", "g", -1)])
def test_a_start_that_makes_no_sense_is_refused(one: Publisher, start: StreamStart) -> None:
    assert error_of(one.start(start)) == "BadRequest"
    assert len(one.streams) == 0


def test_an_id_is_refused_while_it_is_in_use_and_free_again_afterwards(one: Publisher) -> None:
    one.start()
    assert error_of(one.start()) == "BadRequest"
    one.end()
    assert said(one.start()[0])["type"] == "streamAck"


def test_there_is_a_limit_to_the_streams_of_one_connection(one: Publisher) -> None:
    for number in range(MAX_STREAMS):
        one.start(StreamStart(str(number), "g", 10))
    assert error_of(one.start()) == "BadRequest"


def test_a_start_needs_the_permission(one: Publisher) -> None:
    one.permissions.send.revoke("g")
    assert error_of(one.start()) == "Forbidden"


def test_a_permission_that_is_gone_ends_the_stream_for_both_sides(one: Publisher) -> None:
    one.start()
    one.permissions.send.revoke("g")
    last, closed = one.part(1)
    info = published(last).stream
    assert info is not None
    assert (info.is_end, info.error and info.error.name) == (True, "Forbidden")
    assert said(closed)["error"]["name"] == "Forbidden"
    assert len(one.streams) == 0


def test_the_end_has_the_next_number_and_an_empty_text(one: Publisher) -> None:
    one.start()
    one.part(1)
    last, closed = one.end()
    assert published(last).stream == StreamInfo("s", 2, is_end=True)
    assert (published(last).payload.data_type, published(last).payload.content) == (DataType.TEXT, b"")
    assert said(closed) == {"type": "streamClosed", "streamId": "s"}


def test_an_error_of_the_publisher_goes_to_the_receivers_alone(one: Publisher) -> None:
    one.start()
    error = StreamError("UserError", "m", "c")
    last, closed = one.end(error)
    assert published(last).stream == StreamInfo("s", 1, is_end=True, error=error)
    assert "error" not in said(closed)


def test_a_silent_stream_is_closed_on_time_and_not_before(one: Publisher) -> None:
    one.start()
    one.clock.advance(9.9)
    assert one.streams.tick() == [Wake(pytest.approx(0.1))]  # type: ignore[arg-type]
    one.clock.advance(0.1)
    last, closed = one.streams.tick()
    info = published(last).stream
    assert info is not None
    assert (info.is_end, info.error and info.error.name) == (True, "IdleTimeout")
    assert said(closed)["error"]["name"] == "IdleTimeout"


@pytest.mark.parametrize("sign", ["part", "keep-alive"])
def test_a_sign_of_life_puts_the_end_off(one: Publisher, sign: str) -> None:
    one.start()
    one.clock.advance(9)
    if sign == "part":
        one.part(1)
    else:
        assert one.streams.part(StreamPart("s")) == []
    one.clock.advance(9)
    assert one.streams.tick() == [Wake(1)]


def test_what_is_not_accepted_is_no_sign_of_life(one: Publisher) -> None:
    one.start()
    one.clock.advance(9)
    one.part(5)
    one.clock.advance(1)
    assert len(one.streams.tick()) == 2


def test_the_stream_that_may_be_silent_first_decides_when_to_be_woken(one: Publisher) -> None:
    assert one.start(StreamStart("slow", "g", 60))[1] == Wake(60)
    assert one.start(StreamStart("fast", "g", 5))[1] == Wake(5)
    assert len(one.start(StreamStart("middle", "g", 30))) == 1  # it is woken before anyway
    one.clock.advance(5)
    assert one.streams.tick()[-1] == Wake(25)


def test_streams_end_with_the_connection_and_only_receivers_are_told(one: Publisher) -> None:
    one.start()
    one.part(1)
    (last,) = one.streams.cancel()
    info = published(last).stream
    assert info is not None
    assert (info.sequence_id, info.is_end, info.error and info.error.name) == (2, True, "Cancelled")
    assert len(one.streams) == 0
