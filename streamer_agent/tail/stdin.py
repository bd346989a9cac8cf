"""Reads standard input as one life of one source. It cannot be read twice: what a crash loses of it is lost."""

import asyncio
import contextlib
import os
import select
from collections.abc import Callable

from streamer_agent.block import LineBlock
from streamer_agent.tail.checkpoint import Position
from streamer_agent.tail.cutter import Cutter
from streamer_agent.tail.harvester import Harvester
from streamer_agent.tail.options import STDIN, TailOptions


class StandardInput(Harvester):
    """A pipe, a terminal or a redirected file. The pipe's own buffer is the queue: nothing is read ahead.

    The descriptor stays blocking, because its flags are shared with every process that has it; it is asked before
    each read whether there is something to read.
    """

    def __init__(self, position: Position, options: TailOptions, descriptor: int) -> None:
        """`descriptor` is 0, or another one in tests."""
        super().__init__(position, STDIN, options)
        self.is_told_apart = True
        self._descriptor = descriptor
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLIN)

    def read(self, max_bytes: int) -> LineBlock | None:
        """Return the lines that are there, or None.

        Raises:
            EOFError: the writer closed it.
        """
        if self._last_block is not None or self.is_over:
            return super().read(max_bytes)
        assert self._descriptor is not None, "open until it is over"
        self.is_at_end = not self._poll.poll(0)
        if self.is_at_end:
            return self._unfinished()
        chunk = os.read(self._descriptor, max_bytes)
        if not chunk:
            raise EOFError("standard input ended")
        if not self.position.size:
            self._cutter.look_for_format(chunk)
        self.position.size += len(chunk)
        lines = self._cutter.feed(chunk, is_last=False)
        return None if lines is None else self._block(lines)

    def close(self) -> None:
        """Do not touch it: the descriptor is not ours, and an unfinished line could not be read again."""

    def _new_cutter(self, offset: int, skip_line: bool) -> Cutter:
        """Make one that takes all: what was read of a pipe cannot be read again."""
        options = self._options
        return Cutter(offset, max_line_bytes=options.max_line_bytes, line_format=options.line_format, has_holes=False)

    def when_readable(self, wake: Callable[[], None]) -> None:
        """Call `wake` once when there is something to read, its end included."""
        assert self._descriptor is not None, "open until it is over"
        descriptor, loop = self._descriptor, asyncio.get_running_loop()

        def readable() -> None:
            loop.remove_reader(descriptor)
            wake()

        try:
            loop.add_reader(descriptor, readable)
        except PermissionError:
            # A redirected file cannot be waited for: it always has something to say.
            loop.call_soon(wake)

    def stop_waiting(self) -> None:
        """Call nobody any more."""
        with contextlib.suppress(RuntimeError):
            asyncio.get_running_loop().remove_reader(self._descriptor or 0)
