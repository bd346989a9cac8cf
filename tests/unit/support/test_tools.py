from pathlib import Path

import pytest

from tests.support.tools import require, require_file


def test_tool_that_is_there_is_found() -> None:
    assert require("sh").endswith("/sh")


def test_missing_tool_skips_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no-such-tool is not installed; buy one"):
        require("no-such-tool", advice="buy one")


def test_missing_tool_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no-such-tool is not installed"):
        require("no-such-tool")


def test_missing_file_fails_and_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(pytest.fail.Exception, match="make setup builds it"):
        require_file(tmp_path / "index.html", "make setup builds it")
