import stat
from pathlib import Path

import pytest
from pydantic import ValidationError

from negotiate_service import publisher_key
from negotiate_service.errors import ConfigurationError
from tests.unit.negotiate_service.conftest import KEY, settings


def test_a_given_key_is_used_and_no_file_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert publisher_key.load(settings()) == (KEY, None)
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("from-a-file\n")
    assert publisher_key.load(settings(publisher_key=None, publisher_key_file=file)) == ("from-a-file", file)


def test_a_missing_file_is_made_for_its_owner_alone_and_kept(tmp_path: Path) -> None:
    file = tmp_path / "volume" / "key"
    made = publisher_key.load(settings(publisher_key=None, publisher_key_file=file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(made.secret) >= 32
    assert publisher_key.load(settings(publisher_key=None, publisher_key_file=file)) == made


def test_with_neither_a_key_is_made_under_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    made = publisher_key.load(settings(publisher_key=None))
    assert (tmp_path / ".tailcast" / "publisher-key").read_text().strip() == made.secret


def test_a_file_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match=r"file/key can neither be read nor made: Not a directory"):
        publisher_key.load(settings(publisher_key=None, publisher_key_file=tmp_path / "file" / "key"))


def test_an_empty_file_is_explained(tmp_path: Path) -> None:
    (tmp_path / "key").touch()
    with pytest.raises(ConfigurationError, match="is empty"):
        publisher_key.load(settings(publisher_key=None, publisher_key_file=tmp_path / "key"))


@pytest.mark.parametrize("key", ["with space", "schlüssel", "two\nlines", "tab\t"])
def test_a_key_that_no_header_can_carry_is_refused_unseen(key: str) -> None:
    with pytest.raises(ValidationError, match="printable ASCII") as caught:
        settings(publisher_key=key)
    assert key not in str(caught.value)


def test_a_key_file_that_no_header_can_carry_is_refused_unseen(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("with space")
    with pytest.raises(ConfigurationError, match="printable ASCII") as caught:
        publisher_key.load(settings(publisher_key=None, publisher_key_file=tmp_path / "key"))
    assert "with space" not in str(caught.value)


def test_the_key_is_in_no_repr() -> None:
    assert KEY not in repr(publisher_key.load(settings()))
