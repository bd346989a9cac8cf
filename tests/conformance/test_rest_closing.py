"""Closing connections over REST."""

import pytest

from tests.conformance.cases import case
from tests.conformance.raw_client import RawClient
from tests.conformance.target import Target

SAID = "Application server closed the connection."


async def is_closed(client: RawClient, message: str = SAID) -> None:
    """The client is told, then closed with 1000 and an empty reason."""
    assert await client.text() == f'{{"type":"system","event":"disconnected","message":"{message}"}}'
    assert await client.closed() == (1000, "")


@case("C207", "C208")
@pytest.mark.parametrize(
    ("query", "message"),
    [("&reason=bye", f"{SAID} Reason: bye"), ("&reason=r%20s", f"{SAID} Reason: r s"), ("", SAID), ("&reason=", SAID)],
)
async def test_a_closed_client_is_told_why(target: Target, query: str, message: str) -> None:
    client = await target.client()
    answer = await target.operate("DELETE", f"connections/{client.connection_id}", query=query)
    assert (answer.status, answer.body) == (204, b"")
    await is_closed(client, message)
    assert (await target.operate("HEAD", f"connections/{client.connection_id}")).status == 404


@case("C046")
async def test_a_simple_client_gets_the_close_frame_alone(target: Target) -> None:
    client = await target.simple("g")
    assert (await target.operate("POST", "groups/g/:closeConnections", query="&reason=bye")).status == 204
    assert await client.closed() == (1000, "")


@case("C211")
async def test_closing_what_is_not_there_succeeds(target: Target) -> None:
    assert (await target.operate("DELETE", "connections/missing")).status == 204
    for below in (":closeConnections", "groups/missing/:closeConnections", "users/missing/:closeConnections"):
        assert (await target.operate("POST", below)).status == 204


@case("C209")
async def test_all_but_the_excluded_are_closed(target: Target) -> None:
    a, b, c = [await target.client() for _ in range(3)]
    assert (await target.operate("POST", ":closeConnections", query=f"&excluded={a.connection_id}")).status == 204
    await is_closed(b)
    await is_closed(c)
    await a.expect_nothing()


@case("C210")
@pytest.mark.parametrize("below", ["groups/g/:closeConnections", "users/alice/:closeConnections"])
async def test_only_the_members_or_the_user_are_closed(target: Target, below: str) -> None:
    a, b = [await target.member("g", user_id="alice") for _ in range(2)]
    other = await target.member("other", user_id="bob")
    answer = await target.operate("POST", below, query=f"&excluded={a.connection_id}&reason=x")
    assert answer.status == 204
    await is_closed(b, f"{SAID} Reason: x")
    await a.expect_nothing()
    await other.expect_nothing()


async def test_what_was_sent_before_the_close_arrives_before_it(target: Target) -> None:
    client = await target.client()
    for number in range(3):
        await target.operate("POST", ":send", str(number))
    await target.operate("POST", ":closeConnections")
    assert [(await client.json())["data"] for _ in range(3)] == ["0", "1", "2"]
    await is_closed(client)
