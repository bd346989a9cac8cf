"""Where the files of a tail that is stepped by hand lie."""

from pathlib import Path

import pytest


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    path = tmp_path / "logs"
    path.mkdir()
    return path


@pytest.fixture
def log(logs: Path) -> Path:
    path = logs / "app.log"
    path.write_text("old 1\nold 2\n")
    return path
