import errno
import os
from pathlib import Path

import pytest

from streamer_agent.block import EpochKey
from streamer_agent.tail.checkpoint import Position
from streamer_agent.tail.harvester import Harvester
from streamer_agent.tail.open_files import OpenFiles
from streamer_agent.tail.options import TailOptions
from tests.unit.streamer_agent.tail.following import following

OPTIONS = TailOptions(inputs=(), state_dir=Path("unused"))


@pytest.fixture
def harvesters(tmp_path: Path) -> list[Harvester]:
    made = []
    for number in range(4):
        path = tmp_path / f"{number}.log"
        path.write_text("one\n")
        harvester = Harvester(Position(EpochKey("s", number), str(path), end=4), str(path), OPTIONS)
        harvester.is_in_sight = True
        made.append(harvester)
    return made


def open_all(files: OpenFiles, harvesters: list[Harvester]) -> list[bool]:
    for harvester in harvesters:
        files.open(harvester, harvester.position.path)
    return [harvester.is_open for harvester in harvesters]


def test_file_used_the_longest_ago_is_closed(harvesters: list[Harvester]) -> None:
    files = OpenFiles(limit=2)
    assert open_all(files, harvesters[:3]) == [False, True, True]
    files.used(harvesters[1])
    assert open_all(files, harvesters[3:]) == [True]
    assert [harvester.is_open for harvester in harvesters] == [False, True, False, True]
    files.close_all()


def test_file_with_unread_bytes_is_closed_last(harvesters: list[Harvester]) -> None:
    files = OpenFiles(limit=2)
    unread = harvesters[0]
    unread.position.end = 0
    fresh = Harvester(unread.position, unread.source_path, OPTIONS)
    fresh.is_in_sight = True
    assert open_all(files, [fresh, *harvesters[1:3]]) == [True, False, True]
    files.close_all()


def test_file_out_of_sight_stays_open_beyond_the_limit(harvesters: list[Harvester]) -> None:
    files = OpenFiles(limit=1)
    harvesters[0].is_in_sight = False
    assert open_all(files, harvesters[:3]) == [True, False, True]
    files.close_all()


def test_limit_follows_what_the_system_gives(harvesters: list[Harvester], monkeypatch: pytest.MonkeyPatch) -> None:
    files, real, open_now = OpenFiles(limit=100), os.open, [0]

    def scarce(path: str, flags: int) -> int:
        if sum(harvester.is_open for harvester in harvesters) >= 2:
            raise OSError(errno.EMFILE, "Too many open files")
        open_now[0] += 1
        return real(path, flags)

    monkeypatch.setattr(os, "open", scarce)
    assert open_all(files, harvesters) == [False, False, False, True]
    assert open_now == [4]
    files.close_all()


async def test_lines_longer_than_a_read_get_through_while_files_take_turns_at_being_open(tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    async with following(tmp_path / "state", logs, max_open_files=1) as follower:
        for name in ("a", "b"):
            (logs / f"{name}.log").write_text(name * 20_000 + "\n")
        assert sorted(await follower.look(max_bytes=1024)) == ["a" * 20_000, "b" * 20_000]
