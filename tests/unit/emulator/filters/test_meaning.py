"""What functions and operators compute."""

import pytest

from tests.unit.emulator.filters.doubles import Someone, passes

ALICE = Someone("alice", {"stream", "team a"}, "conn-1", "json.webpubsub.azure.v1")
ANONYMOUS = Someone()


@pytest.mark.parametrize(
    "text",
    [
        "userId eq 'alice'",
        "userId ne 'Alice'",
        "USERID eq 'alice' and connectionid eq 'conn-1' and GROUPS eq groups",
        "protocol eq 'json.webpubsub.azure.v1'",
        "'stream' in groups",
        "'team a' in (groups)",
        "not 'muted' in groups",
        "userId in ('bob', 'alice')",
        "userId in (tolower('ALICE'), connectionId)",
        "userId in (1, null, 'alice')",
        "length(userId) eq 5 and length(groups) eq 2",
        "length(userId) ge 5 and length(userId) le 5 and length(userId) gt -1 and length(userId) lt 6",
        "tolower('ÀB') eq 'àb' and toupper('àb') eq 'ÀB'",
        "trim('  a b ') eq 'a b'",
        "indexof(userId, 'ice') eq 2 and indexof(userId, 'x') eq -1 and indexof(userId, '') eq 0",
        "concat(userId, '!') eq 'alice!'",
        "contains(userId,'lic') and startswith(userId,'al') and endswith(userId,'ce')",
        "substring(userId, 1) eq 'lice' and substring(userId, 1, 2) eq 'li' and substring(userId, 5) eq ''",
        "(userId eq 'alice') eq true",
        "true",
    ],
)
def test_true_of_alice(text: str) -> None:
    assert passes(text, ALICE)


@pytest.mark.parametrize(
    "text",
    [
        "userId eq 'Alice'",
        "userId eq null",
        "'STREAM' in groups",
        "1 in groups or null in groups or groups in groups or true in (1)",
        "userId in ()",
        "userId in ('bob')",
        "userId in (1, 2)",
        "userId eq 1 or 1 eq true or length(userId) eq '5'",
        "length(userId) gt 5 or length(userId) lt 5",
        "not true",
        "false",
    ],
)
def test_false_of_alice(text: str) -> None:
    assert not passes(text, ALICE)


@pytest.mark.parametrize(
    "text",
    [
        "userId eq null and protocol eq null",
        "userId ne 'alice'",
        "null in (null) and userId in (null, 'x')",
        "length(userId) eq null and tolower(userId) eq null and substring(userId, 0) eq null",
        "concat(userId, 'x') eq 'x' and concat('x', userId) eq 'x' and concat(userId, null) eq null",
        "indexof(userId, 'x') eq -1 and indexof('x', userId) eq -1",
        "not contains(userId, '') and not startswith(userId, '') and not endswith('x', userId)",
        "not (length(userId) gt 0) and not (length(userId) le 0) and not (null lt 1)",
        "length(groups) eq 0",
    ],
)
def test_null_is_equal_to_null_and_to_nothing_else(text: str) -> None:
    assert passes(text, ANONYMOUS)


@pytest.mark.parametrize("arguments", ["6", "-1", "0, 6", "3, 3", "2, -1", "2147483647, 2147483647"])
def test_a_part_that_the_text_does_not_have_is_null(arguments: str) -> None:
    assert passes(f"substring(userId, {arguments}) eq null", ALICE)


def test_letters_change_one_by_one() -> None:
    assert passes("toupper('ß') eq 'ß' and tolower('ΑΣ') eq 'ας'", ALICE) is False
    assert passes("toupper('ß') eq 'ß' and tolower('ΑΣ') eq 'ασ'", ALICE)
