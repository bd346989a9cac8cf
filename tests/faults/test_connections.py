"""Drop, close and stall: whom they meet, for how long and how often."""

import asyncio
from typing import Any

import pytest

from tests.conformance.raw_client import CLOSE, PING, PONG, RawClient
from tests.conformance.target import JSON, RELIABLE_JSON, Target, in_process
from tests.faults.door import Door
from tests.support.eventually import eventually


async def rejected(client: RawClient) -> bool:
    """Whether TCP ended by a reset."""
    try:
        await client.ended()
    except ConnectionResetError:
        return True
    return False


def fields(client: RawClient, target: Target, scope: str) -> dict[str, Any]:
    """A scope that has `client`, who is alice and in group g, in it."""
    known = {"connection": client.connection_id, "user": "alice", "group": "g", "hub": target.hub.upper()}
    return {} if scope == "everything" else {scope: known[scope]}


@pytest.mark.parametrize("scope", ["connection", "user", "group", "hub", "everything"])
async def test_a_drop_cuts_at_once_whom_it_is_for_and_nobody_else(target: Target, door: Door, scope: str) -> None:
    alice = await target.client(groups=["g"], user_id="alice")
    target.hub, own_hub = "other", target.hub
    bob = await target.client(groups=["h"], user_id="bob")
    target.hub = own_hub
    fault = await door.set("drop", **fields(alice, target, scope))
    assert await alice.ended() == b""
    if scope == "everything":
        assert (await bob.ended(), fault["applied"]) == (b"", 2)
    else:
        await bob.expect_nothing()
        assert (fault["state"], fault["applied"]) == ("over", 1)


async def test_all_of_a_scope_must_fit(target: Target, door: Door) -> None:
    clients = [await target.client(groups=[group], user_id=user) for group in "gh" for user in ("alice", "bob")]
    assert (await door.set("drop", group="g", user="alice"))["applied"] == 1
    assert await clients[0].ended() == b""
    for other in clients[1:]:
        await other.expect_nothing()


async def test_a_drop_that_meets_nobody_is_over_and_says_so(target: Target, door: Door) -> None:
    fault = await door.set("drop", group="nobody")
    assert (fault["state"], fault["applied"]) == ("over", 0)
    await (await target.member("nobody")).expect_nothing()


async def test_tcp_ends_by_a_fin_or_by_a_reset(target: Target, door: Door) -> None:
    first, second = await target.client(), await target.client()
    await door.set("drop", connection=first.connection_id)
    await door.set("drop", connection=second.connection_id, reset=True)
    assert (await rejected(first), await rejected(second)) == (False, True)


async def test_a_counted_drop_takes_who_is_there_and_then_who_comes(target: Target, door: Door) -> None:
    there = await target.client()
    fault = await door.set("drop", count=2)
    assert await there.ended() == b""
    assert await (await target.client()).ended() == b""  # past its connected frame
    await (await target.client()).expect_nothing()
    shown = await door.show(fault)
    assert (shown["state"], shown["applied"], shown["count_left"]) == ("over", 2, 0)


async def test_a_drop_for_a_time_takes_every_new_socket_until_it_is_deleted(target: Target, door: Door) -> None:
    fault = await door.set("drop", seconds=600)
    for _ in range(3):
        assert await (await target.client()).ended() == b""
    shown = await door.show(fault)
    assert (shown["state"], shown["applied"]) == ("active", 3)
    assert 0 < shown["seconds_left"] <= 600
    await door.delete(fault)
    await (await target.client()).expect_nothing()


async def test_a_fault_for_a_time_is_over_when_that_has_passed(target: Target, door: Door) -> None:
    fault = await door.set("refuse", at="connect", seconds=0.05)

    async def is_over() -> bool:
        return bool((await door.show(fault))["state"] == "over")

    await eventually(is_over)
    await (await target.client()).expect_nothing()


async def test_after_leaves_the_first_ones_alone(target: Target, door: Door) -> None:
    await door.set("drop", count=1, after=1, group="g")
    first = await target.member()
    assert await (await target.member()).ended() == b""
    await first.expect_nothing()
    await (await target.member()).expect_nothing()


async def test_who_joins_the_group_gets_its_ack_and_is_cut(target: Target, door: Door) -> None:
    await door.set("drop", group="g", count=1)
    client = await target.client()
    client.send({"type": "joinGroup", "group": "g", "ackId": 1})
    await client.expect_ack(1)
    assert await client.ended() == b""


async def test_who_is_put_into_the_group_over_rest_is_cut(target: Target, door: Door) -> None:
    await door.set("drop", group="g", count=1)
    client = await target.client()
    await target.operate("PUT", f"groups/g/connections/{client.connection_id}")
    assert await client.ended() == b""


async def test_a_dropped_reliable_client_recovers_and_misses_nothing(target: Target, door: Door) -> None:
    client = await target.reliable("g")
    await door.set("drop", connection=client.connection_id)
    assert await client.ended() == b""
    await target.send_to_group("missed")
    again = await target.recover(client)
    await again.expect(type="message", data="missed", sequenceId=1)


