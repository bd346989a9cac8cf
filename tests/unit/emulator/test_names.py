"""Names of hubs, groups and events."""

import pytest

from emulator import names


@pytest.mark.parametrize("name", ["a", "Chat", "x_1", "a.b,c[d]`", "A" * 128])
def test_a_hub_starts_with_a_letter_and_has_at_most_128_characters(name: str) -> None:
    assert names.is_hub(name)


@pytest.mark.parametrize("name", ["", " ", "1a", "_a", "a b", "a/b", "é", "A" * 129, "a\n"])
def test_other_names_of_hubs_are_refused(name: str) -> None:
    assert not names.is_hub(name)


def test_two_spellings_of_a_hub_are_one_hub() -> None:
    assert names.hub_key("Chat") == names.hub_key("cHAT")


@pytest.mark.parametrize("name", ["g", " g ", "a/b", "日志", "g" * 1024])
def test_a_group_is_anything_visible_up_to_1024_characters(name: str) -> None:
    assert names.is_group(name)


@pytest.mark.parametrize("name", ["", " ", "\t\n ", "g" * 1025])
def test_empty_blank_and_longer_groups_are_refused(name: str) -> None:
    assert not names.is_group(name)


@pytest.mark.parametrize(("name", "is_valid"), [("a", True), ("a-b.c_1", True), ("1bad", False), ("e" * 129, False)])
def test_an_event_is_a_letter_and_up_to_127_more(name: str, is_valid: bool) -> None:
    assert names.is_event(name) is is_valid
