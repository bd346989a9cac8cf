"""The order of operations, and what is no filter at all."""

import pytest

from emulator.filters.error import FilterError
from emulator.filters.grammar import MAX_CLAUSES, MAX_NESTING, NodeKind, read


def postfix(text: str) -> str:
    """The nodes of a filter, calls and lists with their number of operands."""
    return " ".join(
        f"{node.value if node.value is not None else 'null' if node.kind is NodeKind.LITERAL else 'list'}"
        + (f"/{node.arity}" if node.kind in (NodeKind.CALL, NodeKind.LIST) else "")
        for node in read(text)
    )


def refusal(text: str) -> str:
    with pytest.raises(FilterError) as caught:
        read(text)
    return caught.value.message


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("a or b and c", "a b c and or"),
        ("a and b or c", "a b and c or"),
        ("a or b or c", "a b or c or"),
        ("(a or b) and c", "a b or c and"),
        ("a eq 1 and b ne 2", "a 1 eq b 2 ne and"),
        ("not a eq b", "a not b eq"),
        ("not (a eq b)", "a b eq not"),
        ("not a and b", "a not b and"),
        ("not not a", "a not not"),
        ("not 'g' in groups", "g groups in not"),
        ("a eq 'g' in groups", "a g groups in eq"),
        ("a in ('x', b, null)", "a x b null list/3 in"),
        ("a in (x) eq true", "a x list/1 in True eq"),
        ("a in ()", "a list/0 in"),
        ("length(a) gt 5", "a length/1 5 gt"),
        ("f(a eq b, g())", "a b eq g/0 f/2"),
    ],
)
def test_operators_bind_as_documented(text: str, order: str) -> None:
    assert postfix(text) == order


def test_words_are_names_where_an_operand_stands_whatever_they_are() -> None:
    assert postfix("and and or") == "and or and"


@pytest.mark.parametrize("keyword", ["AND", "Eq", "OR", "In"])
def test_keywords_are_in_lower_case(keyword: str) -> None:
    assert f"Syntax error at position {2 + len(keyword)} in" in refusal(f"a {keyword} b")


def test_only_an_adjacent_parenthesis_makes_a_call() -> None:
    assert "Syntax error at position 8 in" in refusal("length (userId) gt 1")


def test_quotes_inside_a_string_are_single_again() -> None:
    assert read("'it''s'")[0].value == "it's"


@pytest.mark.parametrize("text", ["2147483648", "-2147483649", "1.5", "3L", "1e5", "9" * 5000])
def test_numbers_other_than_32_bit_integers_are_not_known(text: str) -> None:
    assert read(text)[0].kind is NodeKind.UNKNOWN


@pytest.mark.parametrize(("text", "value"), [("2147483647", 2**31 - 1), ("-2147483648", -(2**31)), ("+007", 7)])
def test_32_bit_integers_are(text: str, value: int) -> None:
    assert read(text)[0].value == value


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("invalid filter", "Syntax error at position 14 in 'invalid filter'."),
        ("a )", "Syntax error at position 3 in 'a )'."),
        ("a eq b eq c", "Syntax error at position 9 in 'a eq b eq c'."),
        ("a in b in c", "Syntax error at position 9 in 'a in b in c'."),
        (" ", "Expression expected at position 1 in ' '."),
        ("a eq", "Expression expected at position 4 in 'a eq'."),
        ("a and ,", "Expression expected at position 6 in 'a and ,'."),
        ("()", "Expression expected at position 1 in '()'."),
        ("f(,)", "Expression expected at position 2 in 'f(,)'."),
        ("a in (1,)", "Expression expected at position 8 in 'a in (1,)'."),
        ("(a", "')' or operator expected at position 2 in '(a'."),
        ("(a b)", "')' or operator expected at position 3 in '(a b)'."),
        ("f(a", "')' or ',' expected at position 3 in 'f(a'."),
        ("a in ('x' 'y')", "')' or ',' expected at position 10 in 'a in ('x' 'y')'."),
    ],
)
def test_what_is_no_expression_is_refused_with_the_position(text: str, problem: str) -> None:
    assert refusal(text) == f"Invalid syntax for '{text}': {problem} (Parameter 'filter')"


@pytest.mark.parametrize("word", ["and", "or"])
def test_clauses_are_limited(word: str) -> None:
    read(f" {word} ".join(["a eq 1"] * MAX_CLAUSES))
    assert f"more than {MAX_CLAUSES} clauses." in refusal(f" {word} ".join(["a eq 1"] * (MAX_CLAUSES + 1)))


@pytest.mark.parametrize(("opening", "closing"), [("(", ")"), ("f(", ")"), ("not ", ""), ("a in (", ")")])
def test_nesting_is_limited(opening: str, closing: str) -> None:
    read(opening * MAX_NESTING + "a" + closing * MAX_NESTING)
    for levels in (MAX_NESTING + 1, 50_000):
        assert "Recursion depth exceeded allowed limit." in refusal(opening * levels + "a" + closing * levels)


def test_the_deepest_filter_leaves_room_on_the_stack() -> None:
    """Whoever calls may be 400 calls deep himself, of the 1,000 that Python allows."""

    def call(text: str, deeper: int) -> object:
        return call(text, deeper - 1) if deeper else read(text)

    assert call("f(" * MAX_NESTING + "a" + ")" * MAX_NESTING, 400)
    assert call("a or b and c eq f(" * 25 + "a" + ")" * 25, 400)
