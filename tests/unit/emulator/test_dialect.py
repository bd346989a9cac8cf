"""Where the sources disagree about messages."""

import pytest

from emulator.dialect import Dialect
from emulator.messages import Message
from emulator.payload import DataType, Payload
from emulator.protocols.json import JSON, RELIABLE_JSON
from emulator.protocols.protobuf import PROTOBUF, RELIABLE_PROTOBUF
from emulator.session import Codec

ALL = (JSON, RELIABLE_JSON, PROTOBUF, RELIABLE_PROTOBUF)
OBJECT = Payload.of(DataType.JSON, b'{"a":1}')


@pytest.mark.parametrize("codec", ALL)
def test_by_default_nothing_is_changed(codec: Codec) -> None:
    assert Dialect().codec(codec) is codec
    assert not Dialect().is_text(codec)


def test_binary_messages_are_read_as_text_of_json_clients_alone() -> None:
    dialect = Dialect(reads_binary_json=True)
    assert [dialect.is_text(codec) for codec in (*ALL, None)] == [True, True, False, False, False]


def test_json_is_text_to_protobuf_clients_and_all_else_is_as_before() -> None:
    codec = Dialect(writes_json_as_text=True).codec(PROTOBUF)
    assert codec.message(Message(OBJECT, "g")) == PROTOBUF.message(
        Message(Payload.of(DataType.TEXT, OBJECT.content), "g")
    )
    for kind in (DataType.TEXT, DataType.BINARY, DataType.PROTOBUF):
        message = Message(Payload.of(kind, b"x"), "g")
        assert codec.message(message) == PROTOBUF.message(message)


@pytest.mark.parametrize("codec", [JSON, RELIABLE_JSON])
def test_json_clients_keep_their_codec(codec: Codec) -> None:
    assert Dialect(writes_json_as_text=True).codec(codec) is codec


def test_a_reliable_codec_stays_one() -> None:
    codec = Dialect(writes_json_as_text=True).codec(RELIABLE_PROTOBUF)
    assert (codec.is_reliable, codec.subprotocol) == (True, RELIABLE_PROTOBUF.subprotocol)
