"""Messages of reliable clients: their sequence ids, what is kept until it is acknowledged, and what is sent again."""

import asyncio

import pytest

from tests.conformance.cases import case
from tests.conformance.raw_client import CLOSE, RawClient
from tests.conformance.target import JSON, RELIABLE_JSON, Target, in_process

FULL = (1008, "The reliable message buffer is full.")
REFUSED = (1008, "The connection could not be recovered.")


async def publish(publisher: RawClient, *data: object, **properties: object) -> None:
    """Publish to `g`, and wait until the service has done so."""
    for one in data:
        publisher.send({"type": "sendToGroup", "group": "g", "data": one, **properties})
    publisher.send({"type": "ping"})
    await publisher.expect(type="pong")


async def receive(client: RawClient, *data: object, first_id: int = 1) -> None:
    """These messages come next, in order and under the ids that follow one another."""
    for sequence_id, one in enumerate(data, start=first_id):
        await client.expect(type="message", data=one, sequenceId=sequence_id)


async def acknowledge(client: RawClient, sequence_id: int) -> None:
    client.send({"type": "sequenceAck", "sequenceId": sequence_id})
    client.send({"type": "ping"})
    await client.expect(type="pong")


@case("C026")
async def test_a_reliable_client_is_given_a_reconnection_token(target: Target) -> None:
    client = await target.connect(subprotocols=[RELIABLE_JSON])
    assert client.subprotocol == RELIABLE_JSON
    connected = await client.expect(type="system", event="connected")
    assert list(connected) == ["type", "event", "userId", "connectionId", "reconnectionToken"]
    assert connected["reconnectionToken"]


@case("C121")
async def test_messages_are_numbered_and_answers_are_not(target: Target) -> None:
    client, publisher = await target.reliable("g"), await target.client()
    await publish(publisher, "a", "b")
    for sequence_id in (1, 2):
        message = await client.expect(type="message", sequenceId=sequence_id)
        assert list(message)[-1] == "sequenceId"
    client.send({"type": "sendToGroup", "group": "g", "data": "c", "ackId": 1})
    answers = [await client.json() for _ in range(2)]
    assert {answer["type"]: answer.get("sequenceId") for answer in answers} == {"message": 3, "ack": None}


@case("C121")
async def test_messages_of_the_server_count_with_those_of_groups(target: Target) -> None:
    client = await target.reliable("g")
    await target.operate("POST", ":send", "a")
    await target.send_to_group("b")
    await client.expect(data="a", sequenceId=1, **{"from": "server"})
    await client.expect(data="b", sequenceId=2, **{"from": "group"})


@case("C122", "C125")
async def test_what_was_sent_while_a_client_was_away_comes_after_its_recovery(target: Target) -> None:
    client, publisher = await target.reliable("g"), await target.client()
    await publish(publisher, 1)
    await receive(client, 1)
    await acknowledge(client, 1)
    client.drop()
    await publish(publisher, 2, 3)
    client = await target.recover(client)
    assert client.subprotocol == RELIABLE_JSON
    await publish(publisher, 4)
    await receive(client, 2, 3, 4, first_id=2)
    await client.expect_nothing()


@case("C123")
async def test_only_what_is_not_acknowledged_is_sent_again(target: Target) -> None:
    client, publisher = await target.reliable("g"), await target.client()
    await publish(publisher, *range(1, 8))
    await receive(client, *range(1, 8))
    await acknowledge(client, 5)
    await acknowledge(client, 3)  # no step back
    await acknowledge(client, 1000)  # never given
    client.drop()
    client = await target.recover(client)
    await receive(client, 6, 7, first_id=6)
    await client.expect_nothing()


@case("C143")
async def test_what_is_sent_again_is_the_same_to_the_byte(target: Target) -> None:
    client, publisher = await target.reliable("g"), await target.client(user_id="ü")
    await publish(publisher, "ä", {"n": 12345678901234567890}, metadata={"k": "v"})
    await publish(publisher, "AQI=", dataType="binary")
    first = [await client.frame() for _ in range(3)]
    client.drop()
    client = await target.recover(client)
    assert [await client.frame() for _ in range(3)] == first


@case("C124")
async def test_a_recovered_client_is_still_in_its_groups(target: Target) -> None:
    client, publisher = await target.reliable(), await target.client()
    client.send({"type": "joinGroup", "group": "g", "ackId": 1})
    await client.expect_ack(1)
    client.drop()
    client = await target.recover(client)
    await publish(publisher, "x")
    await receive(client, "x")


@case("C140")
async def test_an_ack_id_from_before_the_recovery_is_a_duplicate(target: Target) -> None:
    client = await target.reliable("g")
    request = {"type": "sendToGroup", "group": "g", "data": 1, "ackId": 9, "noEcho": True}
    client.send(request)
    await client.expect_ack(9)
    client.drop()
    client = await target.recover(client)
    client.send(request)
    await client.expect_ack(9, "Duplicate")
    await client.expect_nothing()


