"""Joins scanning, reading and saving into one queue of blocks that the agent pulls from. Knows no network."""

import asyncio
import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack

from streamer_agent.block import EpochKey, LineBlock
from streamer_agent.tail.copies import Copies
from streamer_agent.tail.errors import FileChangedError, FileReplacedError, NotTextError, StateError
from streamer_agent.tail.facts import Notice, Notify, SourceFacts
from streamer_agent.tail.harvester import Harvester
from streamer_agent.tail.lives import Lives
from streamer_agent.tail.lookout import Lookout
from streamer_agent.tail.options import STDIN, TailOptions
from streamer_agent.tail.rescue import Rescue
from streamer_agent.tail.saving import Saver, restore
from streamer_agent.tail.scanner import Scanner
from streamer_agent.tail.siblings import Siblings
from streamer_agent.tail.stdin import StandardInput
from streamer_agent.tail.store import Store
from streamer_agent.tail.succession import Succession
from streamer_agent.tail.suspects import Suspects


def mint_hex(digits: int) -> str:
    """Return that many random hexadecimal digits (an even number)."""
    return secrets.token_hex(digits // 2)


def since_1970_ms() -> int:
    """Return the time by this machine's clock."""
    return time.time_ns() // 1_000_000


def ignore(_notice: Notice) -> None:
    """Take a notice and do nothing."""


class Tailer:
    """All inputs as one pull-based queue. The files are the queue: nothing is buffered but unfinished last lines.

    Call `start()` once, then in a loop: `await wait_ready()`, and `read()` each key of `ready()` while there is room.
    Tell with `settle()` what was acknowledged. `stop()` at the end.
    """

    def __init__(
        self,
        options: TailOptions,
        *,
        clock: Callable[[], float] = time.monotonic,
        wall_ms: Callable[[], int] = since_1970_ms,
        mint: Callable[[int], str] = mint_hex,
        notify: Notify = ignore,
        stdin: int = 0,
    ) -> None:
        """Touch nothing yet.

        Args:
            options: what to tail.
            clock: returns seconds.
            wall_ms: returns milliseconds since 1970, from which lives have their numbers.
            mint: returns that many random hexadecimal digits.
            notify: gets facts to log.
            stdin: descriptor of standard input.
        """
        self._options = options
        self._clock = clock
        self._wall_ms = wall_ms
        self._mint = mint
        self._notify = notify
        self._stdin_descriptor = stdin
        self._store = Store(options.state_dir)
        self._held = ExitStack()
        """Gives back what was taken: the lock, open files, hints."""
        self._stdin: StandardInput | None = None
        self._background: asyncio.Task[None] | None = None
        self._news = asyncio.Event()
        """Set when the agent may have something to do."""
        self._told_revision = 0
        """The revision when `wait_ready` returned last."""

    @property
    def agent_id(self) -> str:
        """16 hex digits, minted once per state directory. Valid after `start()`."""
        return self._lives.checkpoint.agent

    @property
    def revision(self) -> int:
        """Counts up whenever the facts of some source became news."""
        return self._lives.chronicle.revision

    @property
    def trouble(self) -> str:
        """Why positions cannot be saved at the moment; empty if they can."""
        return self._saver.trouble

    @property
    def checkpoint_age_s(self) -> float:
        """Seconds since positions were saved. Valid after `start()`."""
        return self._clock() - self._saver.saved_at

    @property
    def is_exhausted(self) -> bool:
        """Whether every input is standard input, that is at its end, and all of it was settled."""
        return set(self._options.inputs) == {STDIN} and self._stdin is not None and self._stdin.is_drained

    async def start(self) -> None:
        """Lock the state directory, load positions, look at all inputs once, and keep looking in the background.

        Raises:
            StateError: the state directory cannot be used; the message says which and why.
        """
        await self.open()
        self._background = asyncio.create_task(self._lookout.run(), name="tail")
        self._background.add_done_callback(lambda _: self._news.set())

    async def open(self) -> None:
        """Do what `start` does, but look again only when `scan` or `poll` is called. Raises the same."""
        try:
            await self._open()
        except BaseException:
            self._held.close()
            raise

    async def _open(self) -> None:
        options, clock, notify, news = self._options, self._clock, self._notify, self._news.set
        self._store.lock()
        self._held.callback(self._store.unlock)
        inputs = [path for path in options.inputs if path != STDIN]
        scanner = Scanner(inputs, options.exclude, options.state_dir)
        checkpoint = restore(self._store, self._mint, notify)
        is_first = not checkpoint.inputs
        if is_first and options.begin.where == "checkpoint":
            raise StateError(
                f"no saved positions in {options.state_dir}, which --from checkpoint asks for;"
                " name the directory of the earlier run (STATE_DIR), or begin at the end, the start, or lines:N"
            )
        at_end = () if options.begin.where == "start" else scanner.new_files(checkpoint.inputs)
        checkpoint.inputs = (*scanner.paths, *({STDIN} & set(options.inputs)))
        self._lives = lives = Lives(
            checkpoint, options, clock=clock, wall_ms=self._wall_ms, mint=self._mint, notify=notify, news=news
        )
        self._saver = Saver(self._store, lives, clock=clock, interval_s=options.save_interval_s, notify=notify)
        self._held.callback(lives.open_files.close_all)
        siblings, suspects = Siblings(), Suspects(clock, checkpoint, lives.note_change)
        copies = Copies(lives, siblings)
        rescue = Rescue(lives, copies, siblings, suspects)
        self._succession = Succession(lives, rescue, copies, suspects, options.begin.lines)
        self._succession.remember(scanner.covers)
        self._lookout = Lookout(
            options, scanner, lives, self._succession, rescue, self._saver, clock=clock, notify=notify, news=news
        )
        self._held.callback(self._lookout.close)
        if STDIN in options.inputs:
            self._stdin = lives.begin_stdin(self._stdin_descriptor)
        await self._lookout.scan(at_end)
        await self._saver.save()
        if is_first and self._saver.trouble:
            # Later the old state would do; here the agent has no identity that would outlive it.
            raise StateError(self._saver.trouble)
        if self._stdin is not None:
            self._stdin.when_readable(self._stdin_readable)

    async def wait_ready(self) -> None:
        """Return when `ready()` is not empty, or when facts became news since the last return."""
        while not self.ready() and self._told_revision == self._lives.chronicle.revision:
            self._news.clear()
            if self._background is not None and self._background.done():
                self._background.result()
            await self._news.wait()
        self._told_revision = self._lives.chronicle.revision

    def ready(self) -> Sequence[EpochKey]:
        """Return the lives that may have unread complete lines, the one served the longest ago first.

        A life is left out while an older life of the same source has unread bytes, and until its identity is durable.
        """
        return self._lives.turns.order(self._lives.undurable)

    def read(self, key: EpochKey, max_bytes: int) -> LineBlock | None:
        """Return the next lines of `key`, about `max_bytes` of raw bytes at most; None if no line is complete.

        None does not mean that the file is read to its end: a life that is still in `ready()` has more.
        """
        lives = self._lives
        harvester = lives.by_key.get(key)
        if harvester is None or key in lives.undurable:
            return None
        try:
            if not harvester.is_over and not self._is_fit(harvester):
                return None
            block = harvester.read(max_bytes)
        except FileChangedError:
            self._succession.changed(harvester)
            self._lookout.want_scan()
        except FileReplacedError:
            lives.turns.remove(key)
            self._lookout.want_scan()
        except NotTextError as error:
            lives.skip(harvester, str(error))
        except EOFError:
            lives.finish(harvester, "removed")
        except OSError as error:
            lives.fail(harvester, error)
        else:
            lives.open_files.used(harvester)
            lives.is_dirty |= block is not None
            lives.tell_missing(harvester)
            self._note_unfinished(harvester)
            if (harvester.is_over and not harvester.has_last_block) or harvester.is_at_end:
                lives.turns.remove(key)
                if isinstance(harvester, StandardInput) and not harvester.is_over:
                    harvester.when_readable(self._stdin_readable)
            else:
                lives.turns.served(key)
            return block
        return None

    def before(self, key: EpochKey, offset: int, max_bytes: int) -> bytes:
        """Return up to `max_bytes` of the life `key` that end at `offset`; fewer where they cannot be had."""
        harvester = self._lives.by_key.get(key)
        return b"" if harvester is None else harvester.before(offset, max_bytes)

    def _is_fit(self, harvester: Harvester) -> bool:
        """Whether a life is open and durably known from others; if it is not yet, begin to make it so."""
        if harvester.is_open and harvester.is_told_apart:
            return True
        key = harvester.position.key
        if harvester.is_told_apart:
            self._lives.open(harvester, harvester.position.path)
        else:
            self._succession.open_untold(harvester)
        if not harvester.is_open:
            return False
        if not harvester.is_told_apart:
            self._lives.turns.remove(key)
        elif key in self._lives.undurable:
            self._lookout.stir()
        return harvester.is_told_apart and key not in self._lives.undurable

    def _note_unfinished(self, harvester: Harvester) -> None:
        """See to it that a line which a read left unfinished is shown so after a while."""
        key, provisional = harvester.position.key, self._lives.provisional
        if harvester.has_new_partial:
            provisional.wait(key, harvester.offset, self._clock())
        else:
            provisional.settle(key)

    def settle(self, key: EpochKey, end: int) -> None:
        """Note that every byte of `key` before `end` was acknowledged: the position that is saved moves there."""
        harvester = self._lives.by_key.get(key)
        if harvester is not None and harvester.settle(end):
            self._lives.is_dirty = True
            self._lives.conclude(harvester)

    def leave_out(self, key: EpochKey, start: int, end: int, why: str) -> None:
        """Note that bytes of `key` were read and are not sent, on purpose: receivers are told. `settle` them too."""
        harvester = self._lives.by_key.get(key)
        if harvester is not None:
            self._lives.leave_out(harvester, start, end, why)

    def facts(self, since: int = 0) -> list[SourceFacts]:
        """Return the facts of every source, or of those that became news after revision `since`."""
        return list(self._lives.facts(since))

    async def stop(self) -> None:
        """Stop looking, save positions for the last time, close the files and unlock the state directory."""
        if self._background is not None:
            self._background.cancel()
            await asyncio.wait([self._background])
            if not self._background.cancelled():
                # `wait_ready` has raised it; retrieved here so that asyncio does not complain of it once more.
                self._background.exception()
        if self._stdin is not None:
            self._stdin.stop_waiting()
        await self._saver.close()
        self._held.close()

    async def scan(self) -> None:
        """Look at all inputs and act on what changed. The background does this by itself; tests step it."""
        await self._lookout.scan()

    def poll(self) -> None:
        """Look at the files that grew lately. The background does this by itself; tests step it."""
        self._lookout.poll()

    def _stdin_readable(self) -> None:
        if self._stdin is not None:
            self._lives.turns.add(self._stdin.position.key)
            self._news.set()
