"""Reads one life of one file, from an offset, into blocks of lines. Does not decide when, nor what follows a life.

Every read is checked afterwards against the head of the life: bytes that were read while the file was truncated or
rewritten under us are thrown away rather than shown under a wrong identity.
"""

import os
import stat

from streamer_agent.block import LineBlock
from streamer_agent.tail.checkpoint import Position
from streamer_agent.tail.content import reason_to_skip
from streamer_agent.tail.errors import FileChangedError, FileReplacedError, NotTextError
from streamer_agent.tail.facts import SourceFacts, label
from streamer_agent.tail.fingerprint import HEAD_BYTES, NO_HEAD, Identity
from streamer_agent.tail.lines import Lines, LineSplitter

_MIN_READ_BYTES = 4096
"""A read is never smaller, however much of the block the unfinished line takes."""


class Harvester:
    """One life of one file. Closed, open or over; it can be closed and opened again without losing its place.

    What happened to the file comes out as exceptions; the caller knows what to do next:
    FileChangedError: this life is over, the file at the path begins another.
    FileReplacedError: the path leads to another file; this life may go on elsewhere.
    NotTextError: the content is not to be tailed.
    OSError: it cannot be opened or read now.
    """

    def __init__(self, position: Position, path: str, max_line_bytes: int) -> None:
        """`position` is moved along; `path` is the one of the source, for its label."""
        self.position = position
        self.source_path = path
        self.is_in_sight = False
        """Whether an input leads to the file, at `position.path`."""
        self.is_over = position.is_over
        """Whether no byte can be read any more; a last block may still wait."""
        self.is_dormant = False
        """Whether no input means the source any more; its position is kept for the day when one does."""
        self.is_at_end = False
        """Whether the last read left nothing behind."""
        self.grew_at = 0.0
        """When the file was last seen to have grown, or went out of sight; by the tailer's clock."""
        self.is_unlinked = False
        """Whether the file has no name any more, so that its inode will be given away when it is closed."""
        self.retry_at = 0.0
        """When to try again to open it, after a failure."""
        self.is_told_apart = position.head != NO_HEAD
        """Whether the head was taken, so that a file that takes this one's place will be known for another."""
        self.revision = 0
        """The tailer's revision at which something about it became news."""
        self._label = label(path)
        self._max_line_bytes = max_line_bytes
        self._descriptor: int | None = None
        self._splitter = self._new_splitter(position.end, position.is_unaligned)
        self._last_block: LineBlock | None = None
        """The unfinished line of a life that is over, until it is handed out."""

    @property
    def is_open(self) -> bool:
        """Whether a descriptor is held, which also holds the inode."""
        return self._descriptor is not None

    @property
    def offset(self) -> int:
        """Everything before it was handed out as lines."""
        return self._splitter.offset

    @property
    def lag(self) -> int:
        """Bytes that can be read, or were, and are not acknowledged; as last seen."""
        if self.position.state == "skipped":
            return 0
        return max(0, (self.offset if self.is_over else self.position.size) - self.position.end)

    @property
    def has_last_block(self) -> bool:
        """Whether a life that is over has still something to hand out."""
        return self._last_block is not None

    @property
    def is_drained(self) -> bool:
        """Whether the life is over and all that was handed out is settled."""
        return self.is_over and self._last_block is None and self.position.end >= self.offset

    def facts(self) -> SourceFacts:
        """Return what a status message says of this life."""
        position = self.position
        return SourceFacts(
            key=position.key,
            path=self._label,
            state=position.state,
            start=position.start,
            end=position.end,
            lag=self.lag,
            gaps=tuple(position.gaps),
            drops=tuple(position.drops),
            detail=position.detail,
            revision=self.revision,
        )

    def open(self, path: str) -> None:
        """Open the file at `path` and make sure that it is this life's. The first opening takes its identity."""
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        try:
            facts = os.fstat(descriptor)
            identity = Identity(facts.st_dev, facts.st_ino)
            known = self.position.identity
            # The device number of a mount may change with every start of the machine, the inode does not.
            if not stat.S_ISREG(facts.st_mode) or (known is not None and known.inode != identity.inode):
                raise FileReplacedError(path)
            self._check(descriptor, facts.st_size, self.position.end, b"")
        except BaseException:
            os.close(descriptor)
            raise
        self.close()
        self._descriptor = descriptor
        self.is_told_apart |= facts.st_size > 0
        self.position.identity = identity
        self.position.path = path
        self._note(facts)
        if self.position.is_unaligned:
            self._align(descriptor)

    def read(self, max_bytes: int) -> LineBlock | None:
        """Return the lines that the next `max_bytes` complete, or None; `is_at_end` says if that was all."""
        if self._last_block is not None:
            block, self._last_block = self._last_block, None
            return block
        if self._descriptor is None:
            return None
        facts = os.fstat(self._descriptor)
        at = self._splitter.end
        wanted = min(facts.st_size - at, max(max_bytes - self._splitter.held_bytes, _MIN_READ_BYTES))
        chunk = os.pread(self._descriptor, wanted, at) if wanted > 0 else b""
        self._check(self._descriptor, facts.st_size, at, chunk)
        self._note(facts)
        # A mount may show a size before the bytes: those come with a later look.
        self.is_at_end = not chunk or at + len(chunk) >= facts.st_size
        lines = self._splitter.feed(chunk)
        self._skip_along()
        return None if lines is None else self._block(lines)

    @property
    def has_unread(self) -> bool:
        """Whether the file has more than was read, as last seen."""
        return self.position.size > self._splitter.end

    def check(self) -> None:
        """Make sure that the open file still is this life."""
        assert self._descriptor is not None, "call open() first"
        facts = os.fstat(self._descriptor)
        self._check(self._descriptor, facts.st_size, self._splitter.end, b"")
        self.is_told_apart |= facts.st_size > 0
        self._note(facts)

    def grew(self) -> bool:
        """Whether the open file was written to since the last look; also takes note of it."""
        assert self._descriptor is not None, "call open() first"
        facts = os.fstat(self._descriptor)
        before = self.position.size, self.position.mtime_ns
        self._note(facts)
        return before != (facts.st_size, facts.st_mtime_ns)

    def finish(self) -> None:
        """End this life: nothing more can be read. An unfinished line becomes the last one."""
        lines = self._splitter.flush()
        self._last_block = None if lines is None else self._block(lines)
        self.is_over = self.position.is_over = True
        self.close()

    def revive(self) -> None:
        """Take back the end of a life whose file came back."""
        self.is_over = self.position.is_over = False

    def close(self) -> None:
        """Let go of the descriptor. An unfinished line is read again later."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
            self._splitter = self._new_splitter(self._splitter.offset, self._splitter.is_skipping)

    def _align(self, descriptor: int) -> None:
        """Move a start that may be within a line back to where that line begins.

        A line that begins further back than the limit is not shown from its middle: its rest will be dropped.
        """
        position = self.position
        back = min(position.start, self._max_line_bytes)
        newline = os.pread(descriptor, back, position.start - back).rfind(b"\n")
        position.is_unaligned = newline < 0 and back < position.start
        if not position.is_unaligned:
            position.start = position.end = position.start - back + newline + 1
        self._splitter = self._new_splitter(position.start, position.is_unaligned)

    def _check(self, descriptor: int, size: int, at: int, chunk: bytes) -> None:
        """Compare the file as it is now with this life, and let the head grow with it.

        Args:
            descriptor: the open file.
            size: what fstat said before anything was read.
            at: how much of the file was read before.
            chunk: what was read there just now.
        """
        first = os.pread(descriptor, HEAD_BYTES, 0)
        position = self.position
        # While the head is young it may not cover what was read: compare that itself.
        overlap = chunk[: max(0, HEAD_BYTES - at)]
        if size < at or not position.head.matches(first) or first[at : at + len(overlap)] != overlap:
            raise FileChangedError(position.path)
        if not position.head.is_complete:
            position.head = position.head.grown(first)
            if reason := reason_to_skip(first):
                raise NotTextError(reason)

    def _note(self, facts: os.stat_result) -> None:
        self.position.size = facts.st_size
        self.position.mtime_ns = facts.st_mtime_ns
        self.is_unlinked = facts.st_nlink == 0

    def _skip_along(self) -> None:
        """While the rest of a line from before the start is dropped, the start moves with it."""
        if self.position.is_unaligned:
            self.position.is_unaligned = self._splitter.is_skipping
            self.position.start = self.position.end = self._splitter.start

    def _new_splitter(self, offset: int, skip_line: bool) -> LineSplitter:
        return LineSplitter(offset, max_line_bytes=self._max_line_bytes, skip_line=skip_line)

    def _block(self, lines: Lines) -> LineBlock:
        return LineBlock(self.position.key, self._label, lines.offset, lines.lengths, lines.texts, lines.cut)
