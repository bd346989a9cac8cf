"""Which user events a handler wants."""

import pytest

from emulator.upstream.event_pattern import EventPattern


@pytest.mark.parametrize(
    ("pattern", "wanted", "unwanted"),
    [
        ("*", ["a", "a.b"], []),
        ("a", ["a", "A"], ["ab", "b"]),
        (" A , b.c ,", ["a", "b.C"], ["b", "c"]),
        ("room.*", ["room.", "Room.1.2"], ["room", "broom.1"]),
        ("room*", ["room", "rooms"], ["roo"]),
        ("a,*", ["z"], []),
        ("", [], ["a", ""]),
        (" , ", [], ["a"]),
    ],
)
def test_names_lists_prefixes_and_the_star_match_without_case(
    pattern: str, wanted: list[str], unwanted: list[str]
) -> None:
    parsed = EventPattern(pattern)
    assert all(parsed.matches(event) for event in wanted)
    assert not any(parsed.matches(event) for event in unwanted)
    assert bool(parsed) == bool(wanted)


@pytest.mark.parametrize("pattern", ["1a", "a b", "a*b", "*a", "a,?", "**", "é", "a" * 129])
def test_anything_else_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="not a pattern of events"):
        EventPattern(pattern)
