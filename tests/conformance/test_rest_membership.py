"""What exists, and who is put into and taken out of groups over REST."""

import json
from typing import Any

import pytest

from tests.conformance.cases import case
from tests.conformance.raw_client import RawClient
from tests.conformance.target import Target, in_process


async def is_in(target: Target, client: RawClient, *groups: str, out_of: tuple[str, ...] = ()) -> None:
    """The client gets what is sent to `groups`, and nothing of what is sent to others."""
    for group in (*groups, *out_of):
        await target.send_to_group("to a group", group=group)
    for group in groups:
        await client.expect(type="message", group=group)
    await target.settle()
    await client.expect_nothing()


@case("C195", "C196")
async def test_connections_users_and_groups_exist_while_someone_is_there(target: Target) -> None:
    client = await target.member("g", user_id="alice")
    for below in (f"connections/{client.connection_id}", "users/alice", "groups/g"):
        answer = await target.operate("HEAD", below)
        assert (answer.status, answer.body) == (200, b"")


@case("C195", "C196")
@pytest.mark.parametrize(
    ("below", "code"),
    [
        ("connections/missing", "Warning.Connection.NotExisted"),
        ("users/missing", "Warning.User.NotExisted"),
        ("groups/missing", "Warning.Group.NotExisted"),
    ],
)
async def test_what_is_not_there_is_404_with_a_code(target: Target, below: str, code: str) -> None:
    await target.client(user_id="alice")
    answer = await target.operate("HEAD", below)
    assert (answer.status, answer.headers["x-ms-error-code"]) == (404, code)


@case("C196")
async def test_a_group_ends_with_its_last_member(target: Target) -> None:
    client = await target.member("g")
    await target.operate("DELETE", f"groups/g/connections/{client.connection_id}")
    assert (await target.operate("HEAD", "groups/g")).status == 404


@case("C197")
async def test_a_connection_is_put_into_a_group_without_a_role(target: Target) -> None:
    client = await target.client("webpubsub.none")
    for _ in range(2):
        answer = await target.operate("PUT", f"groups/g/connections/{client.connection_id}")
        assert (answer.status, answer.body) == (200, b"")
    await is_in(target, client, "g")


@case("C198")
async def test_a_connection_that_is_not_there_cannot_be_put_into_a_group(target: Target) -> None:
    answer = await target.operate("PUT", "groups/g/connections/missing")
    assert (answer.status, answer.headers["x-ms-error-code"]) == (404, "Error.Connection.NotExisted")
    assert json.loads(answer.body) == {
        "code": "Error.Connection.NotExisted",
        "message": "Connection `missing` is not found.",
        "target": "Connection",
    }


@case("C199")
async def test_a_connection_is_taken_out_of_a_group_and_again_without_harm(target: Target) -> None:
    client = await target.client(groups=["g", "h"])
    for _ in range(2):
        assert (await target.operate("DELETE", f"groups/g/connections/{client.connection_id}")).status == 204
    assert (await target.operate("DELETE", "groups/g/connections/missing")).status == 204
    await is_in(target, client, "h", out_of=("g",))


@case("C200")
async def test_a_connection_is_taken_out_of_all_its_groups(target: Target) -> None:
    client, other = await target.client(groups=["a", "b", "c"]), await target.member("a")
    assert (await target.operate("DELETE", f"connections/{client.connection_id}/groups")).status == 204
    assert (await target.operate("DELETE", "connections/missing/groups")).status == 204
    await is_in(target, client, out_of=("a", "b", "c"))
    await other.expect(type="message", group="a")


@case("C201")
async def test_all_connections_that_a_user_has_now_are_put_into_a_group(target: Target) -> None:
    first, second = await target.client(user_id="alice"), await target.client(user_id="alice")
    bob = await target.client(user_id="bob")
    assert (await target.operate("PUT", "users/alice/groups/g")).status == 200
    late = await target.client(user_id="alice")
    await target.send_to_group("hi")
    await first.expect(data="hi")
    await second.expect(data="hi")
    for outsider in (late, bob):
        await outsider.expect_nothing()


