"""The wire forms. Which one a connection speaks follows from the subprotocols that its client offers."""

from collections.abc import Sequence

from emulator.errors import not_implemented
from emulator.protocols.json import JSON, JsonCodec

_BUILT = {JSON.subprotocol: JSON}
_NOT_BUILT = (
    "json.reliable.webpubsub.azure.v1",
    "protobuf.webpubsub.azure.v1",
    "protobuf.reliable.webpubsub.azure.v1",
)


def first_known(offered: Sequence[str]) -> str | None:
    """The first known subprotocol in the client's order and spelling; case does not matter (C028 to C030)."""
    return next((name for name in offered if name.lower() in _BUILT or name.lower() in _NOT_BUILT), None)


def select(offered: Sequence[str]) -> tuple[str, JsonCodec] | None:
    """The subprotocol to speak, in the client's spelling, and its codec.

    None if the client offers none that is known: then it is a simple one, and gets none in the answer (C031).

    Raises:
        RefusedError: the first known one is not built. Another one instead would not be what was asked for.
    """
    name = first_known(offered)
    if name is None:
        return None
    if name.lower() in _NOT_BUILT:
        raise not_implemented(f"the subprotocol {name.lower()}", "Sec-WebSocket-Protocol", status=400)
    return name, _BUILT[name.lower()]
