"""The check of types, which looks at the whole filter, and the words in which it refuses."""

import pytest

from tests.unit.emulator.filters.doubles import refusal


@pytest.mark.parametrize(
    ("text", "where", "problem"),
    [
        ("( not 'a' )", "not 'a'", "Type 'string', expect 'bool'."),
        ("not length(userId) gt 5", "not length(userId)", "Type 'null', expect 'bool'."),
        ("not length(connectionId) gt 5", "not length(connectionId)", "Type 'int', expect 'bool'."),
        ("not concat(userId, 'x')", "not concat(userId, 'x')", "Type 'string', expect 'bool'."),
        ("not concat(userId, null)", "not concat(userId, null)", "Type 'null', expect 'bool'."),
        ("userId lt 1", "userId lt 1", "Type 'string', expect 'int'."),
        ("1 gt connectionId", "1 gt connectionId", "Type 'string', expect 'int'."),
        ("tolower(userId) gt 1", "tolower(userId) gt 1", "Type 'string', expect 'int'."),
        ("groups ge 1", "groups ge 1", "Type 'collection', expect 'int'."),
        ("null and true", "null and true", "Type 'null', expect 'bool'."),
        ("userId", "userId", "Type 'string', expect 'bool'."),
        (" ( null ) ", "null", "Type 'null', expect 'bool'."),
        ("length(1) eq 1", "length(1)", "Type 'int', expect 'string'."),
        ("contains(null, 1)", "contains(null, 1)", "Type 'int', expect 'string'."),
        ("concat(groups, 'a') eq 'a'", "concat(groups, 'a')", "Type 'collection', expect 'string'."),
        ("substring(userId, null) eq 'a'", "substring(userId, null)", "Type 'null', expect 'int'."),
        ("substring('a', length(userId)) eq 'a'", "substring('a', length(userId))", "Type 'null', expect 'int'."),
        ("'a' in userId", "'a' in userId", "Type 'string', expect 'collection'."),
        ("'a' in ('b', groups)", "('b', groups)", "Type 'collection', expect 'string'."),
    ],
)
def test_a_wrong_type_is_refused_with_the_part_it_is_in(text: str, where: str, problem: str) -> None:
    assert refusal(text) == f"Invalid syntax for '{where}': {problem} (Parameter 'filter')"


@pytest.mark.parametrize(
    ("text", "where", "token"),
    [
        ("ab eq 1", "ab eq 1", "ab"),
        ("not ab and true", "not ab and true", "ab"),
        ("not ab", "not ab", "ab"),
        ("userId in (ab)", "userId in (ab)", "ab"),
        ("userId eq 1.5", "userId eq 1.5", "1.5"),
        ("2147483648 gt 1", "2147483648 gt 1", "2147483648"),
        ("invalid(ab,c)", "invalid(ab,c)", "invalid(ab,c)"),
        ("true or LENGTH(userId) gt 1", "LENGTH(userId)", "LENGTH(userId)"),
        ("tolower(ab) eq 'a'", "tolower(ab)", "ab"),
    ],
)
def test_what_is_not_known_is_refused_with_what_is_around_it(text: str, where: str, token: str) -> None:
    assert refusal(text) == f"Invalid syntax for '{where}': Token '{token}' is not supported. (Parameter 'filter')"


@pytest.mark.parametrize("call", ["length()", "tolower('a', 'b')", "contains('a')", "substring('a')", "concat(1,2,3)"])
def test_a_wrong_number_of_arguments_is_refused(call: str) -> None:
    assert refusal(f"{call} eq 1") == f"Invalid syntax for '{call}': Invalid token '{call}'. (Parameter 'filter')"


@pytest.mark.parametrize("text", ["true or (userId gt 1)", "false and ab", "true or 'a'", "false and not 1"])
def test_the_part_that_would_not_matter_is_checked_too(text: str) -> None:
    assert refusal(text)


@pytest.mark.parametrize("text", ["ab eq", "1 and (", "invalid(ab"])
def test_syntax_comes_before_types(text: str) -> None:
    assert "expected at position" in refusal(text)
