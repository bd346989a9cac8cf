from pathlib import Path

import pytest

from streamer_agent.tail.siblings import Siblings


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    for name in ("a.log", "a.log.1", "a.log.2.gz"):
        (tmp_path / name).touch()
    (tmp_path / "below").mkdir()
    (tmp_path / "link.log").symlink_to("a.log")
    return tmp_path


def test_regular_uncompressed_files_are_listed(directory: Path) -> None:
    found = Siblings().of(str(directory / "gone.log"))
    assert sorted(path for path, _ in found) == [str(directory / "a.log"), str(directory / "a.log.1")]


def test_file_is_found_by_its_inode_under_another_name(directory: Path) -> None:
    inode = (directory / "a.log").stat().st_ino
    (directory / "a.log").rename(directory / "kept")
    assert Siblings().with_inode(str(directory / "a.log"), inode) == [str(directory / "kept")]


def test_directory_is_listed_once_until_the_listing_is_dropped(directory: Path) -> None:
    siblings = Siblings()
    before = len(siblings.of(str(directory / "x")))
    (directory / "new").touch()
    assert len(siblings.of(str(directory / "y"))) == before
    siblings.drop()
    assert len(siblings.of(str(directory / "y"))) == before + 1


def test_missing_directory_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Siblings().of(str(tmp_path / "no" / "file"))
