"""Log files that are written to, rotated and destroyed in every way, with the truth about each line ever written.

Reads nothing back; `judge` compares the truth with what a reader got.
"""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import BinaryIO, NamedTuple


class Written(NamedTuple):
    """One whole line of a file."""

    offset: int
    length: int
    text: str


@dataclass(eq=False)
class Life:
    """What was written from one beginning of a file to its end."""

    file: int
    number: int
    lines: list[Written] = field(default_factory=list)
    size: int = 0
    """Bytes of whole lines."""
    unfinished: str = ""
    """What stands behind the last whole line; after the end of the life, for ever."""
    is_destroyed: bool = False
    """Whether its bytes were taken away, so that what was not read by then may be missing."""
    has_late_lines: bool = False
    """Whether lines were added after the next life had begun."""

    @property
    def name(self) -> str:
        """For people."""
        return f"file {self.file} life {self.number}"


class RotatedLog:
    """One log file with its predecessors, app-N.log, app-N.log.1 and so on, none of which is ever removed unasked."""

    def __init__(
        self, directory: Path, number: int, random: Random, note: Callable[[str], None] = lambda _what: None
    ) -> None:
        """`note` hears of everything that happens to the files."""
        self.number = number
        self.path = directory / f"app-{number}.log"
        self.lives: list[Life] = []
        self._random = random
        self._note = note
        self._file: BinaryIO | None = None
        self._late: BinaryIO | None = None
        self._late_life: Life | None = None
        self._places: list[list[Life]] = []  # whose bytes are in app-N.log.1, .2 and so on; none in a file that is gone

    @property
    def life(self) -> Life | None:
        """The one that is written to, if there is one."""
        return self.lives[-1] if self._file is not None else None

    def write(self, count: int) -> None:
        """Append `count` whole lines with one write; the file is made if it is not there."""
        life = self._opened()
        assert self._file is not None
        self._file.write(b"".join(self._finished(life) for _ in range(count)))
        self._note(f"{life.name} has {len(life.lines)} lines, {life.size} bytes")

    def begin_line(self) -> None:
        """Append the first part of a line."""
        life = self._opened()
        assert self._file is not None
        if not life.unfinished:
            life.unfinished = self._text(life)
            self._file.write(life.unfinished.encode())
            self._note(f"{life.name} has an unfinished line at {life.size}")

    def finish_line(self) -> None:
        """End the line that is in the file in part."""
        if self.life is not None and self.life.unfinished:
            self.write(1)

    def rename(self) -> None:
        """Rotate by renaming. The next write makes the new file."""
        if self.life is None:
            return
        self.finish_line()
        life = self.life
        self._shift([life])
        self.path.replace(self._place(1))
        self._note(f"{life.name} was renamed to {self._place(1).name}")
        self._close_late()
        self._late, self._late_life, self._file = self._file, life, None

    def write_late(self, count: int) -> None:
        """Append to the file that was renamed last, as a program does that did not notice yet."""
        if self._late is not None and self._late_life is not None:
            life = self._late_life
            life.has_late_lines |= life is not self.lives[-1]
            self._late.write(b"".join(self._finished(life) for _ in range(count)))
            self._note(f"{life.name}, which was renamed, has {len(life.lines)} lines, {life.size} bytes")

    def copytruncate(self) -> None:
        """Rotate by copying, with nothing written between the copy and the truncation."""
        if self.life is None or self._file is None:
            return
        self.finish_line()
        self._shift([self.life])
        shutil.copyfile(self.path, self._place(1))
        os.ftruncate(self._file.fileno(), 0)
        self._note(f"{self.life.name} was copied to {self._place(1).name}, and its file emptied")
        self._begin_life()

    def truncate(self) -> None:
        """Empty the file; what was in it is gone."""
        if self.life is not None and self._file is not None:
            self.life.is_destroyed = True
            os.ftruncate(self._file.fileno(), 0)
            self._note(f"{self.life.name} was destroyed: its file was emptied")
            self._begin_life()

    def delete(self) -> None:
        """Remove the file, and end its life."""
        if self.life is not None and self._file is not None:
            self.life.is_destroyed = True
            self.path.unlink()
            self._note(f"{self.life.name} was destroyed: its file was removed")
            self._file.close()
            self._file = None

    def delete_rotated(self, keep: int) -> None:
        """Remove all rotated files but the `keep` youngest."""
        for index, lives in enumerate(self._places):
            if index >= keep and lives:
                self._place(index + 1).unlink()
                self._note(f"{self._place(index + 1).name} was removed")
                for life in lives:
                    life.is_destroyed = True
                lives.clear()
                if self._late_life is not None and self._late_life.is_destroyed:
                    self._close_late()

    def close(self) -> None:
        """Close what is open."""
        self._close_late()
        if self._file is not None:
            self._file.close()
            self._file = None

    def _opened(self) -> Life:
        if self._file is None:
            self._file = self.path.open("ab", buffering=0)
            self._begin_life()
        return self.lives[-1]

    def _begin_life(self) -> None:
        self.lives.append(Life(self.number, len(self.lives)))

    def _finished(self, life: Life) -> bytes:
        """Return what is missing of the next line, and count it as written."""
        begun = life.unfinished
        text, end = begun or self._text(life), self._random.choice(("\n", "\n", "\r\n"))
        line = f"{text}{end}".encode()
        life.lines.append(Written(life.size, len(line), text))
        life.size += len(line)
        life.unfinished = ""
        return line[len(begun.encode()) :]

    def _text(self, life: Life) -> str:
        """A text that no other line has, of any length."""
        filler = self._random.choice(("x", "é", "日本")) * self._random.choice((0, 1, 10, 50, 50, 1500))
        return f"{self.number}.{life.number}.{len(life.lines)} {filler}"

    def _shift(self, lives: list[Life]) -> None:
        for index in range(len(self._places), 0, -1):
            if self._places[index - 1]:
                self._place(index).replace(self._place(index + 1))
        self._places.insert(0, lives)

    def _place(self, number: int) -> Path:
        return self.path.with_name(f"{self.path.name}.{number}")

    def _close_late(self) -> None:
        if self._late is not None:
            self._late.close()
        self._late = self._late_life = None
