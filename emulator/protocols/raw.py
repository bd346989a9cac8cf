"""The wire form of simple clients: the payload alone, without any envelope. Reads nothing; every message is data."""

from emulator.messages import Message
from emulator.payload import DataType
from emulator.protocols import frames


class RawEncoder:
    """Stateless: all simple clients share `RAW`."""

    def message(self, message: Message) -> bytes:
        """Text and JSON as a text frame with the data itself, binary as a binary frame (C033, C034, C059)."""
        payload = message.payload
        if payload.data_type is DataType.BINARY:
            return frames.binary(payload.content)
        return frames.text(payload.content)


RAW = RawEncoder()
