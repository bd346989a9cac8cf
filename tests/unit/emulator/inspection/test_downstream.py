"""Frames of the service, read back: those of both wire forms say the same."""

import pytest

from emulator.errors import AckError
from emulator.inspection.downstream import read
from emulator.payload import DataType, Payload
from emulator.protocols.json import JSON, JsonCodec
from emulator.protocols.protobuf import PROTOBUF

CODECS = pytest.mark.parametrize("codec", [JSON, PROTOBUF], ids=["json", "protobuf"])
ERROR = AckError("Forbidden", "No.")


@CODECS
def test_acks(codec: JsonCodec) -> None:
    assert read(codec.ack(3)).what == "ack 3"
    failed = read(codec.ack(3, ERROR))
    assert (failed.what, failed.words, failed.error) == ("ack 3: Forbidden", "No.", "Forbidden")


@CODECS
def test_a_reconnection_token_is_never_shown(codec: JsonCodec) -> None:
    greeting = read(codec.connected("u", "c1", "opaque-token"))
    assert greeting.what == "system connected"
    assert greeting.payload is not None
    assert "opaque" not in greeting.payload.text
    assert "c1" in greeting.payload.text


@CODECS
def test_answers_to_streams_and_invocations(codec: JsonCodec) -> None:
    assert read(codec.stream_ack("s", 4)).what == "streamAck s"
    assert read(codec.stream_nack("s", 4, ERROR)).what == "streamNack s: Forbidden"
    assert read(codec.stream_closed("s", ERROR)).what == "streamClosed s: Forbidden"
    assert read(codec.invoke_response("i", Payload.of(DataType.TEXT, b"x"), None)).what == "invokeResponse i"
    assert read(codec.pong()).what == "pong"
    assert read(codec.disconnected("bye")).what == "system disconnected"
