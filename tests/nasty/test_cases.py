"""The list of cases and the tests agree: no mark names a case that is not in the list."""

import ast
import re
from collections.abc import Iterator

from tests.nasty import page
from tests.nasty.cases import ARGUED, SUITES, load
from tests.support.processes import ROOT


def shown() -> set[str]:
    """The ids in the marks of all suites."""
    return {id_ for suite in SUITES for path in suite.rglob("test_*.py") for id_ in _marks(path.read_text("utf-8"))}


def _marks(program: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(program)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "case":
            yield from (argument.value for argument in node.args if isinstance(argument, ast.Constant))


def test_the_list_is_whole() -> None:
    assert list(load()) == [f"T{n}" for n in range(1, 50)] + [f"W{n}" for n in range(1, 14)] + [
        f"V{n}" for n in range(1, 30)
    ]


def test_marks_name_cases_of_the_list() -> None:
    assert shown() | ARGUED.keys() <= load().keys()


def test_every_case_of_the_tail_has_a_test_or_an_argument() -> None:
    assert {id_ for id_ in load() if id_.startswith("T")} <= shown() | ARGUED.keys()


def test_titles_of_the_pages_tests_name_cases_of_the_list() -> None:
    programs = [path.read_text("utf-8") for path in (ROOT / "viewer" / "tests").rglob("*.test.ts")]
    quoted = [text for program in programs for text in re.findall(r"'([TVW]\d[^'\n]*)'", program)]
    named = {id_ for title in quoted for id_ in page.ids(title)}
    assert "V29" in named
    assert named <= load().keys()


def test_a_title_may_name_several_cases() -> None:
    assert page.ids("V15, V24: without storage") == ["V15", "V24"]
    assert page.ids("W4: a burst") == ["W4"]
    assert page.ids("a V4: in the middle") == []


def test_no_case_is_both_shown_and_argued_away() -> None:
    assert not shown() & ARGUED.keys()
