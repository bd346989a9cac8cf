"""The parameters of a query."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.errors import RefusedError
from emulator.rest.query import MAX_INTEGER, Query


def test_names_are_found_in_any_case_and_values_kept_in_order() -> None:
    query = Query([("Excluded", "a"), ("filter", "f"), ("EXCLUDED", "b,c"), ("excluded", "")])
    assert query.all("excluded") == ["a", "b,c", ""]
    assert query.one("Filter") == "f"


def test_what_is_not_given_is_none() -> None:
    query = Query([])
    assert (query.all("x"), query.one("x"), query.number("x", 0)) == ([], None, None)


def test_a_parameter_for_one_value_may_not_come_twice() -> None:
    with pytest.raises(RefusedError, match="filter is given 2 times") as caught:
        Query([("filter", "a"), ("Filter", "a")]).one("filter")
    assert (caught.value.status, caught.value.target) == (400, "filter")


@pytest.mark.parametrize(("value", "number"), [("0", 0), ("300", 300), ("007", 7)])
def test_a_number_is_one_within_its_bounds(value: str, number: int) -> None:
    assert Query([("n", value)]).number("n", 0, 300) == number


@pytest.mark.parametrize("value", ["", " ", "-1", "+1", "301", "1.0", "1e2", "x", "٣", "²", "1_0", "9" * 5000])
def test_anything_else_is_no_number(value: str) -> None:
    with pytest.raises(RefusedError, match="expected 0 to 300") as caught:
        Query([("n", value)]).number("n", 0, 300)
    assert (caught.value.status, caught.value.target) == (400, "n")


def test_without_a_bound_of_its_own_a_number_has_32_bits() -> None:
    assert Query([("n", str(MAX_INTEGER))]).number("n", 1) == MAX_INTEGER
    with pytest.raises(RefusedError, match="expected 1 or more"):
        Query([("n", str(MAX_INTEGER + 1))]).number("n", 1)


@given(st.text())
def test_any_text_is_a_number_or_refused(text: str) -> None:
    with suppress(RefusedError):
        assert Query([("n", text)]).number("n", 1, 200) == int(text)
