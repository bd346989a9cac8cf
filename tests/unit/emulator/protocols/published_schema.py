"""The messages of the protobuf subprotocols for Google's own library, which is the judge of our codec.

Written after `webpubsub.v1.proto` in Azure/azure-webpubsub; made into classes here, so that no compiler is needed.
"""

from typing import Any

from google.protobuf import any_pb2, descriptor_pb2, descriptor_pool, message_factory

PACKAGE = "azure.webpubsub"
PROTO = {
    "UpstreamMessage": """
        oneof SendToGroup send_to_group_message = 1; oneof Event event_message = 5;
        oneof JoinGroup join_group_message = 6; oneof LeaveGroup leave_group_message = 7;
        oneof SequenceAck sequence_ack_message = 8; oneof Ping ping_message = 9;
        oneof InvokeEvent invoke_event_message = 10; oneof CancelInvocation cancel_invocation_message = 11;
        oneof StreamData stream_data_message = 13; oneof StreamEnd stream_end_message = 14;
        oneof SetGroupState set_group_state_message = 15; oneof JoinGroup subscribe_group_state_message = 16;
        oneof JoinGroup unsubscribe_group_state_message = 17""",
    "SendToGroup": """
        string group = 1; optional uint64 ack_id = 2; MessageData data = 3; optional bool no_echo = 4;
        optional uint32 ttl_seconds = 5; map metadata = 6; StreamStartInfo stream = 7""",
    "Event": """
        string event = 1; MessageData data = 2; optional uint64 ack_id = 3; map metadata = 4;
        StreamStartInfo stream = 5""",
    "JoinGroup": "string group = 1; optional uint64 ack_id = 2",
    "LeaveGroup": "string group = 1; optional uint64 ack_id = 2",
    "SequenceAck": "uint64 sequence_id = 1",
    "Ping": "",
    "InvokeEvent": """
        string event = 1; string invocation_id = 2; MessageData data = 3; map metadata = 4;
        StreamStartInfo stream = 5""",
    "CancelInvocation": "string invocation_id = 1",
    "StreamStartInfo": "string stream_id = 1; optional uint32 idle_timeout_ms = 2",
    "StreamData": "string stream_id = 1; optional uint64 stream_sequence_id = 2; MessageData data = 3",
    "StreamEnd": "string stream_id = 1; PublisherError error = 2",
    "PublisherError": "optional string message = 1; optional string user_error_code = 2",
    "SetGroupState": "string group = 1; optional uint64 ack_id = 2; GroupState state = 3",
    "GroupState": "map entries = 1",
    "DownstreamMessage": """
        oneof Ack ack_message = 1; oneof Data data_message = 2; oneof System system_message = 3;
        oneof Ping pong_message = 4; oneof InvokeResponse invoke_response_message = 5;
        oneof StreamAck stream_ack_message = 6; oneof StreamNack stream_nack_message = 7;
        oneof StreamClosed stream_closed_message = 8""",
    "Ack": "uint64 ack_id = 1; bool success = 2; Error error = 3",
    "Error": "string name = 1; string message = 2",
    "Data": """
        string from = 1; optional string group = 2; MessageData data = 3; optional uint64 sequence_id = 4;
        map metadata = 5; StreamInfo stream = 6""",
    "StreamInfo": """
        string stream_id = 1; uint64 stream_sequence_id = 2; optional bool end_of_stream = 3; StreamError error = 4""",
    "StreamError": "string name = 1; string message = 2; string user_error_code = 3",
    "InvokeResponse": """
        string invocation_id = 1; bool success = 2; MessageData data = 3; Error error = 4; map metadata = 5""",
    "StreamAck": "string stream_id = 1; uint64 expected_sequence_id = 2",
    "StreamNack": "string stream_id = 1; string name = 2; string message = 3; uint64 expected_sequence_id = 4",
    "StreamClosed": "string stream_id = 1; Error error = 2",
    "System": "oneof Connected connected_message = 1; oneof Disconnected disconnected_message = 2",
    "Connected": "string connection_id = 1; string user_id = 2; optional string reconnection_token = 3",
    "Disconnected": "string reason = 2",
    "MessageData": """
        oneof string text_data = 1; oneof bytes binary_data = 2; oneof google.protobuf.Any protobuf_data = 3;
        oneof string json_data = 4""",
}

_Field = descriptor_pb2.FieldDescriptorProto
_SCALARS = {
    "string": _Field.TYPE_STRING,
    "bytes": _Field.TYPE_BYTES,
    "bool": _Field.TYPE_BOOL,
    "uint32": _Field.TYPE_UINT32,
    "uint64": _Field.TYPE_UINT64,
}


def _add_field(message: descriptor_pb2.DescriptorProto, declaration: str) -> None:
    *labels, kind, name, _, number = declaration.split()
    field = message.field.add(name=name, number=int(number), label=_Field.LABEL_OPTIONAL)
    if kind == "map":
        entry = message.nested_type.add(name="MetadataEntry" if name == "metadata" else "EntriesEntry")
        entry.options.map_entry = True
        _add_field(entry, "string key = 1")
        _add_field(entry, "string value = 2")
        field.label = _Field.LABEL_REPEATED
        kind = f"{message.name}.{entry.name}"
    if kind in _SCALARS:
        field.type = _SCALARS[kind]
    else:
        field.type = _Field.TYPE_MESSAGE
        field.type_name = f".{kind}" if kind.startswith("google.") else f".{PACKAGE}.{kind}"
    if labels == ["oneof"]:
        if not message.oneof_decl:
            message.oneof_decl.add(name="content")
        field.oneof_index = 0
    elif labels == ["optional"]:
        field.proto3_optional = True
        field.oneof_index = len(message.oneof_decl)
        message.oneof_decl.add(name=f"_{name}")


def _classes() -> dict[str, Any]:
    file = descriptor_pb2.FileDescriptorProto(name="webpubsub.v1.proto", package=PACKAGE, syntax="proto3")
    file.dependency.append(any_pb2.DESCRIPTOR.name)
    for name, declarations in PROTO.items():
        message = file.message_type.add(name=name)
        for declaration in declarations.split(";"):
            if declaration.strip():
                _add_field(message, declaration)
    pool = descriptor_pool.DescriptorPool()
    pool.AddSerializedFile(any_pb2.DESCRIPTOR.serialized_pb)
    pool.Add(file)
    return message_factory.GetMessageClassesForFiles([file.name], pool)


CLASSES = _classes()
UpstreamMessage = CLASSES[f"{PACKAGE}.UpstreamMessage"]
DownstreamMessage = CLASSES[f"{PACKAGE}.DownstreamMessage"]
