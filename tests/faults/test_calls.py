"""New connections, recoveries and REST calls that are refused, throttled, delayed or told that their token is old."""

import asyncio
from typing import Any

import pytest

from tests.conformance.raw_client import RawClient, UpgradeRefusedError
from tests.conformance.raw_http import Response
from tests.conformance.target import Target
from tests.faults.door import Door


async def refusal(target: Target, client: RawClient | None = None, **claims: Any) -> Response:
    """What a client is answered that wants to connect, or to recover `client`."""
    with pytest.raises(UpgradeRefusedError) as caught:
        await (target.client(**claims) if client is None else target.recover(client))
    return caught.value.response


async def lost(target: Target, door: Door) -> RawClient:
    """A reliable client whose socket is lost."""
    client = await target.reliable("g")
    await door.set("drop", connection=client.connection_id)
    await client.ended()
    return client


async def test_a_refused_recovery_is_an_upgrade_and_then_1008_and_the_connection_has_ended(
    target: Target, door: Door
) -> None:
    client = await lost(target, door)
    await door.set("refuse", at="recovery", count=1)
    assert (await (await target.recover(client)).frame()).close == (1008, "The connection could not be recovered.")
    assert (await target.operate("HEAD", f"connections/{client.connection_id}")).status == 404
    assert (await (await target.recover(client)).frame()).close[0] == 1008


@pytest.mark.parametrize("status", [502, 503])
async def test_a_recovery_refused_by_a_status_can_be_tried_again(target: Target, door: Door, status: int) -> None:
    client = await lost(target, door)
    await door.set("refuse", at="recovery", status=status, retry_after=3, count=2)
    answers = [await refusal(target, client) for _ in range(2)]
    assert [(one.status, one.headers["retry-after"]) for one in answers] == [(status, "3")] * 2
    await (await target.recover(client)).expect_nothing()


@pytest.mark.parametrize("scope", ["connection", "user", "group", "hub", "everything"])
async def test_a_recovery_is_refused_in_every_scope(target: Target, door: Door, scope: str) -> None:
    token = target.token(sub="alice", groups=["g"])
    client = await target.connect(token=token, subprotocols=["json.reliable.webpubsub.azure.v1"])
    greeting = await client.json()
    client.connection_id, client.reconnection_token = greeting["connectionId"], greeting["reconnectionToken"]
    client.drop()
    values = {"connection": client.connection_id, "user": "alice", "group": "g", "hub": target.hub}
    where = {scope: values[scope]} if scope in values else {}
    await door.set("refuse", at="recovery", status=503, **where)
    assert (await refusal(target, client)).status == 503


async def test_a_delayed_recovery_comes_late_and_whole(target: Target, door: Door) -> None:
    client = await lost(target, door)
    fault = await door.set("delay", at="recovery", by=0.2, count=1)
    recovering = asyncio.create_task(target.recover(client))
    await door.applied(fault)
    assert not recovering.done()
    await target.send_to_group("meanwhile")
    await (await recovering).expect(data="meanwhile", sequenceId=1)


@pytest.mark.parametrize(("where", "others"), [({"user": "alice"}, True), ({"group": "g"}, True), ({}, False)])
async def test_new_connections_are_refused_in_their_scope(
    target: Target, door: Door, where: dict[str, str], others: bool
) -> None:
    await door.set("refuse", at="connect", status=502, **where)
    assert (await refusal(target, user_id="alice", groups=["g"])).status == 502
    if others:
        await (await target.client(user_id="bob", groups=["h"])).expect_nothing()


async def test_a_hub_alone_is_refused_for_clients_and_for_rest(target: Target, door: Door) -> None:
    await door.set("refuse", at=["connect", "rest"], hub=target.hub.upper())
    assert (await refusal(target)).status == 503
    answer = await target.send_to_group("x")
    assert (answer.status, answer.headers["x-ms-error-code"]) == (503, "Error.Fault")
    target.hub = "other"
    assert (await target.send_to_group("x")).status == 202


async def test_throttled_is_429_with_retry_after_for_clients_recoveries_and_rest(target: Target, door: Door) -> None:
    client = await lost(target, door)
    fault = await door.set("throttle", retry_after=7)
    answers = [await refusal(target), await refusal(target, client), await target.send_to_group("x")]
    assert [(one.status, one.headers["retry-after"]) for one in answers] == [(429, "7")] * 3
    assert (await target.rest("HEAD", "/api/health")).status == 200
    await door.delete(fault)
    await (await target.recover(client)).expect_nothing()


async def test_expired_tokens_are_401_and_who_is_connected_stays(target: Target, door: Door) -> None:
    stays, client = await target.client(), await lost(target, door)
    await door.set("expire_tokens")
    answer = await refusal(target)
    assert (answer.status, b"it expired" in answer.body) == (401, True)
    rest = await target.send_to_group("x")
    assert (rest.status, rest.headers["x-ms-error-code"]) == (401, "Error.Unauthorized")
    await stays.expect_nothing()
    await (await target.recover(client)).expect_nothing()


async def test_a_client_with_a_fresh_token_gets_in_after_one_was_too_old(target: Target, door: Door) -> None:
    await door.set("expire_tokens", at="connect", count=1)
    assert (await refusal(target)).status == 401
    await (await target.client()).expect_nothing()


async def test_a_wrong_token_is_told_so_and_uses_no_fault_up(target: Target, door: Door) -> None:
    fault = await door.set("throttle", count=1)
    with pytest.raises(UpgradeRefusedError, match="401"):
        await target.connect(token="none")
    assert (await door.show(fault))["applied"] == 0


async def test_a_delayed_rest_call_is_done_when_it_is_answered(target: Target, door: Door) -> None:
    member = await target.member()
    fault = await door.set("delay", at="rest", by=0.2, count=1)
    call = asyncio.create_task(target.send_to_group("late"))
    await door.applied(fault)
    await target.send_to_group("early")
    assert [(await member.json())["data"] for _ in range(2)] == ["early", "late"]
    assert (await call).status == 202
