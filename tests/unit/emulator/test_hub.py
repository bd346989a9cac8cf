"""Hubs, groups and who gets what."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.connection import Connection
from emulator.hub import Hub, Hubs
from emulator.messages import Message
from emulator.payload import DataType, Payload
from emulator.protocols.json import JSON
from emulator.protocols.raw import RAW
from tests.unit.emulator.doubles import connection

MESSAGE = Message(Payload.of(DataType.TEXT, b"x"), "g")


@pytest.fixture
def hub() -> Hub:
    return Hub("h")


def member(hub: Hub, name: str, *groups: str, encoder: Any = JSON) -> Connection:
    joined = connection(name)
    joined.encoder = encoder
    hub.add(joined)
    for group in groups:
        hub.join(joined, group)
    return joined


def receivers(hub: Hub, group: str = "g", excluded: set[Connection] | None = None) -> set[str]:
    deliveries = hub.publish(group, MESSAGE, excluded or ())
    return {one.connection_id for delivery in deliveries for one in delivery.connections}


def test_only_members_get_what_is_sent_to_a_group(hub: Hub) -> None:
    member(hub, "a", "g")
    member(hub, "b", "other")
    member(hub, "c")
    assert receivers(hub) == {"a"}


def test_members_of_one_wire_form_share_a_delivery(hub: Hub) -> None:
    a, b = member(hub, "a", "g"), member(hub, "b", "g")
    raw = member(hub, "raw", "g", encoder=RAW)
    assert {(delivery.encoder, frozenset(delivery.connections)) for delivery in hub.publish("g", MESSAGE)} == {
        (JSON, frozenset([a, b])),
        (RAW, frozenset([raw])),
    }


def test_the_excluded_get_nothing_and_stay_members(hub: Hub) -> None:
    a = member(hub, "a", "g")
    member(hub, "b", "g")
    assert receivers(hub, excluded={a}) == {"b"}
    assert receivers(hub) == {"a", "b"}


def test_joining_twice_and_leaving_when_absent_change_nothing(hub: Hub) -> None:
    a = member(hub, "a", "g", "g")
    hub.leave(a, "other")
    assert receivers(hub) == {"a"}
    hub.leave(a, "g")
    hub.leave(a, "g")
    assert receivers(hub) == set()


def test_who_is_removed_is_in_no_group_any_more(hub: Hub) -> None:
    a = member(hub, "a", "g", "other")
    hub.remove(a)
    hub.remove(a)
    assert (receivers(hub), receivers(hub, "other"), hub.connections) == (set(), set(), {})


def test_a_user_is_found_by_all_their_connections_and_gone_with_the_last(hub: Hub) -> None:
    first, second, anonymous = connection("a"), connection("b"), connection("c")
    first.user_id = second.user_id = "alice"
    for one in (first, second, anonymous):
        hub.add(one)
    assert set(hub.of_user("alice")) == {first, second}
    hub.remove(first)
    hub.remove(first)
    assert hub.of_user("alice") == [second]
    hub.remove(second)
    assert (hub.of_user("alice"), hub.of_user("bob")) == ([], [])


def test_members_are_those_of_every_wire_form(hub: Hub) -> None:
    a, raw = member(hub, "a", "g"), member(hub, "raw", "g", encoder=RAW)
    assert set(hub.members("g")) == {a, raw}
    assert hub.members("other") == []


def test_leaving_all_groups_leaves_the_hub_to_nobody_else(hub: Hub) -> None:
    a = member(hub, "a", "g", "h")
    member(hub, "b", "g")
    hub.leave_all(a)
    assert (receivers(hub), receivers(hub, "h"), hub.connections["a"]) == ({"b"}, set(), a)


def test_a_message_to_connections_is_delivered_by_wire_form(hub: Hub) -> None:
    a, b, raw = member(hub, "a"), member(hub, "b"), member(hub, "raw", encoder=RAW)
    member(hub, "outsider")
    assert hub.send(MESSAGE, [a, b, raw]) == [(JSON, MESSAGE, {a, b}), (RAW, MESSAGE, {raw})]
    assert hub.send(MESSAGE, []) == []


def test_unknown_ids_are_not_found(hub: Hub) -> None:
    a = member(hub, "a")
    assert hub.find(["a", "missing"]) == [a]


@given(st.lists(st.tuples(st.sampled_from("jlr"), st.integers(0, 2), st.sampled_from("xy"))))
def test_memberships_are_those_of_a_simple_model(actions: list[tuple[str, int, str]]) -> None:
    hub = Hub("h")
    people = [member(hub, str(number)) for number in range(3)]
    model: set[tuple[str, str]] = set()
    for action, number, group in actions:
        if action == "j":
            hub.join(people[number], group)
            model.add((str(number), group))
        elif action == "l":
            hub.leave(people[number], group)
            model.discard((str(number), group))
        else:
            hub.remove(people[number])
            model = {pair for pair in model if pair[0] != str(number)}
    for group in "xy":
        assert receivers(hub, group) == {name for name, joined in model if joined == group}


def test_a_hub_is_found_in_any_case_and_exists_while_something_is_connected() -> None:
    hubs, one = Hubs(), connection()
    hub = hubs.add("Chat", one)
    assert hubs.get("CHAT") is hub
    hubs.remove(hub, one)
    assert hubs.get("chat") is None


def test_hubs_are_isolated() -> None:
    hubs, a, b = Hubs(), connection("a"), connection("b")
    hubs.add("one", a).join(a, "g")
    hubs.add("two", b).join(b, "g")
    assert receivers(hubs.add("one", a)) == {"a"}


def test_a_late_second_removal_does_not_end_a_new_hub_of_the_same_name() -> None:
    hubs, old, new = Hubs(), connection("old"), connection("new")
    first = hubs.add("h", old)
    hubs.remove(first, old)
    second = hubs.add("h", new)
    hubs.remove(first, old)
    assert hubs.get("h") is second
