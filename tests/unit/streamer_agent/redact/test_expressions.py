"""expressions: users' own are taken as they are meant, and refused in words."""

import pytest

from streamer_agent.redact.expressions import MOST_EXPRESSIONS, own_rules


def test_one_expression_per_line_with_comments() -> None:
    rules = own_rules("# customers\ncust-[0-9]+\n\n  order (x+)  \n")
    assert [(rule.name, rule.pattern) for rule in rules] == [("own-1", "cust-[0-9]+"), ("own-2", "order (x+)")]


@pytest.mark.parametrize("expression", ["a(?=b)", "a(?!b)", "(?<=a)b", r"(a)\1", "(?>a)", "a++"])
def test_what_re2_does_not_have_is_named(expression: str) -> None:
    with pytest.raises(ValueError, match=r"expression in line 2: .*RE2 .*no look-around, back-references"):
        own_rules(f"fine\n{expression}")


def test_a_broken_expression_is_refused() -> None:
    with pytest.raises(ValueError, match=r"line 1: missing \]"):
        own_rules("[abc")


def test_an_expression_that_matches_nothing_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="matches the empty text"):
        own_rules("x*")


@pytest.mark.parametrize("expression", [r"\Aab", r"ab\z"])
def test_the_ends_of_the_text_are_not_known(expression: str) -> None:
    with pytest.raises(ValueError, match=r"\^ and \$ are the ends of a line"):
        own_rules(expression)


def test_an_escaped_backslash_before_an_a_is_fine() -> None:
    assert len(own_rules(r"\\A")) == 1


def test_there_is_a_limit() -> None:
    with pytest.raises(ValueError, match="expected at most 100"):
        own_rules("\n".join("x" for _ in range(MOST_EXPRESSIONS + 1)))
