"""What the service told a client by a frame of its own: acks, greetings, results. Reads what the codecs have written.

Knows the messages of `webpubsub.v1.proto` by name, so that those of the protobuf subprotocols can be read as JSON.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from emulator.inspection import excerpt
from emulator.inspection.excerpt import Excerpt
from emulator.inspection.masking import MASK
from emulator.inspection.record import INFO, NOTE, PROBLEM
from emulator.protocols.protobuf_wire import BOOL, BYTES, STRING, UINT64, Scalar, Schema, decode

_TEXT_FRAME = 0x81


class Answer(Struct, frozen=True):
    """What a record says of a frame; `error` is the name of the error in it."""

    what: str
    words: str
    level: str = INFO
    error: str = ""
    payload: Excerpt | None = None


def read(frame: bytes) -> Answer:
    """What a WebSocket frame of the service says."""
    body = _body(frame)
    is_text = frame[0] == _TEXT_FRAME
    said = _of_json(body) if is_text else _of_protobuf(body)
    if said is None:
        return Answer("message", "", payload=excerpt.of(body, is_text=is_text))
    if "reconnectionToken" in said:
        said["reconnectionToken"] = MASK
    shown = excerpt.of(msgspec.json.encode(said) if "reconnectionToken" in said or not is_text else body)
    if not is_text:
        shown = msgspec.structs.replace(shown, form="protobuf", size_bytes=len(body))
    return _answer(said, shown)


def _answer(said: dict[str, Any], payload: Excerpt) -> Answer:
    kind = str(said.get("type", "message"))
    error = said if kind == "streamNack" else said.get("error")
    name = str(error.get("name", "")) if isinstance(error, dict) else ""
    words = str(error.get("message", "")) if isinstance(error, dict) else ""
    target = next((said[key] for key in ("ackId", "event", "invocationId", "streamId") if key in said), "")
    level = INFO if not name else NOTE if name == "Duplicate" else PROBLEM
    what = f"{kind} {target}".rstrip()
    return Answer(f"{what}: {name}" if name else what, words, level, name, payload)


def _body(frame: bytes) -> bytes:
    """The payload of an unmasked frame."""
    return frame[{126: 4, 127: 10}.get(frame[1], 2) :]


def _of_json(body: bytes) -> dict[str, Any] | None:
    try:
        said = msgspec.json.decode(body)
    except msgspec.MsgspecError:
        return None
    return said if isinstance(said, dict) else None


class _Named:
    """The fields of a message by number: their names, and their types."""

    def __init__(self, fields: "Mapping[int, tuple[str, Scalar | _Named]]") -> None:
        self.fields = fields
        self.schema: Schema = Schema(
            {number: kind.schema if isinstance(kind, _Named) else kind for number, (_, kind) in fields.items()}
        )


_ERROR = _Named({1: ("name", STRING), 2: ("message", STRING)})
_DATA = _Named({1: ("text", STRING), 2: ("binary", BYTES), 3: ("protobuf", BYTES), 4: ("json", STRING)})
_CONNECTED = _Named({1: ("connectionId", STRING), 2: ("userId", STRING), 3: ("reconnectionToken", STRING)})
_DISCONNECTED = _Named({2: ("message", STRING)})
_STREAM_NACK = _Named({1: ("streamId", STRING), 2: ("name", STRING), 3: ("message", STRING), 4: ("expected", UINT64)})
_DOWNSTREAM = _Named(
    {
        1: ("ack", _Named({1: ("ackId", UINT64), 2: ("success", BOOL), 3: ("error", _ERROR)})),
        3: ("system", _Named({1: ("connected", _CONNECTED), 2: ("disconnected", _DISCONNECTED)})),
        4: ("pong", _Named({})),
        5: (
            "invokeResponse",
            _Named({1: ("invocationId", STRING), 2: ("success", BOOL), 3: ("data", _DATA), 4: ("error", _ERROR)}),
        ),
        6: ("streamAck", _Named({1: ("streamId", STRING), 2: ("expectedSequenceId", UINT64)})),
        7: ("streamNack", _STREAM_NACK),
        8: ("streamClosed", _Named({1: ("streamId", STRING), 2: ("error", _ERROR)})),
    }
)


def _of_protobuf(body: bytes) -> dict[str, Any] | None:
    try:
        values = _named(decode(body, _DOWNSTREAM.schema), _DOWNSTREAM)
    except ValueError:
        return None
    for kind, content in values.items():
        said: dict[str, Any] = {"type": kind, **content}
        for event in ("connected", "disconnected"):
            if event in content:
                said = {"type": kind, "event": event, **content[event]}
        return said
    return None


def _named(values: Mapping[int, Any], names: _Named) -> dict[str, Any]:
    found = {}
    for number, value in values.items():
        name, kind = names.fields[number]
        found[name] = _named(value, kind) if isinstance(kind, _Named) else value
    return found
