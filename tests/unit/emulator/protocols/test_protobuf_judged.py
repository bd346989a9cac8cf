"""The requests of the protobuf subprotocols beside Google's library: both get the same bytes, and must see the same.

What the library sees is written out here as what our request should be.
"""

import json
from typing import Any

import msgspec
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.message import DecodeError
from google.protobuf.unknown_fields import UnknownFieldSet
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from emulator import metadata, names
from emulator.errors import ConnectionClosedError
from emulator.messages import Event, JoinGroup, LeaveGroup, Ping, Request, SendToGroup, SequenceAck
from emulator.payload import Payload
from emulator.protocols.protobuf import PROTOBUF
from tests.unit.emulator.protocols.published_schema import UpstreamMessage

Seen = tuple[object, ...] | None
"""What one of the two sees: the kind of a request and its fields, or None if it is to be refused."""

ACK_IDS = st.none() | st.integers(0, 2**64 - 1)
METADATA = st.dictionaries(st.text("abcXYZ0-_.", min_size=1, max_size=5), st.text("ab é", max_size=5), max_size=3)
DATA = st.one_of(
    st.just({}),
    st.builds(lambda text: {"text_data": text}, st.text()),
    st.builds(lambda content: {"binary_data": content}, st.binary()),
    st.builds(lambda text, value: {"protobuf_data": {"type_url": text, "value": value}}, st.text(), st.binary()),
    st.builds(lambda value: {"json_data": json.dumps(value)}, st.none() | st.lists(st.integers() | st.text())),
)
GROUPS = st.sampled_from(["", " ", "g", "a/b c", "grüße", "x" * 1025])
MEMBERSHIPS = st.fixed_dictionaries({"group": GROUPS}, optional={"ack_id": ACK_IDS})
UPSTREAM = st.one_of(
    MEMBERSHIPS.map(lambda fields: {"join_group_message": fields}),
    MEMBERSHIPS.map(lambda fields: {"leave_group_message": fields}),
    st.fixed_dictionaries(
        {"group": GROUPS},
        optional={
            "ack_id": ACK_IDS,
            "data": DATA,
            "no_echo": st.booleans(),
            "ttl_seconds": st.sampled_from([0, 1, 300, 301, 2**32 - 1]),
            "metadata": METADATA,
        },
    ).map(lambda fields: {"send_to_group_message": fields}),
    st.fixed_dictionaries(
        {"event": st.sampled_from(["", "e", "a.b-c_d", "1", "é"])},
        optional={"ack_id": ACK_IDS, "data": DATA, "metadata": METADATA, "stream": st.just({"stream_id": "s"})},
    ).map(lambda fields: {"event_message": fields}),
    st.integers(0, 2**64 - 1).map(lambda number: {"sequence_ack_message": {"sequence_id": number}}),
    st.sampled_from(["ping_message", "set_group_state_message"]).map(lambda kind: {kind: {}}),
).map(lambda fields: UpstreamMessage(**fields).SerializeToString())
EDITS = st.lists(
    st.tuples(
        st.integers(0, 100),
        st.integers(0, 4),
        st.sampled_from([b"", b"\x00", b"\x0a", b"\x80", b"\xff", b"\x1b\x1c"]) | st.binary(max_size=3),
    ),
    min_size=1,
    max_size=4,
)
FIELDS: dict[type[Request], str] = {
    JoinGroup: "join_group_message",
    LeaveGroup: "leave_group_message",
    SendToGroup: "send_to_group_message",
    Event: "event_message",
    Ping: "ping_message",
    SequenceAck: "sequence_ack_message",
}