async def test_a_user_without_connections_cannot_be_put_into_a_group(here: Target) -> None:
    answer = await here.operate("PUT", "users/missing/groups/g")
    assert (answer.status, answer.headers["x-ms-error-code"]) == (404, "Error.User.NotExisted")


async def test_that_may_be_no_error() -> None:
    async with in_process(missing_user_is_error=False) as target:
        assert (await target.operate("PUT", "users/missing/groups/g")).status == 200


@case("C202")
@pytest.mark.parametrize("below", ["users/missing/groups/g", "users/missing/groups"])
async def test_a_user_who_is_not_there_leaves_groups_all_the_same(target: Target, below: str) -> None:
    assert (await target.operate("DELETE", below)).status == 204


@case("C202")
@pytest.mark.parametrize(("below", "left"), [("users/alice/groups/g", ["h"]), ("users/alice/groups", [])])
async def test_all_connections_of_a_user_are_taken_out_of_groups(target: Target, below: str, left: list[str]) -> None:
    alice = [await target.client(user_id="alice", groups=["g", "h"]) for _ in range(2)]
    assert (await target.operate("DELETE", below)).status == 204
    await is_in(target, alice[0], *left, out_of=tuple({"g", "h"} - set(left)))


@case("C203", "C205")
@pytest.mark.parametrize(
    ("body", "joins"),
    [
        ({"groups": ["a", "b"], "filter": "userId eq 'alice'"}, [True, False]),
        ({"groups": ["a", "b"], "filter": None}, [True, True]),
        ({"groups": ["a", "b"], "filter": ""}, [True, True]),
        ({"groups": ["a", "b"], "other": 1}, [True, True]),
        ({"groups": ["a", "b"], "filter": "userId eq 'nobody'"}, [False, False]),
    ],
)
async def test_those_who_pass_a_filter_are_put_into_groups(
    target: Target, body: dict[str, Any], joins: list[bool]
) -> None:
    clients = [await target.client(user_id="alice"), await target.client()]
    answer = await target.operate("POST", ":addToGroups", body)
    assert (answer.status, answer.body) == (200, b"")
    await target.send_to_group("hi", group="b")
    for client, joined in zip(clients, joins, strict=True):
        if joined:
            await client.expect(data="hi", group="b")
        await client.expect_nothing()


@case("C204")
@pytest.mark.parametrize("below", [":addToGroups", ":removeFromGroups"])
@pytest.mark.parametrize(
    "body",
    [
        b'{"groups":null}',
        b'{"groups":[]}',
        b'{"groups":["a"," "]}',
        b'{"groups":["a",""]}',
        b'{"groups":["a",1]}',
        b'{"groups":"a"}',
        b"{}",
        b"null",
        b"[]",
        b"{",
        b"",
        b'{"groups":["a"],"filter":1}',
        b'{"groups":["a"],"filter":"invalid filter"}',
        b"[" * 100_000,
    ],
)
async def test_bodies_without_groups_are_refused(target: Target, below: str, body: bytes) -> None:
    client = await target.client(groups=["a"])
    answer = await target.operate("POST", below, body, content_type="application/json")
    assert (answer.status, answer.headers["x-ms-error-code"]) == (400, "Error.BadRequest")
    await is_in(target, client, "a")


async def test_groups_come_as_json_alone(here: Target) -> None:
    answer = await here.operate("POST", ":addToGroups", '{"groups":["a"]}', content_type="text/plain")
    assert (answer.status, "application/json" in answer.body.decode()) == (415, True)
    assert (await here.operate("POST", ":addToGroups")).status == 415


@case("C206")
async def test_those_who_pass_a_filter_are_taken_out_of_groups(target: Target) -> None:
    client, other = await target.client(groups=["a", "c"]), await target.client(groups=["a"], user_id="bob")
    body = {"groups": ["a", "b"], "filter": "userId eq null"}
    assert (await target.operate("POST", ":removeFromGroups", body)).status == 200
    await is_in(target, client, "c", out_of=("a", "b"))
    await other.expect(group="a")
