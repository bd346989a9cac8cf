"""All lives that the agent knows, by key, file and path, with their states. Does not decide what became of a file.

A life is over when no byte of it can be read any more. It has ended when, besides, all that was read is acknowledged.
"""

from collections.abc import Callable

from streamer_agent.block import EpochKey
from streamer_agent.tail.checkpoint import Checkpoint, Mint
from streamer_agent.tail.chronicle import Chronicle
from streamer_agent.tail.errors import FileChangedError, FileReplacedError, NotTextError
from streamer_agent.tail.facts import Notify, State
from streamer_agent.tail.fingerprint import NO_HEAD
from streamer_agent.tail.harvester import Harvester
from streamer_agent.tail.open_files import OpenFiles
from streamer_agent.tail.options import STDIN, TailOptions
from streamer_agent.tail.provisional import Provisional
from streamer_agent.tail.register import Register
from streamer_agent.tail.scanner import reason
from streamer_agent.tail.snapshot import FileFacts
from streamer_agent.tail.stdin import StandardInput
from streamer_agent.tail.turns import Turns

_RETRY_S = 10.0
"""Seconds after which a file that could not be opened is tried again, if nothing about it changed before."""


class Lives(Register):
    """The lives of one agent."""

    def __init__(
        self,
        checkpoint: Checkpoint,
        options: TailOptions,
        *,
        clock: Callable[[], float],
        wall_ms: Callable[[], int],
        mint: Mint,
        notify: Notify,
        news: Callable[[], None],
    ) -> None:
        """`wall_ms` returns milliseconds since 1970.

        `news` is called whenever a life may have something to read, or its facts changed.
        """
        super().__init__(checkpoint)
        self.turns = Turns()
        self.undurable: set[EpochKey] = set()
        """Not saved yet. Nothing may leave under an identity that a crash could give to another file."""
        self.chronicle = Chronicle(notify, news)
        self.adrift: dict[EpochKey, Harvester] = {}
        """Out of sight, but not over."""
        self.failing: dict[EpochKey, Harvester] = {}
        """Could not be opened or read at the last attempt."""
        self.hot: dict[EpochKey, Harvester] = {}
        """Grew lately."""
        self.provisional = Provisional(options.partial_after_s)
        self.open_files = OpenFiles(options.max_open_files)
        self._ended_at: dict[EpochKey, float] = {}
        self._options = options
        self._clock = clock
        self._wall_ms = wall_ms
        self._mint = mint
        self._news = news
        paths = {source.id: source.path for source in checkpoint.sources.values()}
        for position in checkpoint.positions.values():
            harvester = Harvester(position, paths[position.key.source], options)
            harvester.is_inherited = not harvester.is_told_apart
            self.enter(harvester)
            if position.state == "ended":
                self._ended_at[position.key] = clock()
            self.chronicle.mark(harvester)

    def begin(self, path: str, file: FileFacts | None) -> Harvester:
        """Start the next life of the source at `path`: with `file`, or without one yet."""
        harvester = self.vacant.pop(path, None) if file is not None else None
        if harvester is not None and harvester.is_inherited:
            self.withdraw(harvester)
            harvester = None
        if harvester is None:
            position = self.checkpoint.begin(path, self._mint, self._wall_ms())
            harvester = Harvester(position, path, self._options)
        position = harvester.position
        position.state, position.detail = "tailing", ""
        if file is not None:
            position.identity, position.size, position.mtime_ns = file.identity, file.size, file.mtime_ns
        self.enter(harvester)
        self.hold(harvester)
        self.chronicle.mark(harvester)
        return harvester

    def hold(self, harvester: Harvester) -> None:
        """Let nothing leave of a life before it is saved as it is now."""
        self.undurable.add(harvester.position.key)
        self.is_dirty = True

    def begin_stdin(self, descriptor: int) -> StandardInput:
        """Start the life of this process's standard input."""
        position = self.checkpoint.begin(STDIN, self._mint, self._wall_ms())
        stdin = StandardInput(position, self._options, descriptor)
        self.by_key[position.key] = stdin
        self.hold(stdin)
        self.chronicle.mark(stdin)
        return stdin

    def open(self, harvester: Harvester, path: str) -> bool:
        """Open the file of a life, or look again if it is open; return whether it can be read. Trouble is its state.

        Raises:
            FileChangedError: another life is at `path` in the same file.
            FileReplacedError: another file is at `path`.
        """
        position = harvester.position
        before, was_known = position.identity, (harvester.is_told_apart, position.head == NO_HEAD)
        try:
            if harvester.is_open:
                harvester.check()
            else:
                self.open_files.open(harvester, path)
        except NotTextError as error:
            self.skip(harvester, str(error))
        except OSError as error:
            self.fail(harvester, error)
        else:
            self.failing.pop(position.key, None)
            if was_known != (harvester.is_told_apart, position.head == NO_HEAD):
                self.hold(harvester)
            self.own(harvester, before)
            if position.state == "skipped":
                self.open_files.close(harvester)
            else:
                self.tell(harvester, "tailing", "")
        self.tell_missing(harvester)
        return harvester.is_open

    def move(self, harvester: Harvester, path: str) -> bool:
        """Read a life on in the copy of its file at `path`; return False if it is no copy, or cannot be read."""
        seen = harvester.position.size
        try:
            self.open_files.open(harvester, path)
        except (FileChangedError, FileReplacedError, NotTextError, OSError):
            return False
        # What was written between the copy and the truncation is in neither file.
        if harvester.position.lose(harvester.position.size, seen, "truncated"):
            self.chronicle.mark(harvester)
        self.own(harvester, None)
        self.lose_sight(harvester)
        self.chronicle.note("file_copied", harvester)
        self.wake(harvester)
        return True

    def sight(self, harvester: Harvester, path: str) -> None:
        """Note that an input leads to the file of a life, at `path`."""
        harvester.is_in_sight = True
        harvester.is_dormant = False
        harvester.position.path = path
        self.at_path[path] = harvester
        self.adrift.pop(harvester.position.key, None)
        self.is_dirty = True

    def lose_sight(self, harvester: Harvester) -> None:
        """Note that no input leads to the file of a life any more."""
        harvester.is_in_sight = False
        if harvester.position.key not in self.adrift:
            self.adrift[harvester.position.key] = harvester
            harvester.grew_at = harvester.lost_sight_at = self._clock()

    def wake(self, harvester: Harvester) -> None:
        """Note that a life may have unread lines."""
        if harvester.position.state == "skipped":
            return
        harvester.grew_at = self._clock()
        self.hot[harvester.position.key] = harvester
        self.offer(harvester)

    def offer(self, harvester: Harvester) -> None:
        """Let a life be read as soon as it is its turn."""
        self.turns.add(harvester.position.key)
        self._news()

    def skip(self, harvester: Harvester, why: str) -> None:
        """Leave a file out: it is not text."""
        self.open_files.close(harvester)
        self._rest(harvester)
        self.tell(harvester, "skipped", why)

    def fail(self, harvester: Harvester, error: OSError) -> None:
        """Note that a file cannot be opened or read now. It is tried again later."""
        self.open_files.close(harvester)
        self._rest(harvester)
        harvester.retry_at = self._clock() + _RETRY_S
        self.failing[harvester.position.key] = harvester
        self.tell(harvester, "unreadable", reason(error))

    def finish(self, harvester: Harvester, why: str, *, more: bool = False) -> None:
        """End the reading of a life. Bytes that were seen and not read are lost, for the reason `why`.

        `more` says that bytes may have come and gone since the file was seen last.
        """
        self._rest(harvester)
        self.failing.pop(harvester.position.key, None)
        self.adrift.pop(harvester.position.key, None)
        harvester.finish()
        self.open_files.close(harvester)
        position = harvester.position
        lost = max(0, position.size - harvester.unread_from)
        if position.state != "skipped" and position.lose(harvester.unread_from, position.size, why, more=more):
            self.chronicle.lost(harvester, lost, why)
        self.is_dirty = True
        if harvester.has_last_block:
            self.offer(harvester)
        self.conclude(harvester)

    def conclude(self, harvester: Harvester) -> None:
        """If a life is over and settled, it has ended."""
        if harvester.is_drained and harvester.position.key not in self._ended_at:
            self._ended_at[harvester.position.key] = self._clock()
            self.tell(harvester, "ended", "")

    def withdraw(self, harvester: Harvester) -> None:
        """End a life of which nothing was read: its file belongs to another."""
        self.disown(harvester)
        self._rest(harvester)
        self.failing.pop(harvester.position.key, None)
        self.adrift.pop(harvester.position.key, None)
        harvester.finish()
        self.open_files.close(harvester)
        self.conclude(harvester)

    def leave_out(self, harvester: Harvester, start: int, end: int, why: str) -> None:
        """Note that bytes of a life are left out on purpose; the log hears of the first ones."""
        if not harvester.position.drops:
            self.chronicle.left_out(harvester, why)
        harvester.position.leave_out(start, end, why)
        self.is_dirty = True
        self.chronicle.mark(harvester)

    def revive(self, harvester: Harvester) -> None:
        """Take back that a life was over: its file came back."""
        harvester.revive()
        self._ended_at.pop(harvester.position.key, None)
        self.is_dirty = True

    def tell(self, harvester: Harvester, state: State, detail: str) -> None:
        """Change the state of a life, if it is another."""
        if self.chronicle.state(harvester, state, detail):
            self.is_dirty = True

    def tell_missing(self, harvester: Harvester) -> None:
        """Tell of the bytes that a read found missing, if any."""
        if harvester.has_news:
            harvester.has_news = False
            self.is_dirty = True
            self.chronicle.mark(harvester)

    def forget_ended(self) -> None:
        """Drop the lives that ended long ago."""
        horizon = self._clock() - self._options.forget_after_s
        forgotten = [key for key, ended_at in self._ended_at.items() if ended_at <= horizon]
        for key in forgotten:
            del self._ended_at[key]
        self.strike(forgotten)

    def _rest(self, harvester: Harvester) -> None:
        self.turns.remove(harvester.position.key)
        self.hot.pop(harvester.position.key, None)