def judged(data: bytes) -> Seen:
    """What Google's library sees."""
    try:
        message = UpstreamMessage.FromString(data)
    except DecodeError:
        return None
    kind = message.WhichOneof("content")
    if kind is None:
        return None
    fields = getattr(message, kind)
    # An entry of a map with an unknown field in it: this library drops the whole entry, the documentation is silent.
    assume(not any(field.field_number in (4, 6) for field in UnknownFieldSet(fields)))
    assume(kind in FIELDS.values() or kind.endswith("group_state_message"))  # the others have their own tests
    assume(kind != "send_to_group_message" or not fields.HasField("stream"))
    if kind == "ping_message":
        return (kind,)
    if kind == "sequence_ack_message":
        return kind, fields.sequence_id
    ack_id = fields.ack_id if fields.HasField("ack_id") else None
    if kind in ("join_group_message", "leave_group_message"):
        return (kind, fields.group, ack_id) if names.is_group(fields.group) else None
    return judged_content(kind, fields, ack_id)


def judged_content(kind: str, fields: Any, ack_id: int | None) -> Seen:
    if kind not in ("send_to_group_message", "event_message"):
        return None
    try:
        tags = metadata.checked(dict(fields.metadata).items())
    except ValueError:
        return None
    payload = judged_payload(fields.data, fields.HasField("data"), bool(tags))
    if payload is None:
        return None
    if kind == "event_message":
        is_valid = names.is_event(fields.event) and not fields.HasField("stream")
        return (kind, fields.event, ack_id, payload, tags) if is_valid else None
    is_valid = names.is_group(fields.group) and fields.ttl_seconds <= 300
    return (kind, fields.group, ack_id, payload, tags, fields.no_echo, fields.ttl_seconds) if is_valid else None


def judged_payload(data: Any, is_there: bool, has_metadata: bool) -> tuple[str, bytes] | None:
    if not is_there:
        return ("text", b"") if has_metadata else None
    kind = data.WhichOneof("content")
    if kind == "protobuf_data":
        any_message = AnyMessage(type_url=data.protobuf_data.type_url, value=data.protobuf_data.value)
        return "protobuf", any_message.SerializeToString()
    if kind == "binary_data":
        return "binary", data.binary_data
    if kind == "text_data":
        return "text", data.text_data.encode()
    try:
        text = bytes(msgspec.json.decode(data.json_data, type=msgspec.Raw))
    except msgspec.MsgspecError:
        return None
    return None if text == b"null" else ("json", text)


def seen(data: bytes) -> Seen:
    """What our codec sees."""
    try:
        request = PROTOBUF.decode(data, is_text=False)
    except ConnectionClosedError as error:
        return None if error.close.code == 1007 else (error.close,)
    kind = FIELDS.get(type(request), "another")
    if isinstance(request, JoinGroup | LeaveGroup):
        return kind, request.group, request.ack_id
    if isinstance(request, SequenceAck):
        return kind, request.sequence_id
    if isinstance(request, Event):
        return kind, request.name, request.ack_id, of(request.payload), dict(request.metadata or {})
    if isinstance(request, SendToGroup):
        tags = dict(request.metadata or {})
        return kind, request.group, request.ack_id, of(request.payload), tags, request.no_echo, request.ttl_s
    return (kind,)


def of(payload: Payload) -> tuple[str, bytes]:
    return payload.data_type.value, payload.content


@settings(max_examples=300)
@given(UPSTREAM)
def test_requests_are_read_as_googles_library_reads_them(data: bytes) -> None:
    assert seen(data) == judged(data)


@given(UPSTREAM, UPSTREAM)
def test_messages_behind_one_another_are_read_as_googles_library_reads_them(first: bytes, second: bytes) -> None:
    assert seen(first + second) == judged(first + second)


@settings(max_examples=500)
@given(UPSTREAM, EDITS)
@example(b"\x4a\x00", [(2, 0, b"\x02\x00")])  # a field with number 0: ours refuses it, the library does not
def test_a_changed_message_is_a_request_or_ends_the_connection(
    message: bytes, edits: list[tuple[int, int, bytes]]
) -> None:
    changed = bytearray(message)
    for start, length, replacement in edits:
        changed[start : start + length] = replacement
    found = seen(bytes(changed))
    if found is not None:
        assert found == judged(bytes(changed))
