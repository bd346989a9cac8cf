"""The wire forms. Which one a connection speaks follows from the subprotocols that its client offers."""

from collections.abc import Sequence

from emulator.protocols.json import JSON, RELIABLE_JSON
from emulator.protocols.protobuf import PROTOBUF, RELIABLE_PROTOBUF
from emulator.session import Codec

_CODECS: dict[str, Codec] = {codec.subprotocol: codec for codec in (JSON, RELIABLE_JSON, PROTOBUF, RELIABLE_PROTOBUF)}


def first_known(offered: Sequence[str]) -> str | None:
    """The first known subprotocol in the client's order and spelling; case does not matter (C028 to C030)."""
    return next((name for name in offered if name.lower() in _CODECS), None)


def select(offered: Sequence[str]) -> tuple[str, Codec] | None:
    """The subprotocol to speak, in the client's spelling, and its codec.

    None if the client offers none that is known: then it is a simple one, and gets none in the answer (C031).
    """
    name = first_known(offered)
    return None if name is None else (name, _CODECS[name.lower()])
