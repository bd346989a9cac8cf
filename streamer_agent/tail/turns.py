"""Whose turn it is to be read: fair among lives, in order among the lives of one source. Reads nothing itself."""

from collections.abc import Container

from streamer_agent.block import EpochKey


class Turns:
    """Lives that may have unread lines, the one served the longest ago first."""

    def __init__(self) -> None:
        """Nobody waits."""
        self._waiting: dict[EpochKey, None] = {}
        """In order of turn; a dict because it is an ordered set."""
        self._lives: dict[str, list[int]] = {}
        """Waiting epochs of each source, to find its oldest."""

    def __contains__(self, key: EpochKey) -> bool:
        """Whether it waits."""
        return key in self._waiting

    def add(self, key: EpochKey) -> None:
        """Let it wait behind all others, unless it waits already."""
        if key not in self._waiting:
            self._waiting[key] = None
            self._lives.setdefault(key.source, []).append(key.epoch)

    def served(self, key: EpochKey) -> None:
        """Move it behind all others."""
        if key in self._waiting:
            del self._waiting[key]
            self._waiting[key] = None

    def remove(self, key: EpochKey) -> None:
        """Let it wait no longer: it has nothing unread."""
        if key in self._waiting:
            del self._waiting[key]
            epochs = self._lives[key.source]
            epochs.remove(key.epoch)
            if not epochs:
                del self._lives[key.source]

    def order(self, held: Container[EpochKey]) -> list[EpochKey]:
        """Return who may be read now: not those in `held`, and of each source only the oldest life that waits."""
        return [
            key
            for key in self._waiting
            if key not in held and (len(lives := self._lives[key.source]) == 1 or key.epoch == min(lives))
        ]
