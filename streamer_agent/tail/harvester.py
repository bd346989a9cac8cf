"""Reads one life of one file, from an offset, into blocks of lines. Does not decide when, nor what follows a life.

Every read is checked against the head of the life and against the bytes that were read last: bytes that were read
while the file was truncated or rewritten under us are thrown away rather than shown under a wrong identity.
"""

import errno
import os
import stat

from streamer_agent.block import LineBlock
from streamer_agent.tail.backwards import last_lines, line_start
from streamer_agent.tail.checkpoint import Position
from streamer_agent.tail.content import reason_to_skip, utf16_codec
from streamer_agent.tail.errors import FileChangedError, FileReplacedError, NotTextError
from streamer_agent.tail.fingerprint import HEAD_BYTES, MARK_BYTES, NO_HEAD, Identity, Mark
from streamer_agent.tail.life import Life
from streamer_agent.tail.options import TailOptions

_MIN_READ_BYTES = 4096
"""A read is never smaller, however much of the block the unfinished line takes."""


class Harvester(Life):
    """One life of one file. Closed, open or over; it can be closed and opened again without losing its place.

    What happened to the file comes out as exceptions; the caller knows what to do next:
    FileChangedError: this life is over, the file at the path begins another.
    FileReplacedError: the path leads to another file; this life may go on elsewhere.
    NotTextError: the content is not to be tailed.
    OSError: it cannot be opened or read now.
    """

    def __init__(self, position: Position, path: str, options: TailOptions) -> None:
        """`position` is moved along; `path` is the one of the source, for its label."""
        super().__init__(position, path, options)
        self._descriptor: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether a descriptor is held, which also holds the inode."""
        return self._descriptor is not None

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
            if known is not None and facts.st_size < self.seen_before:
                # Emptied, or cut back: who knows what of it left under this life's name before, unacknowledged.
                raise FileChangedError(path)
            self.check_content(descriptor, facts.st_size)
        except BaseException:
            os.close(descriptor)
            raise
        self.close()
        self._descriptor = descriptor
        self.is_told_apart |= facts.st_size > 0
        self.position.identity = identity
        self.position.path = path
        self.seen_before = 0
        self._note(facts)
        if self.position.is_unaligned or self.position.lines_back:
            self._align(descriptor)
        at = self._cutter.end
        self.trail.last = os.pread(descriptor, min(at, MARK_BYTES), max(0, at - MARK_BYTES))

    def check_content(self, descriptor: int, size: int) -> None:
        """Make sure that a file that was not read yet has this life's content. Raises as the class says."""
        first = self._check(descriptor, size, self.position.end, b"")
        mark = self.trail.newest
        begin, length = mark.window
        if not mark.matches(os.pread(descriptor, length, begin)):
            raise FileChangedError(self.position.path)
        self._cutter.look(first)

    def read(self, max_bytes: int) -> LineBlock | None:
        """Return the next lines, or None if none is complete; `is_at_end` says if that was all.

        It takes about `max_bytes`, and more, up to the limit of a line, to complete one: before the next turn the file
        may be closed, and all of an unfinished line be read again.
        """
        if self._last_block is not None:
            last_block, self._last_block = self._last_block, None
            return last_block
        block = self._read(max_bytes)
        limit = self._cutter.offset + self._options.max_line_bytes
        while block is None and self._cutter.held_bytes and not self.is_at_end and self._cutter.end < limit:
            block = self._read(max_bytes)
        return block

    def _read(self, max_bytes: int) -> LineBlock | None:
        if self._descriptor is None:
            return None
        facts = os.fstat(self._descriptor)
        at, known = self._cutter.end, self.trail.last
        wanted = min(facts.st_size - at, max(max_bytes - self._cutter.held_bytes, _MIN_READ_BYTES))
        data = os.pread(self._descriptor, len(known) + wanted, at - len(known)) if wanted > 0 else known
        if not data.startswith(known):
            raise FileChangedError(self.position.path)
        chunk = data[len(known) :]
        was_complete = self.position.head.is_complete
        first = self._check(self._descriptor, facts.st_size, at, chunk)
        self._note(facts)
        if not was_complete and self._cutter.look(first):
            self.trail.last = b""
            return None
        is_whole = at + len(chunk) >= facts.st_size
        lines = self._cutter.feed(chunk, is_last=is_whole) if chunk else None
        if lines is not None:
            self.trail.handed_out(data, at - len(known), self._cutter.line_offset)
        self._rested(chunk, at, is_whole)
        self.trail.read(data, at - len(known), self._cutter.end)
        self._skip_along()
        return self._unfinished() if lines is None else self._block(lines)

    def before(self, offset: int, max_bytes: int) -> bytes:
        """Return up to `max_bytes` that end at `offset`; nothing where they cannot be read, as from a pipe."""
        start = max(0, offset - max_bytes)
        try:
            return b"" if self._descriptor is None else os.pread(self._descriptor, offset - start, start)
        except OSError:
            return b""

    def check(self) -> None:
        """Make sure that the open file still is this life."""
        assert self._descriptor is not None, "call open() first"
        facts = os.fstat(self._descriptor)
        at, known = self._cutter.end, self.trail.last
        self._check(self._descriptor, facts.st_size, at, b"")
        if os.pread(self._descriptor, len(known), at - len(known)) != known:
            raise FileChangedError(self.position.path)
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
        super().finish()
        self.close()

    def close(self) -> None:
        """Let go of the descriptor. An unfinished line is read again later."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
            self._cutter = self._new_cutter(self._cutter.offset, self._cutter.is_skipping)

    def _align(self, descriptor: int) -> None:
        """Move a start that was set to a size back to the beginning of a line, and then by so many lines as are asked.

        A line that begins further back than the limit is not shown from its middle: its rest will be dropped.
        """
        position = self.position

        def read(length: int, offset: int) -> bytes:
            return os.pread(descriptor, length, offset)

        newline = "\n".encode(utf16_codec(read(2, 0)) or "utf-8")
        start = line_start(read, position.start - position.start % len(newline), self._options.max_line_bytes, newline)
        position.is_unaligned = start is None
        if start is not None:
            position.start = position.end = last_lines(read, start, position.lines_back, newline)
        position.lines_back = 0
        position.mark = Mark.at(position.end, read(min(position.end, MARK_BYTES), max(0, position.end - MARK_BYTES)))
        self.trail.begin(position.mark)
        self._cutter = self._new_cutter(position.start, position.is_unaligned)
        self._cutter.look(read(HEAD_BYTES, 0))

    def _check(self, descriptor: int, size: int, at: int, chunk: bytes) -> bytes:
        """Compare the file as it is now with this life, let the head grow with it, and return the first bytes.

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
        return first

    def _note(self, facts: os.stat_result) -> None:
        seen, (_begin, end) = self.position.size, self._nul_tail
        if facts.st_size < seen != end and self.position.head != NO_HEAD:
            # Truncated, but not to less than was read: what was seen behind it is gone, and may be written anew.
            self.position.lose(facts.st_size, facts.st_size, "truncated", more=True)
            self.has_news = True
        self.position.size = facts.st_size
        self.position.mtime_ns = facts.st_mtime_ns
        self.is_unlinked = facts.st_nlink == 0

    def _rested(self, chunk: bytes, at: int, is_whole: bool) -> None:
        """Judge from what was not taken of `chunk`, read at `at`, whether that was all for now, and note holes."""
        rest = chunk[max(0, self._cutter.end - at) :]
        is_nul = not rest.strip(b"\0")
        # A mount may show a size before the bytes: those come with a later look.
        self.is_at_end = not chunk or (is_whole and (is_nul or len(rest) < self._cutter.unit))
        if self.is_at_end and rest and is_nul:
            self._nul_tail = self._cutter.end, self.position.size
        elif self._cutter.is_in_hole and self._descriptor is not None:
            self._leap(self._descriptor)
        for begin, end in self._cutter.holes:
            self.position.leave_out(begin, end, "nul")
            self.has_news = True
        self._cutter.holes.clear()

    def _leap(self, descriptor: int) -> None:
        """Go to where the filesystem says that a hole ends."""
        try:
            self._cutter.leap(os.lseek(descriptor, self._cutter.end, os.SEEK_DATA))
        except OSError as error:
            if error.errno == errno.ENXIO:
                # Nothing but the hole, for now.
                self._cutter.rewind()
                self.is_at_end = True
                self._nul_tail = self._cutter.end, self.position.size
