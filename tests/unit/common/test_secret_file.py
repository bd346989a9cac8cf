import os
import subprocess
import sys
from pathlib import Path

import pytest

from common import secret_file


def test_secret_is_made_once_and_then_kept(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "key"
    made = secret_file.read_or_create(path)
    assert secret_file.read_or_create(path) == made == path.read_text().strip()


def test_made_secret_has_256_bits_and_is_different_each_time(tmp_path: Path) -> None:
    one, two = secret_file.read_or_create(tmp_path / "one"), secret_file.read_or_create(tmp_path / "two")
    assert one != two
    assert len(one) >= 43  # 32 bytes in URL-safe Base64


def test_made_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "key"
    before = os.umask(0)
    try:
        secret_file.read_or_create(path)
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600


def test_no_draft_is_left_behind(tmp_path: Path) -> None:
    secret_file.read_or_create(tmp_path / "key")
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_no_draft_is_left_behind_when_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        secret_file.read_or_create(tmp_path / "key")
    assert list(tmp_path.iterdir()) == []


def test_given_secret_is_read_without_its_line_end(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("  hush \n")
    assert secret_file.read_or_create(tmp_path / "key") == "hush"


@pytest.mark.parametrize("content", [b"", b" \n", b"\xff\xfe"])
def test_file_without_a_secret_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(content)
    with pytest.raises(ValueError, match="Delete it to have a new one made"):
        secret_file.read_or_create(tmp_path / "key")


def test_place_that_cannot_be_written_is_an_os_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="Not a directory"):
        secret_file.read_or_create(tmp_path / "file" / "key")


def test_processes_that_start_at_once_agree(tmp_path: Path) -> None:
    program = "import sys; from pathlib import Path; from common import secret_file; sys.stdin.read(1);"
    program += "print(secret_file.read_or_create(Path(sys.argv[1])))"
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path / "key")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[3],
        )
        for _ in range(4)
    ]
    secrets = [racer.communicate("\n")[0] for racer in racers]
    assert len(set(secrets)) == 1
    assert secrets[0].strip()
