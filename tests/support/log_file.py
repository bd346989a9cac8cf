"""Write log files the way programs and logrotate do; numbered lines, so that a loss or a repeat shows."""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path


def numbered(first: int, last: int, name: str = "line", width: int = 0) -> list[str]:
    """Texts "line 000001 …" for `first` up to and with `last`, padded to `width` characters."""
    return [f"{name} {number:06d}".ljust(width, ".") for number in range(first, last + 1)]


class LogFile:
    """One log file that is appended to. The file is opened for each call, as a shell's `>>` does."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.written: list[str] = []  # every line ever written, through all rotations

    def append(self, lines: Iterable[str]) -> None:
        """Append whole lines in one write."""
        lines = list(lines)
        self.append_bytes("".join(line + "\n" for line in lines).encode())
        self.written += lines

    def append_bytes(self, data: bytes) -> None:
        with self.path.open("ab") as file:
            file.write(data)

    def rename_rotate(self, suffix: str = ".1") -> Path:
        """logrotate's default: rename, and leave a new empty file."""
        rotated = self.path.with_name(self.path.name + suffix)
        self.path.rename(rotated)
        self.path.touch()
        return rotated

    def copy_truncate(self, suffix: str = ".1") -> None:
        """logrotate's copytruncate: copy, then cut the same file to nothing."""
        shutil.copy(self.path, self.path.with_name(self.path.name + suffix))
        os.truncate(self.path, 0)

    def recreate(self) -> None:
        """Delete the file and make a new one at the same path."""
        self.path.unlink()
        self.path.touch()
