"""One message on its way to the group: its encoded content and what its acknowledgement makes safe. No behaviour."""

from dataclasses import dataclass
from typing import Literal

from streamer_agent.block import EpochKey

DataType = Literal["json", "text"]


@dataclass(frozen=True, slots=True)
class Message:
    """Content of one `sendToGroup`."""

    data: bytes
    """JSON text of the frame's `data`, UTF-8."""
    data_type: DataType
    key: EpochKey | None = None
    """The life of a file that the lines come from; None for a message that holds no position."""
    end: int = 0
    """Byte offset that is safe to resume from once this message and all earlier ones of `key` are acknowledged."""
    lines: int = 0
    raw_bytes: int = 0
    """What the lines take in their file."""