@case("C120")
async def test_a_permission_granted_before_holds_after_the_recovery(target: Target) -> None:
    client = await target.reliable(roles=["webpubsub.sendToGroup.other"])
    path = f"permissions/sendToGroup/connections/{client.connection_id}"
    assert (await target.operate("PUT", path, query="&targetName=g")).status == 200
    client.drop()
    client = await target.recover(client)
    client.send({"type": "sendToGroup", "group": "g", "data": 1, "ackId": 1})
    await client.expect_ack(1)


@case("C141")
async def test_who_leaves_a_thousand_messages_unacknowledged_is_closed_for_good(here: Target) -> None:
    client, other, publisher = await here.reliable("g"), await here.reliable("g"), await here.client()
    for start in range(0, 1000, 100):
        await publish(publisher, *range(start, start + 100))
        await receive(client, *range(start, start + 100), first_id=start + 1)
        await receive(other, *range(start, start + 100), first_id=start + 1)
    await acknowledge(other, 1)
    await publish(publisher, 1000)
    await receive(client, 1000, first_id=1001)
    assert await client.closed() == FULL
    assert await (await here.recover(client)).closed() == REFUSED
    await receive(other, 1000, first_id=1001)
    await other.expect_nothing()


async def test_messages_for_a_client_that_is_away_count_too(here: Target) -> None:
    client, publisher = await here.reliable("g"), await here.client()
    client.drop()
    await publish(publisher, *range(1001))
    assert await (await here.recover(client)).closed() == REFUSED


async def test_bytes_count_too(here: Target) -> None:
    client, publisher = await here.reliable("g"), await here.client()
    for _ in range(16):
        await publish(publisher, "x" * (2**20 - 300))
    for _ in range(16):
        await client.expect(type="message")
    await publish(publisher, "x" * 10_000)
    await client.expect(type="message")
    assert await client.closed() == FULL


@case("C142")
async def test_who_acknowledges_is_never_closed(unmetered: Target) -> None:
    client, publisher = await unmetered.reliable("g"), await unmetered.client()
    for start in range(0, 10_000, 500):
        await publish(publisher, *range(start, start + 500))
        await receive(client, *range(start, start + 500), first_id=start + 1)
        await acknowledge(client, start + 500)
    await client.expect_nothing()


@case("C147")
async def test_a_message_whose_time_is_over_is_not_delivered_to_a_client_that_was_away(target: Target) -> None:
    client, publisher = await target.reliable("g"), await target.client()
    client.drop()
    await publish(publisher, "short", ttlSeconds=1)
    await target.send_to_group("shorter", query="&messageTtlSeconds=1")
    await publish(publisher, "long", ttlSeconds=300)
    await publish(publisher, "for ever", ttlSeconds=0)
    await asyncio.sleep(1.1 if target.is_here else 3)  # nothing but time ends a time-to-live, and nobody tells
    client = await target.recover(client)
    assert [(await client.json())["data"] for _ in range(2)] == ["long", "for ever"]
    await client.expect_nothing()


async def test_a_message_that_was_delivered_in_time_is_delivered(target: Target) -> None:
    client, publisher = await target.reliable("g"), await target.client()
    client.drop()
    await publish(publisher, "x", ttlSeconds=300)
    client = await target.recover(client)
    await receive(client, "x")


async def test_clients_that_joined_at_different_times_count_for_themselves(target: Target) -> None:
    publisher = await target.client()
    clients = []
    for number in range(5):
        clients.append(await target.reliable("g"))
        await publish(publisher, number)
    for number, client in enumerate(clients):
        await receive(client, *range(number, 5))


async def test_plain_and_reliable_clients_of_a_group_get_the_same_data(target: Target) -> None:
    plain, reliable = await target.client(groups=["g"], subprotocol=JSON), await target.reliable("g")
    await publish(plain, "x", noEcho=True)
    await receive(reliable, "x")
    await publish(reliable, "y", noEcho=True)
    assert "sequenceId" not in await plain.expect(data="y")


async def test_a_client_that_never_acknowledges_does_not_hold_up_others(here: Target) -> None:
    stuck, fast, publisher = await here.reliable("g"), await here.reliable("g"), await here.client()
    stuck.pause()
    for start in range(0, 1500, 250):
        await publish(publisher, *["x" * 10_000] * 250)
        await receive(fast, *["x" * 10_000] * 250, first_id=start + 1)
        await acknowledge(fast, start + 250)
    stuck.resume()
    while (frame := await stuck.frame()).opcode != CLOSE:
        pass
    assert frame.close == FULL


@pytest.mark.parametrize("announced", [False, True])
async def test_a_recovered_client_is_greeted_only_where_the_settings_say_so(announced: bool) -> None:
    async with in_process(connected_after_recovery=announced) as target:
        client, publisher = await target.reliable("g"), await target.client()
        client.drop()
        await publish(publisher, 1)
        client = await target.recover(client)
        await receive(client, 1)
        if announced:
            greeting = await client.expect(event="connected", connectionId=client.connection_id)
            assert greeting["reconnectionToken"] != client.reconnection_token
            client.drop()
            client = await target.recover(client, token=greeting["reconnectionToken"])
            await receive(client, 1)
            await client.expect(event="connected")
        await client.expect_nothing()
