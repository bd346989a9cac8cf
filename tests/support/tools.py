"""Programs that some tests need and not every machine has."""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest


def require(name: str, where: str | None = None, advice: str = "") -> str:
    """Path of the program `name`; without it the test is skipped with the reason, and fails where CI=true.

    Args:
        where: its path, if it must be exactly there.
        advice: how to get it.
    """
    path = shutil.which(where or name)
    if path is None:
        lacking(f"{name} is not installed" + (f" at {where}" if where else "") + (f"; {advice}" if advice else ""))
    return path


def require_file(path: Path, advice: str) -> Path:
    """`path`, which the set-up should have made; without it the test fails."""
    if not path.exists():
        pytest.fail(f"{path} does not exist; {advice}", pytrace=False)
    return path


def lacking(reason: str) -> NoReturn:
    """Skip the test with `reason`, or fail it where CI=true: there nothing may be skipped unnoticed."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason} (CI=true: not skipped)", pytrace=False)
    pytest.skip(reason)
