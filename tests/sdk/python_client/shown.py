"""What the programs print: one JSON object per line, from any thread."""

import base64
import json
import sys
import threading
from typing import Any

from azure.messaging.webpubsubclient.models import SendMessageError

_lock = threading.Lock()

EVENTS = ("connected", "disconnected", "stopped", "group-message", "server-message", "rejoin-group-failed")


def say(**line: Any) -> None:
    """Print one line."""
    with _lock:
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()


def event(name: str, facts: Any = None) -> None:
    """Print an event of the client, with what the SDK says of it."""
    names = {"connection_id": "connectionId", "user_id": "userId", "from_user_id": "fromUserId"}
    names |= {"data_type": "dataType", "sequence_id": "sequenceId"}
    given = {key: value for key, value in vars(facts).items() if key != "error"} if facts is not None else {}
    say(event=name, **{names.get(key, key): _plain(value) for key, value in given.items()})


def failure(error: Exception) -> dict[str, Any]:
    """An error of a call."""
    detail = error.error_detail.name if isinstance(error, SendMessageError) and error.error_detail else None
    return {"name": type(error).__name__, "message": str(error), "detail": detail}


def public_methods(client: Any) -> list[str]:
    """The names of everything that a client object offers."""
    return [name for name in dir(client) if not name.startswith("_")]


def content(data: Any, data_type: str) -> Any:
    """Data for a call: binary data comes as Base64."""
    return memoryview(base64.b64decode(data)) if data_type == "binary" else data


def _plain(value: Any) -> Any:
    return base64.b64encode(bytes(value)).decode() if isinstance(value, bytes | bytearray | memoryview) else value
