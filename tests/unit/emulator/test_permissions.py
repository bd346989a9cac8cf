"""Roles, wildcard patterns and grants."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.errors import RefusedError
from emulator.permissions import MAX_LITERALS, Pattern, Permissions

JOIN = "webpubsub.joinLeaveGroup"
SEND = "webpubsub.sendToGroup"


def test_without_roles_nothing_is_allowed() -> None:
    permissions = Permissions()
    assert not permissions.send.allows("g")
    assert not permissions.join_leave.allows("g")


def test_a_role_without_a_group_is_for_every_group() -> None:
    assert Permissions([SEND]).send.allows("anything")


def test_a_permission_is_not_the_other() -> None:
    permissions = Permissions([f"{SEND}.stream"])
    assert permissions.send.allows("stream")
    assert not permissions.join_leave.allows("stream")


@pytest.mark.parametrize(("group", "allowed"), [("a*", True), ("ab", False), ("A*", False), ("a", False)])
def test_a_role_for_one_group_is_literal_even_with_a_star(group: str, allowed: bool) -> None:
    assert Permissions([f"{JOIN}.a*"]).join_leave.allows(group) is allowed


def test_a_literal_group_may_look_like_a_regular_expression() -> None:
    permission = Permissions([f"{JOIN}.a+b(c)"]).join_leave
    assert permission.allows("a+b(c)")
    assert not permission.allows("aab(c)")


@pytest.mark.parametrize("role", ["", "webpubsub", f"{SEND}x", f"{SEND}sx", "sendToGroup.g", f"{SEND.lower()}.g"])
def test_an_unknown_role_grants_nothing(role: str) -> None:
    assert not Permissions([role]).send.allows("g")


@pytest.mark.parametrize(
    ("pattern", "group", "matches"),
    [
        ("room.*", "room.1", True),
        ("room.*", "room.", True),
        ("room.*", "room.1.2", False),
        ("room.*", "room", False),
        ("room.**", "room.1.2", True),
        ("room.***", "room.1.2", True),
        ("r?", "r1", True),
        ("r?", "r.", False),
        ("r?", "r12", False),
        ("r?", "r", False),
        (r"a\*", "a*", True),
        (r"a\*", "ab", False),
        (r"a\?", "a?", True),
        (r"a\\b", r"a\b", True),
        (r"a\b", r"a\b", True),
        ("Room.*", "room.1", False),
        ("**a*b", "a.ab", True),
        ("*.*", "a.b", True),
        ("*.*", "a.b.c", False),
        ("**", "", True),
        ("", "", True),
        ("", "a", False),
        ("a.c", "abc", False),
        ("**\n", "line\n", True),
    ],
)
def test_patterns_match_whole_names_and_stars_stop_at_dots(pattern: str, group: str, matches: bool) -> None:
    assert Pattern(pattern).matches(group) is matches


def test_a_role_with_a_plural_is_a_pattern() -> None:
    permission = Permissions([f"{SEND}s.room.*"]).send
    assert permission.allows("room.1")
    assert not permission.allows("other")


@given(st.text("ab.*?\\", max_size=8).filter(lambda text: text.count("*") <= 5), st.text("ab.*?\\", max_size=8))
def test_patterns_agree_with_regular_expressions(pattern: str, group: str) -> None:
    parts = re.findall(r"\\[\\*?]|\*+|.", pattern)
    translated = "".join(
        "[^.]*" if part == "*" else ".*" if part[0] == "*" else "[^.]" if part == "?" else re.escape(part[-1])
        for part in parts
    )
    assert Pattern(pattern).matches(group) is (re.fullmatch(translated, group) is not None)


def test_a_pattern_that_would_trap_a_backtracking_matcher_ends() -> None:
    assert not Pattern("*a*a*a*a*b").matches("a" * 1024)


@pytest.mark.parametrize("pattern", ["*" * 6, "a*b*c*d*e*f*", "a" * 1025])
def test_a_pattern_beyond_the_limits_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="wildcard pattern"):
        Pattern(pattern)


def test_more_than_ten_patterns_are_refused() -> None:
    Permissions([f"{SEND}s.p{n}*" for n in range(5)] + [f"{JOIN}s.p{n}*" for n in range(5)])
    with pytest.raises(ValueError, match="more than 10"):
        Permissions([f"{SEND}s.p{n}*" for n in range(11)])


def test_a_grant_allows_and_a_revocation_denies_whatever_the_roles_say() -> None:
    permission = Permissions([SEND]).send
    permission.revoke("g")
    assert not permission.allows("g")
    assert permission.allows("other")
    permission.grant("g")
    assert permission.allows("g")


def test_a_grant_or_revocation_for_all_groups_overrides_what_was_said_of_each() -> None:
    permission = Permissions([f"{SEND}.a", f"{SEND}s.b*"]).send
    permission.grant("c")
    permission.revoke(None)
    assert not any(permission.allows(group) for group in ("a", "b1", "c"))
    permission.grant("c")
    assert (permission.allows("c"), permission.allows("a")) == (True, False)
    permission.grant(None)
    assert permission.allows("anything")


def test_all_groups_are_allowed_when_none_is_denied() -> None:
    permission = Permissions([SEND]).send
    assert permission.allows_all()
    permission.revoke("g")
    assert not permission.allows_all()
    permission.grant("g")
    assert permission.allows_all()
    assert not Permissions([f"{SEND}s.**"]).send.allows_all()


@pytest.mark.parametrize("roles", [[], [SEND]])
def test_a_thousand_groups_by_name_are_the_limit(roles: list[str]) -> None:
    permission = Permissions(roles).send
    change, undo = (permission.revoke, permission.grant) if roles else (permission.grant, permission.revoke)
    for number in range(MAX_LITERALS):
        change(f"g{number}")
        change(f"g{number}")
        undo("one that the roles decide already")
    with pytest.raises(RefusedError, match="at most 1000 groups") as caught:
        change("more")
    assert (caught.value.status, caught.value.code) == (409, "Error.Connection.Conflict")
    undo("g0")
    change("more")


@given(st.lists(st.tuples(st.booleans(), st.sampled_from([None, "a", "b1", "c"]))))
def test_the_latest_rule_wins(changes: list[tuple[bool, str | None]]) -> None:
    permission = Permissions([f"{SEND}.a", f"{SEND}s.b*"]).send
    model = {"a": True, "b1": True, "c": False}
    for allowed, group in changes:
        (permission.grant if allowed else permission.revoke)(group)
        model.update(dict.fromkeys(model, allowed) if group is None else {group: allowed})
    assert {group: permission.allows(group) for group in model} == model
