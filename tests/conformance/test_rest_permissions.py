"""Permissions that are granted, revoked and asked for over REST."""

import json

import pytest

from tests.conformance.cases import case
from tests.conformance.raw_client import RawClient
from tests.conformance.target import Target

NONE = "webpubsub.none"
JOIN, SEND = "joinLeaveGroup", "sendToGroup"


async def change(
    target: Target, method: str, client: RawClient, permission: str = SEND, group: str | None = "g"
) -> int:
    """Grant (PUT), revoke (DELETE) or ask for (HEAD) a permission."""
    query = "" if group is None else f"&targetName={group}"
    below = f"permissions/{permission}/connections/{client.connection_id}"
    return (await target.operate(method, below, query=query)).status


async def may(client: RawClient, ack_id: int, action: str = SEND, group: str = "g") -> bool:
    """Whether the client succeeds."""
    client.send({"type": action, "group": group, "data": 1, "ackId": ack_id})
    ack = await client.expect(type="ack", ackId=ack_id)
    assert ack["success"] or ack["error"]["name"] == "Forbidden"
    return bool(ack["success"])


@case("C111", "C112")
async def test_a_grant_allows_and_a_revocation_denies(target: Target) -> None:
    client = await target.client(NONE)
    assert not await may(client, 1)
    assert await change(target, "PUT", client) == 200
    assert await may(client, 2)
    assert await change(target, "DELETE", client) == 204
    assert not await may(client, 3)


@case("C079")
async def test_a_request_that_was_forbidden_may_be_repeated_with_its_ack_id_after_a_grant(target: Target) -> None:
    client = await target.client(NONE)
    assert not await may(client, 6)
    await change(target, "PUT", client)
    assert await may(client, 6)


@case("C113")
async def test_a_revocation_for_one_group_leaves_the_others(target: Target) -> None:
    client = await target.client("webpubsub.sendToGroup", "webpubsub.sendToGroups.*")
    assert await change(target, "DELETE", client) == 204
    assert not await may(client, 1)
    assert await may(client, 2, group="other")


@case("C114")
async def test_a_member_stays_one_when_it_may_not_join_any_more(target: Target) -> None:
    client = await target.client("webpubsub.joinLeaveGroup.g", groups=["g"])
    assert await change(target, "DELETE", client, JOIN) == 204
    await target.send_to_group("still there")
    await client.expect(data="still there")
    assert not await may(client, 1, "leaveGroup")


@case("C115")
async def test_asking_for_a_permission(target: Target) -> None:
    client = await target.client("webpubsub.sendToGroup.g", "webpubsub.joinLeaveGroups.room.*")
    asked = [(SEND, "g"), (SEND, "G"), (JOIN, "room.1"), (JOIN, "room.1.2"), (SEND, None)]
    found = [await change(target, "HEAD", client, permission, group) for permission, group in asked]
    assert found == [200, 404, 200, 404, 404]


@case("C115", "C116")
@pytest.mark.parametrize("method", ["PUT", "HEAD"])
async def test_a_connection_that_is_not_there_is_404(target: Target, method: str) -> None:
    await target.client()
    answer = await target.operate(method, f"permissions/{SEND}/connections/missing", query="&targetName=g")
    assert (answer.status, answer.headers["x-ms-error-code"]) == (404, "Info.Connection.NotExisted")


@case("C117")
async def test_a_connection_that_is_not_there_loses_permissions_all_the_same(target: Target) -> None:
    answer = await target.operate("DELETE", f"permissions/{SEND}/connections/missing", query="&targetName=g")
    assert (answer.status, answer.body) == (204, b"")


@case("C118")
async def test_without_a_group_all_groups_are_meant(target: Target) -> None:
    client = await target.client(NONE)
    assert await change(target, "PUT", client, JOIN, None) == 200
    assert [await may(client, 1, "joinGroup"), await may(client, 2, "joinGroup", "other")] == [True, True]
    assert not await may(client, 3)
    assert await change(target, "HEAD", client, JOIN, None) == 200


async def test_the_latest_rule_wins(here: Target) -> None:
    client = await here.client("webpubsub.sendToGroup.g")
    for number, (method, group, allowed) in enumerate(
        [
            ("DELETE", None, False),
            ("PUT", "g", True),
            ("DELETE", "g", False),
            ("PUT", None, True),
            ("DELETE", "x", True),
        ]
    ):
        await change(here, method, client, SEND, group)
        assert await may(client, number) is allowed
    assert await change(here, "HEAD", client, SEND, None) == 404


@case("C119")
@pytest.mark.parametrize("method", ["PUT", "DELETE", "HEAD"])
@pytest.mark.parametrize(("permission", "group"), [("fly", "g"), (SEND, ""), (SEND, "%20"), (SEND, "g" * 1025)])
async def test_unknown_permissions_and_invalid_groups_are_refused(
    target: Target, method: str, permission: str, group: str
) -> None:
    assert await change(target, method, await target.client(), permission, group) == 400


@pytest.mark.parametrize("permission", ["SENDTOGROUP", "1"])
async def test_a_permission_has_a_name_in_any_case_and_a_number(target: Target, permission: str) -> None:
    client = await target.client(NONE)
    assert await change(target, "PUT", client, permission) == 200
    assert await may(client, 1)


async def test_a_grant_is_for_the_literal_name(target: Target) -> None:
    client = await target.client(NONE)
    await change(target, "PUT", client, group="a*")
    assert [await may(client, 1, group="a*"), await may(client, 2, group="ab")] == [True, False]


async def test_a_simple_client_is_granted_permissions_too(target: Target) -> None:
    member = await target.member("g", user_id="reader")
    sender = await target.simple("own", query="&webpubsub_mode=sendToGroup&group=g")
    listed = json.loads((await target.operate("GET", "groups/own/connections")).body)["value"]
    sender.connection_id = listed[0]["connectionId"]
    assert await change(target, "PUT", sender) == 200
    sender.send("hi")
    await member.expect(data="hi")


async def test_more_than_a_thousand_groups_by_name_are_a_conflict(here: Target) -> None:
    client = await here.client(NONE)
    for number in range(1000):
        assert await change(here, "PUT", client, group=f"g{number}") == 200
    below = f"permissions/{SEND}/connections/{client.connection_id}"
    answer = await here.operate("PUT", below, query="&targetName=more")
    assert (answer.status, answer.headers["x-ms-error-code"]) == (409, "Error.Connection.Conflict")
    assert await change(here, "PUT", client, JOIN, "more") == 200
    assert await change(here, "DELETE", client, group="g0") == 204
    assert await change(here, "PUT", client, group="more") == 200
