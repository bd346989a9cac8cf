"""Roles in the token."""

import pytest

from tests.conformance.cases import case
from tests.conformance.target import Target

JOIN = "webpubsub.joinLeaveGroup"
SEND = "webpubsub.sendToGroup"
ROLES = [
    ("C101", f"{JOIN}.stream", "joinGroup", ["stream"], ["other"]),
    ("C102", f"{SEND}.stream", "sendToGroup", ["stream"], ["other"]),
    ("C102", f"{SEND}.stream", "joinGroup", [], ["stream"]),
    ("C103", SEND, "sendToGroup", ["a", "any.group"], []),
    ("C104", f"{JOIN}.a*", "joinGroup", ["a*"], ["ab"]),
    ("C105", f"{JOIN}s.room.*", "joinGroup", ["room.1"], ["room.1.2", "room"]),
    ("C106", f"{JOIN}s.room.**", "joinGroup", ["room.1.2"], ["other.1"]),
    ("C107", f"{SEND}s.r?", "sendToGroup", ["r1"], ["r.", "r12"]),
    ("C108", rf"{JOIN}s.a\*", "joinGroup", ["a*"], ["ab"]),
    ("C109", f"{JOIN}s.Room.*", "joinGroup", ["Room.1"], ["room.1"]),
    ("C110", f"{JOIN}.a+b(c)", "joinGroup", ["a+b(c)"], ["aab(c)", "a+bc"]),
]


@pytest.mark.parametrize(
    ("role", "action", "allowed", "forbidden"),
    [pytest.param(*rest, marks=case(id_)) for id_, *rest in ROLES],
)
async def test_a_role_allows_what_it_names_and_nothing_else(
    target: Target, role: str, action: str, allowed: list[str], forbidden: list[str]
) -> None:
    client = await target.client(role)
    for ack_id, group in enumerate(allowed + forbidden):
        client.send({"type": action, "group": group, "data": 1, "ackId": ack_id})
        await client.expect_ack(ack_id, error=None if group in allowed else "Forbidden")


async def test_leaving_needs_the_same_role_as_joining(target: Target) -> None:
    client = await target.client(f"{JOIN}.a")
    for ack_id, (group, error) in enumerate([("a", None), ("b", "Forbidden")]):
        client.send({"type": "leaveGroup", "group": group, "ackId": ack_id})
        await client.expect_ack(ack_id, error=error)
