"""The log files of a soak: lines at a steady pace, rotation every few seconds, and the truth about both.

Reads nothing back; `ledger` compares the truth with what a reader got.
"""

import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

LINE_BYTES = 120
KEPT = 5
"""Rotated files that stay, as with logrotate's `rotate 5`."""


def line(file: int, life: int, index: int) -> bytes:
    """A line that says where it belongs. The rest of it looks like an access log."""
    text = f'{file:02d} {life:05d} {index:08d} 10.0.0.17 "GET /items/{index % 97} HTTP/1.1" 200 '
    return text.encode().ljust(LINE_BYTES - 1, b".") + b"\n"


@dataclass(slots=True)
class RotatingFile:
    """One log file with its rotated predecessors."""

    number: int
    path: Path
    copies: bool
    """Whether it is rotated by copying and truncating, else by renaming."""
    lives: list[int] = field(default_factory=lambda: [0])
    """Lines written in each life of the file; the last one is under way."""
    begun_bytes: int = 0
    """How much of the line that comes next is in the file."""
    _file: BinaryIO | None = None

    def write(self, count: int, begin_bytes: int) -> None:
        """Append `count` lines, one at least, and the first `begin_bytes` of the next one, with one write."""
        life, first = len(self.lives) - 1, self.lives[-1]
        content = b"".join(line(self.number, life, first + index) for index in range(count + 1))
        self._write(content[self.begun_bytes : count * LINE_BYTES + begin_bytes])
        self.lives[-1] += count
        self.begun_bytes = begin_bytes

    def finish_line(self) -> None:
        """End the line that is in the file in part."""
        if self.begun_bytes:
            self.write(1, 0)

    def rotate(self) -> None:
        """End this life of the file and begin the next; the oldest rotated one goes."""
        self.finish_line()
        for number in range(KEPT, 1, -1):
            if (older := self._rotated(number - 1)).exists():
                older.replace(self._rotated(number))
        if self.copies:
            shutil.copyfile(self.path, self._rotated(1))
            os.truncate(self.path, 0)
        else:
            self.path.replace(self._rotated(1))
            self.close()
        self.lives.append(0)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _rotated(self, number: int) -> Path:
        return self.path.with_name(f"{self.path.name}.{number}")

    def _write(self, content: bytes) -> None:
        if self._file is None:
            self._file = self.path.open("ab", buffering=0)
        self._file.write(content)


def files(directory: Path, count: int) -> list[RotatingFile]:
    """`count` files, every fourth of which is rotated by copying."""
    return [RotatingFile(number, directory / f"app-{number:02d}.log", number % 4 == 3) for number in range(count)]


def written(files: Iterable[RotatingFile]) -> int:
    """Lines in all lives of all files."""
    return sum(sum(file.lives) for file in files)
