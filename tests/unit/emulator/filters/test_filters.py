"""Filters as the REST operations use them: conformance cases, documented examples, and whatever else may arrive."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from emulator import filters
from emulator.filters import FilterError
from tests.unit.emulator.filters.doubles import Someone, passes, refusal

PEOPLE = [
    Someone(),
    Someone("alice", frozenset(["g"]), "c1", "json.webpubsub.azure.v1"),
    Someone("it's", frozenset(["g", "h", ""]), "", "protobuf.webpubsub.azure.v1"),
    Someone("", frozenset(["😀"]), "😀"),
]


def test_c178_a_user_is_named() -> None:
    assert [passes("userId eq 'alice'", someone) for someone in PEOPLE] == [False, True, False, False]


def test_c179_named_members_of_a_group() -> None:
    assert [passes("'g' in groups and userId ne null", someone) for someone in PEOPLE] == [False, True, True, False]


def test_c180_the_text_for_no_filter_at_all_is_pinned() -> None:
    assert refusal("invalid filter") == (
        "Invalid syntax for 'invalid filter': Syntax error at position 14 in 'invalid filter'. (Parameter 'filter')"
    )


def test_c181_the_text_for_a_wrong_operand_of_not_is_pinned() -> None:
    assert refusal("not length(userId) gt 5") == (
        "Invalid syntax for 'not length(userId)': Type 'null', expect 'bool'. (Parameter 'filter')"
    )


def test_c182_a_doubled_quote_is_one() -> None:
    assert [passes("userId eq 'it''s'", someone) for someone in PEOPLE] == [False, False, True, False]


def test_everyone_passes_an_empty_filter_but_white_space_is_none() -> None:
    assert all(passes("", someone) for someone in PEOPLE)
    assert refusal(" ")


@pytest.mark.parametrize(
    "text",
    [
        "'group1' in groups or 'group2' in groups or 'group3' in groups",
        "userId in ('user1', 'user2', 'user3') and 'group1' in groups",
        "userId eq 'user1' and connectionId ne '123'",
        "userId eq 'user1' and (not ('group1' in groups))",
        "userId eq 'user''1'",
        "userId eq 'user1' or (not (startswith(userId,'user2')))",
        "length(userId) gt 0 and length(userId) lt 3 or length(userId) gt 7 and length(userId) lt 10",
        "not endswith(userId, 'milk')",
        "indexof(userId,'-ab-') ge 0",
    ],
)
def test_the_examples_of_the_documentation_are_taken(text: str) -> None:
    assert {passes(text, someone) for someone in PEOPLE} <= {True, False}


WORDS = """userId connectionId groups protocol GROUPS ab 'a' 'it''s' '' 'g' 0 1 -1 5 1.5 3000000000 true false null
( ) , and or not eq ne gt ge lt le in in( length( tolower( concat( contains( indexof( substring( f( ' # ;"""
SOUP = st.lists(st.sampled_from(WORDS.split()), max_size=30).map(" ".join)


@settings(max_examples=500)
@given(SOUP | st.text(max_size=50))
def test_whatever_arrives_is_a_filter_or_refused(text: str) -> None:
    try:
        parsed = filters.parse(text)
    except FilterError:
        return
    assert {parsed.matches(someone) for someone in PEOPLE} <= {True, False}


@pytest.mark.parametrize(
    "text", ["(", "not ", "'", "''", "a and ", "f(", "a in (", "1,", "-", "1 eq ", "in ", "a eq b or ", "\u3000", ")"]
)
def test_repetition_without_end_is_refused(text: str) -> None:
    assert refusal(text * 30_000 + "#")


class Written(NamedTuple):
    """An expression, and what it is worth for someone: computed here a second time, by Python's own rules."""

    text: str
    worth: Callable[[Someone], object]


def literal(value: str) -> Written:
    return Written("'{}'".format(value.replace("'", "''")), lambda _: value)


def both(operator: str, decide: Callable[[bool, bool], bool]) -> Callable[[Written, Written], Written]:
    return lambda a, b: Written(
        f"({a.text}) {operator} ({b.text})", lambda s: decide(bool(a.worth(s)), bool(b.worth(s)))
    )


def a_test(name: str, decide: Callable[[str, str], object]) -> Callable[[Written, Written], Written]:
    def written(a: Written, b: Written) -> Written:
        def worth(someone: Someone) -> object:
            first, second = a.worth(someone), b.worth(someone)
            return isinstance(first, str) and isinstance(second, str) and decide(first, second)

        return Written(f"{name}({a.text},{b.text})", worth)

    return written


def order(operator: str, decide: Callable[[int, int], bool]) -> Callable[[Written, int], Written]:
    def written(a: Written, limit: int) -> Written:
        def worth(someone: Someone) -> object:
            text = a.worth(someone)
            return isinstance(text, str) and decide(len(text), limit)

        return Written(f"length({a.text}) {operator} {limit}", worth)

    return written


TEXTS = st.one_of(
    st.just(Written("userId", lambda s: s.user_id)),
    st.just(Written("connectionId", lambda s: s.connection_id)),
    st.just(Written("protocol", lambda s: s.protocol)),
    st.sampled_from(["", "a", "alice", "it's", "g", "😀"]).map(literal),
)
ORDERS: Mapping[str, Callable[[int, int], bool]] = {
    "gt": int.__gt__,
    "ge": int.__ge__,
    "lt": int.__lt__,
    "le": int.__le__,
}
TESTS = st.one_of(
    st.builds(lambda a, b: Written(f"{a.text} eq {b.text}", lambda s: a.worth(s) == b.worth(s)), TEXTS, TEXTS),
    st.builds(lambda a, b: Written(f"{a.text} ne {b.text}", lambda s: a.worth(s) != b.worth(s)), TEXTS, TEXTS),
    st.builds(lambda a: Written(f"{a.text} in groups", lambda s: a.worth(s) in s.groups), TEXTS),
    st.builds(a_test("contains", lambda a, b: b in a), TEXTS, TEXTS),
    st.builds(a_test("startswith", str.startswith), TEXTS, TEXTS),
    st.builds(a_test("endswith", str.endswith), TEXTS, TEXTS),
    *(st.builds(order(name, decide), TEXTS, st.integers(-1, 6)) for name, decide in ORDERS.items()),
)
BOOLEANS = st.recursive(
    TESTS,
    lambda inner: st.one_of(
        st.builds(both("and", lambda a, b: a and b), inner, inner),
        st.builds(both("or", lambda a, b: a or b), inner, inner),
        st.builds(both("eq", lambda a, b: a == b), inner, inner),
        st.builds(lambda a: Written(f"not ({a.text})", lambda s: not a.worth(s)), inner),
    ),
    max_leaves=12,
)


@given(BOOLEANS)
@example(Written("userId eq userId", lambda _: True))
def test_a_filter_means_what_its_parts_mean(written: Written) -> None:
    parsed = filters.parse(written.text)
    assert [parsed.matches(someone) for someone in PEOPLE] == [bool(written.worth(someone)) for someone in PEOPLE]
