"""What happened in a run, told in order of time to whoever looks for the reason of a failure. Judges nothing."""

import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from tests.support.receiver import Gap, Line, Receiver

_LEFT_OUT = {"event", "level", "timestamp"}


class Story:
    """Notes of one run, each with its time by the clock that the agent's log has too."""

    def __init__(self, directory: str = "") -> None:
        """`directory` is left out of paths, to be shorter."""
        self._directory = directory
        self._notes: list[tuple[float, str, str]] = []

    def note(self, who: str, what: str) -> None:
        """Note that `what` happens now."""
        self._notes.append((time.time(), who, what))

    def told(self, output: str) -> str:
        """All notes and the lines of the agent's log, one per line of text, with seconds since the first note."""
        notes = sorted(self._notes + [_logged(line) for line in output.splitlines()], key=lambda note: note[0])
        began = notes[0][0] if notes else 0.0
        told = "\n".join(f"{max(0.0, at - began):8.3f}  {who:8}{what}" for at, who, what in notes)
        return told.replace(f"{self._directory}/", "") if self._directory else told


class NotedReceiver(Receiver):
    """A receiver whose story tells what came when."""

    def __init__(self, story: Story) -> None:
        super().__init__()
        self.returns: list[int] = []  # how many lines it had whenever the reader came back
        self.told: list[Gap] = []  # every gap that a status named
        self._story = story
        self._told: dict[tuple[str, int], str] = {}  # what was told last of each epoch; repeats are no news

    def receive(self, message: object, clock_ms: float = 0) -> list[Line]:
        """Take one message; return the lines that are new."""
        fresh = super().receive(message, clock_ms)
        if isinstance(message, dict) and message.get("kind") == "lines":
            self._story.note("reader", _came(message, fresh))
        elif isinstance(message, dict):
            self._note_states(message)
        return fresh

    def reconnected(self, clock_ms: float = 0) -> None:
        """The receiver has a new connection."""
        super().reconnected(clock_ms)
        self.returns.append(len(self.lines))
        self._story.note("reader", "is back")

    def _note_states(self, message: dict[str, Any]) -> None:
        for facts in message.get("sources", ()):
            lost = f", gaps {facts['gaps']}" if facts.get("gaps") else ""
            what = f"{facts['start']} to {facts['end']}: {facts['state']}{lost}"
            key = facts["source"], facts["epoch"]
            named = [
                Gap(message["agent"], *key, gap["from"], gap["to"], gap["reason"]) for gap in facts.get("gaps", ())
            ]
            self.told += [gap for gap in named if gap not in self.told]
            if self._told.get(key) != what:
                self._told[key] = what
                self._story.note("reader", f"is told of {key[0]}/{key[1]} {what}")


def _came(message: dict[str, Any], fresh: Sequence[Line]) -> str:
    end = message["offset"] + sum(message["lengths"])
    what = f"{message['source']}/{message['epoch']} {message['offset']} to {end}"
    if message.get("partial"):
        return f"gets an unfinished line of {what}"
    names = [line.text.split(" ")[0] for line in fresh]
    new = f"{names[0]} to {names[-1]}" if len(names) > 1 else "".join(names) or "nothing new"
    return f"gets {new} of {what}"


def _logged(line: str) -> tuple[float, str, str]:
    """A line of the agent's log; what is none, a traceback, comes last."""
    try:
        entry = json.loads(line)
        at = datetime.fromisoformat(entry["timestamp"]).replace(tzinfo=UTC).timestamp()
    except (ValueError, KeyError, TypeError):
        return float("inf"), "agent", line
    fields = " ".join(f"{name}={value}" for name, value in entry.items() if name not in _LEFT_OUT)
    return at, "agent", f"{entry['event']} {fields}"
