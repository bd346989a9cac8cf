"""frames: what a publisher writes and reads, byte for byte."""

import orjson
import pytest

from streamer_agent.publish.frames import OTHER, Ack, Connected, Disconnected, GroupWriter, decode
from streamer_agent.publish.message import Message


def test_content_is_spliced_in_unchanged() -> None:
    frame = GroupWriter("stream").frame(7, Message(b'{"n":1.50}', "json"))
    assert frame == b'{"type":"sendToGroup","group":"stream","dataType":"json","ackId":7,"data":{"n":1.50}}'


def test_text_content_is_marked_as_text() -> None:
    frame = GroupWriter("stream").frame(1, Message(b'"line\\n"', "text"))
    assert orjson.loads(frame)["dataType"] == "text"
    assert orjson.loads(frame)["data"] == "line\n"


@pytest.mark.parametrize("group", ['a"b', "späte Züge", "\\", "a\nb", "%d %s"])
def test_any_group_name_survives(group: str) -> None:
    frame = GroupWriter(group).frame(1, Message(b"1", "json"))
    assert orjson.loads(frame)["group"] == group


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"type":"system","event":"connected","userId":null,"connectionId":"c1"}', Connected("c1")),
        ('{"type":"system","event":"disconnected","message":"bye"}', Disconnected("bye")),
        ('{"type":"ack","ackId":7,"success":true}', Ack(7)),
        (
            '{"type":"ack","ackId":7,"success":false,"error":{"name":"Forbidden","message":"no"}}',
            Ack(7, "Forbidden", "no"),
        ),
        ('{"type":"ack","ackId":18446744073709551615,"success":true}', Ack(18446744073709551615)),
        ('{"type":"ack","ackId":7,"success":false}', Ack(7, "Unknown", "")),
        ('{"type":"ack","ackId":7,"success":false,"error":null}', Ack(7, "Unknown", "")),
    ],
)
def test_frames_of_the_service_are_read(text: str, expected: object) -> None:
    assert decode(text) == expected
    assert decode(text.encode()) == expected


@pytest.mark.parametrize(
    "text",
    [
        '{"type":"pong"}',
        '{"type":"message","from":"server","dataType":"text","data":"Hello"}',
        '{"type":"yet to be invented"}',
        '{"type":"ack","ackId":"7","success":true}',
        '{"type":"ack","ackId":true,"success":true}',
        '{"type":"system","event":"other"}',
        "{}",
        "[]",
        "null",
        "<html>",
        "",
    ],
)
def test_what_a_publisher_cannot_use_is_passed_over(text: str) -> None:
    assert decode(text) is OTHER
