"""The schemas that Microsoft published for the JSON subprotocol (tests/wire/azure), as judges of single frames.

They are older than parts of the protocol, and in one place contradict themselves; what is conceded to a frame for
that stands here, each with its reason, and nothing else is. Sends and receives nothing.
"""

import json
from pathlib import Path
from typing import Any

import jsonschema

_AZURE = Path(__file__).parents[1] / "wire" / "azure"
_REQUEST, _RESPONSE = (
    jsonschema.Draft7Validator(json.loads((_AZURE / f"webpubsub.v1.{side}.json").read_text("utf-8")))
    for side in ("request", "response")
)
_NEWER = ("pong", "invokeResponse", "streamAck", "streamNack", "streamClosed")
"""Types of frames that came after the schemas."""


def is_request(frame: dict[str, Any]) -> bool:
    """Whether a client's frame is valid as it is."""
    return bool(_REQUEST.is_valid(frame))


def is_response(frame: dict[str, Any]) -> bool:
    """Whether a frame of the service is valid as it is."""
    return bool(_RESPONSE.is_valid(frame))


def judge(frame: dict[str, Any]) -> None:
    """Judge a frame of the service, plain or reliable.

    Raises:
        jsonschema.ValidationError: it is not valid, even with everything that is conceded.
    """
    if frame.get("type") in _NEWER:
        return
    if frame.get("type") == "ack" and frame.get("success") is True:
        # A success may by the schema have no property but `success`, while every ack must have `type` and `ackId`.
        assert set(frame) == {"type", "ackId", "success"}, frame
        return
    _RESPONSE.validate(_conceded(frame))


def _conceded(frame: dict[str, Any]) -> dict[str, Any]:
    """The frame as it would be had it been written when the schemas were."""
    # Anonymous users are null (Learn: response messages), for which the schema has no type.
    older = {name: value for name, value in frame.items() if value is not None or name not in ("userId", "fromUserId")}
    if older.get("dataType") == "json" and older["data"] is not None:
        older["data"] = {}  # the schema wants an object; Learn and the tutorial send any JSON
    if older.get("dataType") == "protobuf":
        older["dataType"] = "binary"  # the same Base64 text; a type that came with the protobuf subprotocols
    if older.get("error", {}).get("name") == "Duplicate":
        older["error"] = {**older["error"], "name": "Timeout"}  # a name that came with the reliable subprotocols
    return older
