"""Looks after single files between two snapshots: those that grew, failed, or went out of sight. Reads no lines."""

import os
from collections.abc import Callable
from contextlib import suppress

from streamer_agent.tail.errors import FileReplacedError
from streamer_agent.tail.harvester import Harvester
from streamer_agent.tail.lives import Lives
from streamer_agent.tail.options import TailOptions
from streamer_agent.tail.rescue import Rescue
from streamer_agent.tail.scanner import file_facts
from streamer_agent.tail.succession import Succession

_MISSING_S = 5.0
"""Seconds for which a file is searched before it counts as gone: while files are renamed, a listing may miss one."""


class Upkeep:
    """What has to be done again and again for lives that no change of the snapshot speaks of."""

    def __init__(
        self,
        lives: Lives,
        succession: Succession,
        rescue: Rescue,
        options: TailOptions,
        *,
        clock: Callable[[], float],
    ) -> None:
        """Do nothing yet.

        Args:
            lives: what is known of all files.
            succession: decides what became of a file.
            rescue: finds files that left their path.
            options: how long to wait for what.
            clock: returns seconds.
        """
        self._lives = lives
        self._succession = succession
        self._rescue = rescue
        self._clock = clock
        self._linger_s = options.linger_s
        self._hot_s = options.hot_s
        self._hold_deleted_s = options.hold_deleted_s

    def tend(self) -> None:
        """Review what may be copies, try failed files again, drain those out of sight, forget what ended long ago."""
        self._succession.review()
        for harvester in list(self._lives.failing.values()):
            if harvester.is_in_sight and self._clock() >= harvester.retry_at:
                with suppress(FileReplacedError):  # the next snapshot tells by what
                    self._succession.retry(harvester)
        for harvester in list(self._lives.adrift.values()):
            if not harvester.is_open:
                if not self._rescue.search(harvester) and self._clock() - harvester.grew_at >= _MISSING_S:
                    self._rescue.supersede(harvester, "removed")
            elif self._grew(harvester):
                self._lives.wake(harvester)
            if not harvester.is_over and (self._is_quiet(harvester) or self._is_held_too_long(harvester)):
                self._lives.finish(harvester, "removed")
                if harvester.is_unlinked:
                    self._lives.disown(harvester)
        self._lives.forget_ended()

    def poll(self) -> bool:
        """Look at the files that grew lately; return whether one of them is not where it was."""
        has_moved = False
        for key, harvester in list(self._lives.hot.items()):
            if self._clock() - harvester.grew_at >= self._hot_s:
                del self._lives.hot[key]
            elif harvester.is_in_sight:
                has_moved |= self._look(harvester)
            elif harvester.is_open and self._grew(harvester):
                self._lives.wake(harvester)
        return has_moved

    def show_unfinished(self) -> None:
        """Let the unfinished lines be read that have waited long enough."""
        for key in self._lives.provisional.take_due(self._clock()):
            harvester = self._lives.by_key.get(key)
            if harvester is not None and not harvester.is_over and harvester.position.state != "skipped":
                harvester.owes_partial = True
                self._lives.offer(harvester)

    def _is_quiet(self, harvester: Harvester) -> bool:
        """Whether all of the file is read, and that long ago."""
        return harvester.position.key not in self._lives.turns and self._clock() - harvester.grew_at >= self._linger_s

    def _is_held_too_long(self, harvester: Harvester) -> bool:
        """Whether a deleted file has waited for its lines to be sent until its disk space is worth more."""
        return harvester.is_unlinked and self._clock() - harvester.lost_sight_at >= self._hold_deleted_s

    def _look(self, harvester: Harvester) -> bool:
        """Note if the file grew; return whether it is no longer at its path."""
        position = harvester.position
        try:
            file = file_facts(os.stat(position.path))
        except OSError:
            return True
        if file.identity != position.identity:
            return True
        if (file.size, file.mtime_ns) != (position.size, position.mtime_ns):
            self._lives.wake(harvester)
        return False

    def _grew(self, harvester: Harvester) -> bool:
        try:
            return harvester.grew()
        except OSError as error:
            self._lives.fail(harvester, error)
            return False
