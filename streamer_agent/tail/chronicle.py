"""Tells what becomes of each life: as news for status messages, and to the log. Decides nothing."""

from collections.abc import Callable
from typing import Literal

from streamer_agent.tail.facts import Notice, Notify, State, label
from streamer_agent.tail.life import Life

_LEVELS: dict[State, Literal["info", "warning"]] = {"unreadable": "warning"}
_EVENTS: dict[State, str] = {
    "tailing": "file_readable",
    "waiting": "file_missing",
    "unreadable": "file_unreadable",
    "skipped": "file_skipped",
    "ended": "file_ended",
}


class Chronicle:
    """Every change of a state goes through here once, is counted as news and told to the log."""

    def __init__(self, notify: Notify, news: Callable[[], None]) -> None:
        """`notify` gets facts to log; `news` is called whenever the facts of a life changed."""
        self.revision = 0
        """Counts up whenever the facts of some source became news."""
        self._notify = notify
        self._news = news

    def mark(self, life: Life) -> None:
        """Count the facts of a life as news."""
        self.revision += 1
        life.revision = self.revision
        self._news()

    def state(self, life: Life, state: State, detail: str) -> bool:
        """Note a state; return whether it is another than before."""
        position = life.position
        if (position.state, position.detail) == (state, detail):
            return False
        position.state, position.detail = state, detail
        self.mark(life)
        self._tell(_EVENTS[state], _LEVELS.get(state, "info"), life, detail=detail)
        return True

    def note(self, event: str, life: Life, **fields: object) -> None:
        """Tell the log what became of a file."""
        self._tell(event, "info", life, **fields)

    def lost(self, life: Life, count: int, why: str) -> None:
        """Note that bytes will never come; `count` are known, others may be."""
        self.mark(life)
        if count:
            self._tell("bytes_lost", "warning", life, reason=why, bytes=count)

    def left_out(self, life: Life, why: str) -> None:
        """Tell the log that bytes of a life begin to be left out."""
        self._tell("lines_left_out", "warning", life, reason=why, detail="receivers are told which bytes")

    def _tell(self, event: str, level: Literal["info", "warning"], life: Life, **fields: object) -> None:
        position = life.position
        told = {"path": label(position.path), "source": position.key.source, "epoch": position.key.epoch, **fields}
        self._notify(Notice(event, level, {name: value for name, value in told.items() if value != ""}))
