"""The list of cases and the tests agree: no mark names a case that is not in the list."""

import ast
from collections.abc import Iterator

from tests.nasty.cases import ARGUED, SUITES, load


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


def test_no_case_is_both_shown_and_argued_away() -> None:
    assert not shown() & ARGUED.keys()
