"""All lives that the agent knows, by key, file and path, with their states. Does not decide what became of a file.

A life is over when no byte of it can be read any more. It has ended when, besides, all that was read is acknowledged.
"""

from collections.abc import Callable, Iterator
from typing import Literal

from streamer_agent.block import EpochKey
from streamer_agent.tail.checkpoint import Checkpoint, Mint
from streamer_agent.tail.errors import FileChangedError, FileReplacedError, NotTextError
from streamer_agent.tail.facts import Notice, Notify, SourceFacts, State, label
from streamer_agent.tail.fingerprint import Identity
from streamer_agent.tail.harvester import Harvester
from streamer_agent.tail.open_files import OpenFiles
from streamer_agent.tail.options import STDIN, TailOptions
from streamer_agent.tail.rotation import FileFacts
from streamer_agent.tail.scanner import reason
from streamer_agent.tail.stdin import StandardInput
from streamer_agent.tail.turns import Turns

_RETRY_S = 10.0
"""Seconds after which a file that could not be opened is tried again, if nothing about it changed before."""
_LEVELS: dict[State, Literal["info", "warning"]] = {"unreadable": "warning"}
_EVENTS: dict[State, str] = {
    "tailing": "file_readable",
    "waiting": "file_missing",
    "unreadable": "file_unreadable",
    "skipped": "file_skipped",
    "ended": "file_ended",
}


