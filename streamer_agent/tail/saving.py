"""Brings positions back at the start and saves them while the agent runs. A disk that fails stops no reading."""

import asyncio
from collections.abc import Callable

from streamer_agent.block import EpochKey
from streamer_agent.tail.checkpoint import Checkpoint, Mint
from streamer_agent.tail.errors import CorruptStateError, StateError
from streamer_agent.tail.facts import Notice, Notify
from streamer_agent.tail.lives import Lives
from streamer_agent.tail.pace import Pace
from streamer_agent.tail.saved_form import decoded, encode, sealed
from streamer_agent.tail.steps import in_turns
from streamer_agent.tail.store import Store

_AGENT_DIGITS = 16
_RETRY_S = 1.0
"""Seconds between two attempts when saving fails."""
_SHARE = 0.02
"""Share of time that saving may take: many positions are saved less often."""


def restore(store: Store, mint: Mint, notify: Notify) -> Checkpoint:
    """Return the positions that `store` has, or new ones.

    A damaged state is set aside for people to look at and the previous copy taken; with neither the agent starts anew.

    Raises:
        StateError: a later version wrote them, or they cannot be read.
    """
    damage = ""
    for saved in store.load():
        try:
            checkpoint = decoded(saved)
        except CorruptStateError as error:
            damage = damage or f"{error}; kept as {store.set_aside()}"
        except StateError as error:
            raise StateError(f"the state in {store.directory} was {error}") from error
        else:
            if damage:
                detail = "taking the previous copy: lines that were acknowledged since are sent again"
                notify(Notice("positions_damaged", "error", {"damage": damage, "detail": detail}))
            return checkpoint
    if damage:
        detail = "no previous copy: starting anew, under a new agent id, at the end of every file"
        notify(Notice("positions_lost", "error", {"damage": damage, "detail": detail}))
    return Checkpoint(mint(_AGENT_DIGITS))


class Saver:
    """Saves what changed: new identities at once, progress now and then."""

    def __init__(
        self, store: Store, lives: Lives, *, clock: Callable[[], float], interval_s: float, notify: Notify
    ) -> None:
        """`interval_s` is the least time between two saves of progress."""
        self.trouble = ""
        """Why the last attempt failed; empty while all is well."""
        self.saved_at = clock()
        """When positions were saved last; before that, when the agent started."""
        self._store = store
        self._lives = lives
        self._clock = clock
        self._notify = notify
        self._pace = Pace(interval_s, _SHARE)
        self._retry_at = 0.0
        self._running: asyncio.Future[None] | None = None

    def due_at(self) -> float:
        """Return when to save next; infinity if there is nothing to save."""
        if not (self._lives.is_dirty or self._lives.undurable):
            return float("inf")
        if self.trouble:
            return self._retry_at
        return 0.0 if self._lives.undurable else self._pace.due_at()

    async def save(self) -> None:
        """Save now. What is minted meanwhile waits for the next time. A failure is noted in `trouble`, not raised."""
        lives = self._lives
        minted, lives.is_dirty = set(lives.undurable), False
        try:
            parts, cost = await in_turns(encode(lives.checkpoint))
        except asyncio.CancelledError:
            lives.is_dirty = True
            raise
        self._running = asyncio.get_running_loop().run_in_executor(None, lambda: self._store.save(sealed(parts)))
        try:
            # A save that was begun is finished, whoever stops waiting for it.
            await asyncio.shield(self._running)
        except asyncio.CancelledError:
            lives.is_dirty = True  # nobody takes note of how it ends
            raise
        except OSError as error:
            self._failed(error)
        else:
            self._saved(minted)
            self._pace.ran(self._clock(), cost)

    async def close(self) -> None:
        """Wait for a save that runs, and save for the last time what changed since."""
        if self._running is not None:
            await asyncio.gather(self._running, return_exceptions=True)
        if self._lives.is_dirty or self._lives.undurable or self.trouble:
            await self.save()

    def _saved(self, minted: set[EpochKey]) -> None:
        self.saved_at = self._clock()
        self._lives.undurable -= minted
        if self.trouble:
            self.trouble = ""
            self._notify(Notice("positions_saved_again", "info", {"directory": str(self._store.directory)}))

    def _failed(self, error: OSError) -> None:
        self._lives.is_dirty = True
        self._retry_at = self._clock() + _RETRY_S
        is_first = not self.trouble
        self.trouble = f"positions cannot be saved in {self._store.directory}: {error.strerror}"
        if is_first:
            detail = (
                "lines go on, a restart repeats those since the last save, and files that are new wait;"
                " make room or mend the rights. Retried by itself"
            )
            self._notify(Notice("saving_failed", "error", {"error": self.trouble, "detail": detail}))
