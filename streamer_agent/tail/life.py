"""The place in one life of one file while it is read, its unfinished line, and what was lost of it. Reads nothing."""

from streamer_agent.block import LineBlock
from streamer_agent.tail.checkpoint import Position
from streamer_agent.tail.cutter import Cutter
from streamer_agent.tail.facts import SourceFacts, label
from streamer_agent.tail.fingerprint import NO_HEAD
from streamer_agent.tail.lines import Lines
from streamer_agent.tail.options import TailOptions
from streamer_agent.tail.trail import Trail


class Life:
    """The place in one life of one file, apart from the file itself."""

    def __init__(self, position: Position, path: str, options: TailOptions) -> None:
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
        self.lost_sight_at = 0.0
        """When it went out of sight, if it is."""
        self.is_unlinked = False
        """Whether the file has no name any more, so that its inode will be given away when it is closed."""
        self.retry_at = 0.0
        """When to try again to open it, after a failure."""
        self.is_told_apart = position.head != NO_HEAD
        """Whether the head was taken, so that a file that takes this one's place will be known for another."""
        self.is_inherited = False
        """Whether an earlier run began it and left nothing by which to know its file. Its number may be used up: those
        who restored an older copy of the positions do not know what was read under it since."""
        self.seen_before = 0 if position.head == NO_HEAD else position.size
        """Size of the file as an earlier run saved it, who may have handed out all of it; 0 once this run opened it."""
        self.has_news = False
        """Whether bytes were found missing that nobody was told of yet."""
        self.owes_partial = False
        """Whether the unfinished line is to be shown as far as it came."""
        self.revision = 0
        """The tailer's revision at which something about it became news."""
        self._options = options
        self._label = label(path)
        self._cutter = self._new_cutter(position.end, position.is_unaligned)
        self.trail = Trail(position.mark)
        """The bytes that were read last."""
        self._nul_tail = 0, 0
        """Where the NULs begin that the file ends with, and where they end."""
        self._shown_partial = -1
        """End of the unfinished line that was shown last."""
        self._last_block: LineBlock | None = None
        """The unfinished line of a life that is over, until it is handed out."""

    @property
    def offset(self) -> int:
        """Everything before it was handed out as lines, or left out."""
        return self._cutter.offset

    @property
    def unread_from(self) -> int:
        """Where the bytes begin that are lost if nothing more can be read: NULs at the end of a file are none."""
        begin, end = self._nul_tail
        return end if begin <= self._cutter.offset <= end == self.position.size else self._cutter.offset

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

    @property
    def has_unread(self) -> bool:
        """Whether the file has more than was read, as last seen."""
        return self.position.size > self._cutter.end

    @property
    def has_new_partial(self) -> bool:
        """Whether there is an unfinished line that was not shown as far as it came."""
        return not self.is_over and self._cutter.end > max(self._cutter.offset, self._shown_partial)

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

    def settle(self, end: int) -> bool:
        """Note that everything before `end` was acknowledged; return whether that is news."""
        position = self.position
        if end <= position.end:
            return False
        position.end = end
        position.mark = self.trail.newest_until(end) or position.mark
        return True

    def finish(self) -> None:
        """End this life: nothing more can be read. An unfinished line becomes the last one."""
        lines = self._cutter.flush()
        self._last_block = None if lines is None else self._block(lines)
        self.is_over = self.position.is_over = True
        if self.unread_from > self.offset:
            self.position.leave_out(self.offset, self.unread_from, "nul")

    def revive(self) -> None:
        """Take back the end of a life whose file came back."""
        self.is_over = self.position.is_over = False

    def _skip_along(self) -> None:
        """While the rest of a line from before the start is dropped, the start moves with it."""
        if self.position.is_unaligned:
            self.position.is_unaligned = self._cutter.is_skipping
            self.position.start = self.position.end = self._cutter.start

    def _new_cutter(self, offset: int, skip_line: bool) -> Cutter:
        options = self._options
        return Cutter(
            offset, max_line_bytes=options.max_line_bytes, line_format=options.line_format, skip_line=skip_line
        )

    def _unfinished(self) -> LineBlock | None:
        """Return the unfinished line as a provisional one, if it is asked for and has grown."""
        if not (self.owes_partial and self.is_at_end and self.has_new_partial):
            return None
        self.owes_partial = False
        lines = self._cutter.unfinished()
        self._shown_partial = self._cutter.end
        if lines is None:
            return None
        block = self._block(lines)
        block.is_partial = True
        return block

    def _block(self, lines: Lines) -> LineBlock:
        return LineBlock(self.position.key, self._label, lines.offset, lines.lengths, lines.texts, lines.cut)
