"""The support matrix says what the tests show."""

from collections import Counter

from tests.conformance.cases import load
from tests.conformance.matrix import BEGIN, END, README, features, placed, promised, table


def test_every_case_stands_in_exactly_one_row() -> None:
    assert Counter(id_ for row in features() for id_ in row.cases) == Counter(list(load()))


def test_rows_of_a_part_stand_together() -> None:
    parts = [row.part for row in features()]
    assert parts == sorted(parts, key=parts.index)


def test_the_readme_shows_what_holds_while_no_test_fails() -> None:
    readme = README.read_text("utf-8")
    assert readme == placed(readme, table(promised())), "run: python -m tests.conformance --write"


def test_a_case_that_fails_is_missing_from_its_row_and_named() -> None:
    met = promised() | {"C271": False}
    assert "| Invocations (preview) | 2 of 3 |" in table(met)
    assert "C271 (its tests fail)" in table(met)


def test_only_what_stands_between_the_marks_is_replaced() -> None:
    assert placed(f"a\n{BEGIN}old\n{END}b\n", "new\n") == f"a\n{BEGIN}\nnew\n\n{END}b\n"
