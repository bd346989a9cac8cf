"""Random and mutated frames: every connection is answered or closed, and nobody else notices."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.conformance.fuzzing import FUZZED
from tests.conformance.raw_client import BINARY, CLOSE, PONG, TEXT, RawClient, client_frame
from tests.conformance.target import JSON, RELIABLE_JSON, Target
from tests.unit.emulator.protocols.published_schema import UpstreamMessage

PROTOBUF, RELIABLE_PROTOBUF = "protobuf.webpubsub.azure.v1", "protobuf.reliable.webpubsub.azure.v1"

MESSAGES: list[dict[str, Any]] = [
    {"type": "joinGroup", "group": "g", "ackId": 1},
    {"type": "leaveGroup", "group": "g", "ackId": 2},
    {"type": "sendToGroup", "group": "g", "dataType": "text", "data": "x", "ackId": 3, "noEcho": True},
    {"type": "sendToGroup", "group": "g", "dataType": "binary", "data": "AQI=", "ttlSeconds": 5},
    {"type": "sendToGroup", "group": "g", "data": {"a": [1]}, "metadata": {"k": "v"}},
    {"type": "sendToGroup", "group": "g", "stream": {"streamId": "s", "idleTimeoutMs": 5}},
    {"type": "streamData", "streamId": "s", "streamSequenceId": 1, "dataType": "text", "data": "x"},
    {"type": "streamEnd", "streamId": "s", "error": {"message": "m", "userErrorCode": "c"}},
    {"type": "event", "event": "e", "data": 1, "ackId": 4},
    {"type": "invoke", "invocationId": "i", "target": "event", "event": "e", "dataType": "json", "data": 1},
    {"type": "cancelInvocation", "invocationId": "i"},
    {"type": "sequenceAck", "sequenceId": 1},
    {"type": "ping"},
]
PROPERTIES = sorted({name for message in MESSAGES for name in message} | {"error", "from", "x"})
JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([-1, 0, 2**31, 2**32, 2**53, 2**63, 2**64 - 1, 2**64, 10**400, 1e308, "", " ", "\0", "g" * 1025])
    | st.floats()
    | st.text(max_size=8),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=3), children, max_size=3),
    max_leaves=6,
)


@st.composite
def json_messages(draw: st.DrawFn) -> bytes:
    """A good message with some properties taken away, replaced or added; sometimes with bytes changed."""
    message = dict(draw(st.sampled_from(MESSAGES)))
    for name in draw(st.lists(st.sampled_from(PROPERTIES), max_size=3)):
        message.pop(name, None)
        if draw(st.booleans()):
            message[name] = draw(JUNK)
    stream = message.get("stream")
    if isinstance(stream, dict) and stream and draw(st.booleans()):
        message["stream"] = {**stream, draw(st.sampled_from(sorted(stream))): draw(JUNK)}
    return draw(mutated(json.dumps(message).encode())) if draw(st.integers(0, 4)) == 0 else json.dumps(message).encode()


@st.composite
def mutated(draw: st.DrawFn, data: bytes) -> bytes:
    """The same with bytes changed, cut out or put in."""
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        data = data[:start] + draw(st.binary(max_size=4)) + data[start + draw(st.integers(0, 4)) :]
    return data


TEXT_DATA, JSON_DATA = {"text_data": "x"}, {"json_data": "1"}
ENCODED = [
    UpstreamMessage(**{kind: fields}).SerializeToString()
    for kind, fields in (
        ("join_group_message", {"group": "g", "ack_id": 1}),
        ("leave_group_message", {"group": "g", "ack_id": 2}),
        ("send_to_group_message", {"group": "g", "ack_id": 3, "data": TEXT_DATA, "no_echo": True}),
        ("send_to_group_message", {"group": "g", "data": {"binary_data": b"\1\2"}, "ttl_seconds": 5}),
        ("send_to_group_message", {"group": "g", "data": JSON_DATA, "metadata": {"k": "v"}}),
        ("send_to_group_message", {"group": "g", "stream": {"stream_id": "s", "idle_timeout_ms": 5}}),
        ("stream_data_message", {"stream_id": "s", "stream_sequence_id": 1, "data": TEXT_DATA}),
        ("stream_end_message", {"stream_id": "s", "error": {"message": "m", "user_error_code": "c"}}),
        ("event_message", {"event": "e", "ack_id": 4, "data": TEXT_DATA}),
        ("invoke_event_message", {"event": "e", "invocation_id": "i", "data": JSON_DATA}),
        ("cancel_invocation_message", {"invocation_id": "i"}),
        ("sequence_ack_message", {"sequence_id": 1}),
        ("ping_message", {}),
    )
]
PROTOBUF_MESSAGES = st.sampled_from(ENCODED) | st.sampled_from(ENCODED).flatmap(mutated) | st.binary(max_size=40)
JSON_MESSAGES = json_messages() | JUNK.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=40)


async def endure(client: RawClient, opcode: int, messages: list[bytes]) -> None:
    """Send them; the service answers a ping behind them, or has closed. It never just falls silent."""
    for message in messages:
        client.send_frame(opcode, message)
    client.send_frame(0x9, b"still there?")
    while (frame := await client.any_frame()).opcode not in (CLOSE, PONG):
        pass
    if frame.opcode == CLOSE:
        assert frame.close[0] in (1003, 1007, 1008, 1011), frame
    client.drop()


BEYOND_FLOATS = b'{"type":"sendToGroup","group":"g","stream":{"streamId":"s","idleTimeoutMs":1%b}}' % (b"0" * 400)


@pytest.mark.parametrize("subprotocol", [JSON, RELIABLE_JSON])
@FUZZED
@example(opcode=TEXT, messages=[BEYOND_FLOATS])
@given(opcode=st.sampled_from([*[TEXT] * 6, BINARY]), messages=st.lists(JSON_MESSAGES, min_size=1, max_size=6))
async def test_json_clients_are_answered_or_closed(
    here: Target, bystander: Target, subprotocol: str, opcode: int, messages: list[bytes]
) -> None:
    await endure(await here.client(groups=["g"], subprotocol=subprotocol), opcode, messages)


@pytest.mark.parametrize("subprotocol", [PROTOBUF, RELIABLE_PROTOBUF])
@FUZZED
@given(opcode=st.sampled_from([*[BINARY] * 6, TEXT]), messages=st.lists(PROTOBUF_MESSAGES, min_size=1, max_size=6))
async def test_protobuf_clients_are_answered_or_closed(
    here: Target, bystander: Target, subprotocol: str, opcode: int, messages: list[bytes]
) -> None:
    await endure(await here.connect(subprotocols=[subprotocol]), opcode, messages)


@pytest.mark.parametrize("query", ["", "&webpubsub_mode=sendToGroup&group=g"])
@FUZZED
@given(opcode=st.sampled_from([TEXT, BINARY]), messages=st.lists(st.binary(max_size=40), max_size=4))
async def test_simple_clients_are_answered_or_closed(
    here: Target, bystander: Target, query: str, opcode: int, messages: list[bytes]
) -> None:
    await endure(await here.connect(subprotocols=(), query=query), opcode, messages)


BROKEN = st.binary(max_size=60) | st.builds(
    lambda opcode, fin, payload, change: _xor(client_frame(opcode, payload, fin=fin), *change),
    st.integers(0, 15),
    st.booleans(),
    st.binary(max_size=130),
    st.tuples(st.integers(0, 9), st.integers(0, 255)),
)


def _xor(frame: bytes, position: int, change: int) -> bytes:
    data = bytearray(frame)
    data[position % len(data)] ^= change
    return bytes(data)


@pytest.mark.parametrize("subprotocols", [[JSON], [RELIABLE_PROTOBUF], []])
@FUZZED
@given(data=st.lists(BROKEN, min_size=1, max_size=4))
async def test_whatever_bytes_a_client_sends_it_ends_with_them(
    here: Target, bystander: Target, subprotocols: list[str], data: list[bytes]
) -> None:
    client = await here.connect(subprotocols=subprotocols)
    client.send_bytes(b"".join(data))
    client.writer.write_eof()
    with suppress(ConnectionResetError):
        await client.ended()
    client.drop()
