"""What an emulator does where Azure's sources contradict each other about messages; decides nothing but that."""

from msgspec import Struct

from emulator.protocols.protobuf import PROTOBUF_OF_LEARN, RELIABLE_PROTOBUF_OF_LEARN
from emulator.session import Codec

_OF_LEARN: dict[str | None, Codec] = {
    codec.subprotocol: codec for codec in (PROTOBUF_OF_LEARN, RELIABLE_PROTOBUF_OF_LEARN)
}


class Dialect(Struct, frozen=True):
    """By default that of Microsoft's emulator."""

    reads_binary_json: bool = False
    """Whether JSON may come in binary messages: so Learn, "JSON WebSocket subprotocol". Else close 1003 (C085)."""
    writes_json_as_text: bool = False
    """Whether protobuf clients get JSON as text_data: so Learn, "Protobuf WebSocket subprotocol". Else as json_data,
    which the newer schema has (C153).
    """

    def codec(self, codec: Codec) -> Codec:
        """The codec for a client that was admitted with `codec`."""
        return _OF_LEARN.get(codec.subprotocol, codec) if self.writes_json_as_text else codec

    def is_text(self, codec: Codec | None) -> bool:
        """Whether all messages of a client with `codec` are read as text, whatever their frames say."""
        return self.reads_binary_json and codec is not None and codec.is_json


DEFAULT = Dialect()
