"""A transport that keeps what is written to it while its connection is stalled; makes and reads nothing."""

from emulator.outbox import Transport


class HeldTransport:
    """Stands before the transport of a socket, which takes nothing until `release`.

    What is kept counts as not taken, so a consumer that is stalled for too long is closed as any slow one.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._kept = bytearray()

    def write(self, data: bytes, /) -> None:
        """Keep it."""
        self._kept += data

    def get_write_buffer_size(self) -> int:
        """How many bytes were kept, here and there."""
        return len(self._kept) + self._transport.get_write_buffer_size()

    def is_closing(self) -> bool:
        """Whether writing is of no use any more."""
        return self._transport.is_closing()

    def release(self) -> None:
        """Write what was kept."""
        kept, self._kept = bytes(self._kept), bytearray()
        if kept and not self._transport.is_closing():
            self._transport.write(kept)