class Lives:
    """The lives of one agent. Every change of a state goes through here, is counted as news and told to the log."""

    def __init__(
        self,
        checkpoint: Checkpoint,
        options: TailOptions,
        *,
        clock: Callable[[], float],
        mint: Mint,
        notify: Notify,
        news: Callable[[], None],
    ) -> None:
        """`news` is called whenever a life may have something to read, or its facts changed."""
        self.checkpoint = checkpoint
        self.turns = Turns()
        self.undurable: set[EpochKey] = set()
        """Not saved yet. Nothing may leave under an identity that a crash could give to another file."""
        self.is_dirty = False
        """Whether something durable changed since the last save."""
        self.revision = 0
        """Counts up whenever the facts of some source became news."""
        self.by_key: dict[EpochKey, Harvester] = {}
        self.by_identity: dict[Identity, Harvester] = {}
        """Those whose file may still exist."""
        self.at_path: dict[str, Harvester] = {}
        """Whose file was at a path last."""
        self.vacant: dict[str, Harvester] = {}
        """Lives without a file to read yet, by path."""
        self.adrift: dict[EpochKey, Harvester] = {}
        """Out of sight, but not over."""
        self.failing: dict[EpochKey, Harvester] = {}
        """Could not be opened or read at the last attempt."""
        self.hot: dict[EpochKey, Harvester] = {}
        """Grew lately."""
        self.open_files = OpenFiles(options.max_open_files)
        self._ended_at: dict[EpochKey, float] = {}
        self._options = options
        self._clock = clock
        self._mint = mint
        self._notify = notify
        self._news = news
        paths = {source.id: source.path for source in checkpoint.sources.values()}
        for position in checkpoint.positions.values():
            harvester = Harvester(position, paths[position.key.source], options.max_line_bytes)
            self._register(harvester)
            self._mark(harvester)

    def begin(self, path: str, file: FileFacts | None) -> Harvester:
        """Start the next life of the source at `path`: with `file`, or without one yet."""
        harvester = self.vacant.pop(path, None) if file is not None else None
        if harvester is None:
            position = self.checkpoint.begin(path, self._mint)
            harvester = Harvester(position, path, self._options.max_line_bytes)
        position = harvester.position
        position.state, position.detail = "tailing", ""
        if file is not None:
            position.identity, position.size, position.mtime_ns = file.identity, file.size, file.mtime_ns
        self._register(harvester)
        self.hold(harvester)
        self._mark(harvester)
        return harvester

    def hold(self, harvester: Harvester) -> None:
        """Let nothing leave of a life before it is saved as it is now."""
        self.undurable.add(harvester.position.key)
        self.is_dirty = True

    def begin_stdin(self, descriptor: int) -> StandardInput:
        """Start the life of this process's standard input."""
        position = self.checkpoint.begin(STDIN, self._mint)
        stdin = StandardInput(position, self._options.max_line_bytes, descriptor)
        self.by_key[position.key] = stdin
        self.hold(stdin)
        self._mark(stdin)
        return stdin

    def open(self, harvester: Harvester, path: str) -> bool:
        """Open the file of a life, or look again if it is open; return whether it can be read. Trouble is its state.

        Raises:
            FileChangedError: another life is at `path` in the same file.
            FileReplacedError: another file is at `path`.
        """
        position = harvester.position
        before, was_told_apart = position.identity, harvester.is_told_apart
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
            if harvester.is_told_apart != was_told_apart:
                self.hold(harvester)
            self._own(harvester, before)
            if position.state == "skipped":
                self.open_files.close(harvester)
            else:
                self.tell(harvester, "tailing", "")
        return harvester.is_open

    def move(self, harvester: Harvester, path: str) -> bool:
        """Read a life on in the copy of its file at `path`; return False if it is no copy, or cannot be read."""
        try:
            self.open_files.open(harvester, path)
        except (FileChangedError, FileReplacedError, NotTextError, OSError):
            return False
        self._own(harvester, None)
        self.lose_sight(harvester)
        self.note("file_copied", harvester)
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
            harvester.grew_at = self._clock()

    def wake(self, harvester: Harvester) -> None:
        """Note that a life may have unread lines."""
        if harvester.position.state == "skipped":
            return
        harvester.grew_at = self._clock()
        self.hot[harvester.position.key] = harvester
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

    def finish(self, harvester: Harvester, why: str) -> None:
        """End the reading of a life. Bytes that were seen and not read are lost, for the reason `why`."""
        self._rest(harvester)
        self.failing.pop(harvester.position.key, None)
        self.adrift.pop(harvester.position.key, None)
        harvester.finish()
        self.open_files.close(harvester)
        position = harvester.position
        if position.state != "skipped" and position.lose(harvester.offset, position.size, why):
            self._mark(harvester)
            self._tell_log("bytes_lost", "warning", harvester, reason=why, bytes=position.size - harvester.offset)
        self.is_dirty = True
        if harvester.has_last_block:
            self.turns.add(position.key)
            self._news()
        self.conclude(harvester)

    def conclude(self, harvester: Harvester) -> None:
        """If a life is over and settled, it has ended."""
        if harvester.is_drained and harvester.position.key not in self._ended_at:
            self._ended_at[harvester.position.key] = self._clock()
            self.tell(harvester, "ended", "")

    def disown(self, harvester: Harvester) -> None:
        """Note that the file of a life is gone or is no longer its own."""
        identity = harvester.position.identity
        if identity is not None and self.by_identity.get(identity) is harvester:
            del self.by_identity[identity]
        harvester.position.identity = None
        self.is_dirty = True

    def leave_out(self, harvester: Harvester, start: int, end: int, why: str) -> None:
        """Note that bytes of a life are left out on purpose; the log hears of the first ones."""
        if not harvester.position.drops:
            self._tell_log("lines_left_out", "warning", harvester, reason=why, detail="receivers are told which bytes")
        harvester.position.leave_out(start, end, why)
        self.is_dirty = True
        self._mark(harvester)

    def revive(self, harvester: Harvester) -> None:
        """Take back that a life was over: its file came back."""
        harvester.revive()
        self._ended_at.pop(harvester.position.key, None)
        self.is_dirty = True

    def tell(self, harvester: Harvester, state: State, detail: str) -> None:
        """Change the state of a life, if it is another."""
        position = harvester.position
        if (position.state, position.detail) == (state, detail):
            return
        position.state, position.detail = state, detail
        self.is_dirty = True
        self._mark(harvester)
        self._tell_log(_EVENTS[state], _LEVELS.get(state, "info"), harvester, detail=detail)

    def note(self, event: str, harvester: Harvester, **fields: object) -> None:
        """Tell the log what became of a file."""
        self._tell_log(event, "info", harvester, **fields)

    def forget_ended(self) -> None:
        """Drop the lives that ended long ago."""
        horizon = self._clock() - self._options.forget_after_s
        forgotten = [key for key, ended_at in self._ended_at.items() if ended_at <= horizon]
        for key in forgotten:
            del self._ended_at[key]
            harvester = self.by_key.pop(key)
            self.disown(harvester)
            self.checkpoint.forget(key, harvester.source_path)
        if forgotten:
            self.at_path = {path: last for path, last in self.at_path.items() if last.position.key in self.by_key}
            self.is_dirty = True

    def facts(self, since: int) -> Iterator[SourceFacts]:
        """Yield the facts that became news after revision `since`."""
        for harvester in self.by_key.values():
            if harvester.revision > since and not harvester.is_dormant:
                yield harvester.facts()

    def _register(self, harvester: Harvester) -> None:
        position = harvester.position
        self.by_key[position.key] = harvester
        if position.state == "ended":
            self._ended_at[position.key] = self._clock()
        if position.identity is not None:
            self.by_identity[position.identity] = harvester
            self.at_path[position.path] = harvester
        elif not harvester.is_over:
            self.vacant[harvester.source_path] = harvester

    def _own(self, harvester: Harvester, before: Identity | None) -> None:
        """Find a life by the file that was opened for it, which may be known by another number than `before`."""
        identity = harvester.position.identity
        if identity is not None and identity != before:
            if before is not None:
                self.by_identity.pop(before, None)
            self.by_identity[identity] = harvester

    def _rest(self, harvester: Harvester) -> None:
        self.turns.remove(harvester.position.key)
        self.hot.pop(harvester.position.key, None)

    def _mark(self, harvester: Harvester) -> None:
        self.revision += 1
        harvester.revision = self.revision
        self._news()

    def _tell_log(self, event: str, level: Literal["info", "warning"], harvester: Harvester, **fields: object) -> None:
        position = harvester.position
        told = {"path": label(position.path), "source": position.key.source, "epoch": position.key.epoch, **fields}
        self._notify(Notice(event, level, {name: value for name, value in told.items() if value != ""}))
