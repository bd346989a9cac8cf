"""Files that are copied and emptied over and over between two looks, followed by the whole tail, stepped by hand."""

import os
import shutil
from pathlib import Path

import pytest

from tests.unit.streamer_agent.tail.following import append, following


def copytruncate(log: Path) -> None:
    """What logrotate does with `copytruncate`."""
    for number in sorted((int(path.suffix[1:]) for path in log.parent.glob(f"{log.name}.*")), reverse=True):
        log.with_name(f"{log.name}.{number}").rename(log.with_name(f"{log.name}.{number + 1}"))
    shutil.copyfile(log, log.with_name(f"{log.name}.1"))
    os.truncate(log, 0)


@pytest.mark.parametrize("nuls", [b"", b"\0" * 100], ids=["empty", "a hole"])
async def test_every_copy_is_read_although_each_look_finds_the_file_empty(state: Path, log: Path, nuls: bytes) -> None:
    async with following(state, log) as follower:
        append(log, "one\n")
        await follower.look()
        for number in range(2, 9):
            append(log, f"{number}\n")
            copytruncate(log)
            append(log, nuls)
            if number % 2:
                await follower.tailer.scan()
        await follower.look()
        assert sorted(sum(follower.by_epoch(), [])) == ["2", "3", "4", "5", "6", "7", "8", "one"]
