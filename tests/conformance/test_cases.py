"""The list of cases and the tests agree: each case has a test or a reason, never both."""

import ast

from tests.conformance.cases import NOT_BUILT, SUITES, load


def shown() -> set[str]:
    """The ids that stand in marks of the suite."""
    ids = set()
    for path in (path for suite in SUITES for path in suite.glob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in CASES:
                ids.add(node.value)
    return ids


CASES = load()


def test_the_list_is_whole() -> None:
    assert list(CASES) == [f"C{number:03}" for number in range(1, 296)]


def test_every_case_has_a_test_or_a_reason_and_never_both() -> None:
    assert shown() | set(NOT_BUILT) == set(CASES)
    assert shown() & set(NOT_BUILT) == set()
