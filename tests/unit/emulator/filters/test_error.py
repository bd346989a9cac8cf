"""How a refusal reads, and what REST makes of it."""

from emulator.errors import RefusedError
from emulator.filters.error import MAX_QUOTED_CHARACTERS, FilterError


def test_a_refused_filter_is_a_bad_request_for_the_parameter() -> None:
    error = FilterError("a b", "Syntax error.")
    assert isinstance(error, RefusedError)
    assert (error.status, error.code, error.target) == (400, "Error.BadRequest", "filter")
    assert error.message == str(error) == "Invalid syntax for 'a b': Syntax error. (Parameter 'filter')"


def test_a_long_filter_is_repeated_in_part() -> None:
    assert f"'{'a' * MAX_QUOTED_CHARACTERS}…':" in str(FilterError("a" * 100_000, "Syntax error."))
    assert f"'{'a' * MAX_QUOTED_CHARACTERS}':" in str(FilterError("a" * MAX_QUOTED_CHARACTERS, "Syntax error."))
