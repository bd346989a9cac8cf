"""What simple clients receive: the data alone."""

import pytest

from emulator.messages import Message
from emulator.payload import DataType, Payload
from emulator.protocols.raw import RAW


@pytest.mark.parametrize(
    ("payload", "frame"),
    [
        (Payload.spliced(DataType.TEXT, b'"hi"'), b"\x81\x02hi"),
        (Payload.spliced(DataType.JSON, b'{"a" :1}'), b'\x81\x08{"a" :1}'),
        (Payload.spliced(DataType.BINARY, b'"AQI="'), b"\x82\x02\x01\x02"),
        (Payload.of(DataType.TEXT, b""), b"\x81\x00"),
    ],
)
def test_text_and_json_are_text_frames_and_binary_is_a_binary_one(payload: Payload, frame: bytes) -> None:
    assert RAW.message(Message(payload, "g", "alice", {"k": "v"})) == frame
