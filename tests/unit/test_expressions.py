"""No regular expression that meets what strangers send takes more time than in proportion to its length.

Every expression of the modules is given long texts that repeat what it looks for. There are no figures to miss: one
that takes time in the square of the length is not done with such a text when the suite's own limit for a test is over.
"""

import importlib
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SIZE = 400_000
MARKS = (*" \taZ1_-.:=/@,;'\"\\%{", "a.", "a=", "''")


Use = Callable[[str], object]


def uses() -> Iterator[tuple[str, tuple[re.Pattern[str], Use]]]:
    """Each expression with the method by which its module uses it."""
    for folder in ("common", "emulator"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            source, name = path.read_text("utf-8"), ".".join(path.relative_to(ROOT).with_suffix("").parts)
            if "re.compile" not in source:
                continue
            for attribute, value in vars(importlib.import_module(name)).items():
                if isinstance(value, re.Pattern):
                    is_whole = f"{attribute}.fullmatch(" in source
                    yield f"{name}.{attribute}", (value, value.fullmatch if is_whole else partial(value.sub, ""))


FOUND = dict(uses())


def test_there_are_expressions_to_try() -> None:
    assert {"common.logs._JWT", "emulator.inspection.masking._TOKEN", "emulator.metadata._KEY"} <= set(FOUND)


@pytest.mark.parametrize("name", FOUND)
def test_a_long_text_that_repeats_itself_is_done_with(name: str) -> None:
    expression, use = FOUND[name]
    words = sorted(set(re.findall(r"[A-Za-z]{3,}", expression.pattern)))
    for unit in (*words, *(f"{word}{mark}" for word in words for mark in "=: "), *MARKS):
        use(unit * (SIZE // len(unit)) + "\0")
    for mark in MARKS:
        for head in ("://", *(f"{word}=" for word in words[:2])):
            use(head + mark * (SIZE // len(mark)) + "\0")
