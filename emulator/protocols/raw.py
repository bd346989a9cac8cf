"""The wire form of simple clients: the payload alone, without any envelope. Reads nothing; every message is data."""

from emulator.messages import Message
from emulator.protocols import frames


class RawEncoder:
    """Stateless: all simple clients share `RAW`."""

    subprotocol = None

    def message(self, message: Message) -> bytes:
        """Text and JSON as a text frame with the data itself, the others as a binary one (C033, C034, C059, C155)."""
        payload = message.payload
        if payload.data_type.is_bytes:
            return frames.binary(payload.content)
        return frames.text(payload.content)


RAW = RawEncoder()