async def test_a_recovered_socket_is_one_that_comes(target: Target, door: Door) -> None:
    client = await target.reliable("g")
    await door.set("drop", connection=client.connection_id, count=2)
    assert await client.ended() == b""
    again = await target.recover(client)
    assert await again.ended() == b""
    await (await target.recover(client)).expect_nothing()


@pytest.mark.parametrize("code", [1001, 1012, 4321])
async def test_a_close_has_its_code_and_its_reason(target: Target, door: Door, code: int) -> None:
    client = await target.client()
    await door.set("close", code=code, reason="Service reload", hub=target.hub)
    assert await client.closed() == (code, "Service reload")


async def test_a_closed_reliable_client_cannot_recover_unless_the_fault_says_so(target: Target, door: Door) -> None:
    for_good, for_now = await target.reliable("g"), await target.reliable("g")
    await door.set("close", code=1012, connection=for_good.connection_id)
    await door.set("close", code=1012, connection=for_now.connection_id, recoverable=True)
    assert [await one.closed() for one in (for_good, for_now)] == [(1012, ""), (1012, "")]
    await target.send_to_group("missed")
    assert (await (await target.recover(for_good)).frame()).close[0] == 1008
    await (await target.recover(for_now)).expect(data="missed", sequenceId=1)


async def test_a_close_ends_also_who_waits_for_its_recovery(target: Target, door: Door) -> None:
    client = await target.reliable("g")
    await door.set("drop")
    await client.ended()
    assert (await door.set("close", code=1001))["applied"] == 1
    assert (await (await target.recover(client)).frame()).close[0] == 1008


@pytest.mark.parametrize("subprotocol", [JSON, RELIABLE_JSON])
async def test_a_stalled_connection_hears_nothing_and_is_not_heard_until_the_stall_ends(
    target: Target, door: Door, subprotocol: str
) -> None:
    stalled, other = await target.client(groups=["g"], subprotocol=subprotocol), await target.member()
    fault = await door.set("stall", connection=stalled.connection_id)
    stalled.send({"type": "sendToGroup", "group": "g", "dataType": "text", "data": "up", "ackId": 1, "noEcho": True})
    stalled.send_frame(PING, b"?")
    await target.send_to_group("down")
    await other.expect(data="down")
    await other.expect_nothing()  # and so the emulator's event loop had its turns
    assert not stalled.reader._buffer  # type: ignore[attr-defined]
    await door.delete(fault)
    await stalled.expect(data="down")
    await stalled.expect_ack(1)
    assert (await stalled.any_frame())[:2] == (PONG, b"?")
    await other.expect(data="up")


async def test_a_stall_of_one_direction_leaves_the_other(target: Target, door: Door) -> None:
    deaf, mute = await target.member(), await target.member()
    await door.set("stall", connection=deaf.connection_id, direction="in")
    ended = await door.set("stall", connection=mute.connection_id, direction="out")
    mute.send({"type": "sendToGroup", "group": "g", "dataType": "text", "data": "x"})
    await deaf.expect(data="x")
    await door.delete(ended)
    await mute.expect(data="x")


async def test_back_pressure_reaches_a_client_that_is_not_read(target: Target, door: Door) -> None:
    client = await target.client()
    await door.set("stall", connection=client.connection_id, direction="in")
    message = '{"type":"ping","x":"' + "x" * 500_000 + '"}'
    while client.writer.transport.get_write_buffer_size() < 2_000_000:  # type: ignore[attr-defined]
        client.send(message)
        await asyncio.sleep(0)
    await target.client()  # nobody else is held up


async def test_a_stall_holds_a_connection_over_its_sockets_and_a_drop_ends_in_it(target: Target, door: Door) -> None:
    client = await target.reliable("g")
    stall = await door.set("stall", connection=client.connection_id, count=1)
    await door.set("drop", connection=client.connection_id)
    assert await client.ended() == b""
    again = await target.recover(client)
    await target.send_to_group("x")
    again.send_frame(PING, b"?")
    assert (await door.show(stall))["state"] == "active"
    await door.delete(stall)
    await again.expect(data="x", sequenceId=1)


async def test_a_stalled_consumer_is_closed_as_any_slow_one(target: Target, door: Door) -> None:
    client = await target.member()
    stall = await door.set("stall", connection=client.connection_id)
    for _ in range(17):
        await target.send_to_group(b"x" * 1_000_000)

    async def is_gone() -> bool:
        return (await target.operate("HEAD", f"connections/{client.connection_id}")).status == 404

    await eventually(is_gone)
    await door.delete(stall)
    while (frame := await client.any_frame()).opcode != CLOSE:
        pass
    assert frame.close == (1008, "The outbound message queue is full.")


async def test_stopping_the_emulator_ends_every_stall() -> None:
    async with in_process(faults=True) as target:
        client = await target.client()
        await Door(target).set("stall")
        target.clients.remove(client)
    assert await client.closed() == (1001, "The emulator is shutting down.")
    client.drop()
