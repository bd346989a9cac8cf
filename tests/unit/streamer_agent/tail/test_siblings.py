from pathlib import Path

import pytest

from streamer_agent.tail.scanner import file_facts
from streamer_agent.tail.siblings import Siblings


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    for name in ("a.log", "a.log.1", "a.log.2.gz", "b-20261123.log"):
        (tmp_path / name).touch()
    (tmp_path / "below").mkdir()
    (tmp_path / "link.log").symlink_to("a.log")
    return tmp_path


def test_regular_uncompressed_files_are_found_by_where_they_came_from(directory: Path) -> None:
    siblings = Siblings()
    (directory / "a.log.2").mkdir()
    (directory / "a.log.3").symlink_to("a.log")
    for origin, rotated in (("a.log", "a.log.1"), ("b.log", "b-20261123.log")):
        found = siblings.rotated_from(str(directory / origin))
        assert [path for path, _ in found] == [str(directory / rotated)]
    assert siblings.rotated_from(str(directory / "c.log")) == []


def test_file_is_found_by_its_inode_under_another_name(directory: Path) -> None:
    inode = (directory / "a.log").stat().st_ino
    (directory / "a.log").rename(directory / "kept")
    assert Siblings().with_inode(str(directory / "a.log"), inode) == [str(directory / "kept")]


def test_file_is_found_by_its_identity(directory: Path) -> None:
    path = directory / "a.log"
    file = file_facts(path.stat())
    assert Siblings().with_identity(str(path), file.identity) == (str(path), file)
    assert Siblings().with_identity(str(path), None) is None


def test_directory_is_listed_once_until_the_listing_is_dropped(directory: Path) -> None:
    siblings = Siblings()
    log = str(directory / "a.log")
    assert len(siblings.rotated_from(log)) == 1
    (directory / "a.log.3").touch()
    assert len(siblings.rotated_from(log)) == 1
    siblings.drop()
    assert len(siblings.rotated_from(log)) == 2


def test_missing_directory_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Siblings().rotated_from(str(tmp_path / "no" / "file"))
