"""Writes the demo log as programs write theirs: appending, and rotated by renaming when a file has grown.

What the lines say is `demo_script`.
"""

import asyncio
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import structlog

from all_in_one.demo_script import Lines, Step
from all_in_one.errors import ConfigurationError

ROTATE_BYTES = 256 * 1024
"""A file of this size is renamed to FILE.1, in place of the one before; some ten minutes of access.log."""


log = structlog.stdlib.get_logger("all_in_one")


class DemoLog:
    """The log files of one directory; two generations of each, so they stay small."""

    def __init__(self, directory: Path) -> None:
        """Make the directory.

        Raises:
            ConfigurationError: that is not possible.
        """
        self._directory = directory
        try:
            directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigurationError(
                f"the demo log cannot be written to {directory}: {error.strerror}; start where you may write, or give "
                "the logs to tail: make run LOGS=/var/log"
            ) from error

    @property
    def glob(self) -> str:
        """What to tail: the files that are written, without the rotated ones."""
        return str(self._directory / "*.log")

    async def play(self, steps: Iterable[Step]) -> None:
        """Write each step when its time has come, until the disk does not take any more."""
        for step in steps:
            await asyncio.sleep(step.pause_s)
            try:
                self.append(step.lines(datetime.now().astimezone()))
            except OSError as error:
                log.warning("demo_log_stopped", directory=str(self._directory), reason=error.strerror)
                return

    def append(self, lines: Lines) -> None:
        """Append to each file, and rotate what has grown large."""
        for name, texts in lines.items():
            path = self._directory / name
            with path.open("a", encoding="utf-8") as file:
                file.writelines(f"{text}\n" for text in texts)
                size = file.tell()
            if size >= ROTATE_BYTES:
                path.replace(path.with_name(f"{name}.1"))
