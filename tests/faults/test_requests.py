"""Lost, delayed and failed requests and acks."""

import pytest

from tests.conformance.raw_client import RawClient
from tests.conformance.target import RELIABLE_JSON, Target
from tests.faults.door import Door
from tests.support.eventually import eventually


def send(client: RawClient, ack_id: int | None, data: str = "x", group: str = "g") -> None:
    request = {"type": "sendToGroup", "group": group, "dataType": "text", "data": data}
    client.send(request if ack_id is None else {**request, "ackId": ack_id})


async def test_a_lost_ack_means_done_and_the_retry_is_a_duplicate(target: Target, door: Door) -> None:
    client, member = await target.client(), await target.member()
    fault = await door.set("lose_acks", count=1)
    send(client, 1)
    await member.expect(data="x")
    await client.expect_nothing()
    send(client, 1)
    await client.expect_ack(1, "Duplicate")
    await member.expect_nothing()
    assert ((await door.show(fault))["applied"], (await door.show(fault))["state"]) == (1, "over")


async def test_a_lost_request_is_not_done_and_the_retry_is(target: Target, door: Door) -> None:
    client, member = await target.client(), await target.member()
    await door.set("lose_requests", count=1)
    send(client, 1)
    await client.expect_nothing()
    await member.expect_nothing()
    send(client, 1)
    await client.expect_ack(1)
    await member.expect(data="x")


async def test_a_failed_request_is_not_done_and_the_same_id_may_be_tried_again(target: Target, door: Door) -> None:
    client, member = await target.client(), await target.member()
    await door.set("fail_requests", count=2)
    for _ in range(2):
        send(client, 1)
        await client.expect_ack(1, "InternalServerError")
    send(client, 1)
    await client.expect_ack(1)
    await member.expect(data="x")


@pytest.mark.parametrize("fault", ["fail_requests", "lose_requests"])
async def test_without_an_ack_id_it_is_simply_not_done(target: Target, door: Door, fault: str) -> None:
    client, member = await target.client(), await target.member()
    await door.set(fault, count=1)
    send(client, None, "lost")
    send(client, None, "comes")
    await member.expect(data="comes")
    await client.expect_nothing()


@pytest.mark.parametrize(
    ("request_", "kind"),
    [
        ({"type": "joinGroup", "group": "g"}, "joinGroup"),
        ({"type": "leaveGroup", "group": "g"}, "leaveGroup"),
        ({"type": "sendToGroup", "group": "g", "dataType": "text", "data": "x"}, "sendToGroup"),
        ({"type": "event", "event": "e", "dataType": "text", "data": "x"}, "event"),
    ],
)
async def test_every_kind_of_request_can_be_meant_alone(
    target: Target, door: Door, request_: dict[str, str], kind: str
) -> None:
    client = await target.client()
    fault = await door.set("fail_requests", request=kind, count=1)
    for number, other in enumerate(("joinGroup", "leaveGroup"), start=10):
        if other != kind:
            client.send({"type": other, "group": "g", "ackId": number})
            await client.expect_ack(number)
    client.send({**request_, "ackId": 1})
    await client.expect_ack(1, "InternalServerError")
    assert (await door.show(fault))["applied"] == 1


async def test_an_invocation_and_a_stream_fail_by_their_own_answers(target: Target, door: Door) -> None:
    client = await target.client()
    await door.set("fail_requests", count=2)
    invocation = {"type": "invoke", "invocationId": "i", "target": "event", "event": "e"}
    client.send({**invocation, "dataType": "text", "data": ""})
    answer = await client.expect(type="invokeResponse", invocationId="i", success=False)
    assert answer["error"]["name"] == "InternalServerError"
    client.send({"type": "sendToGroup", "group": "g", "stream": {"streamId": "s"}, "ackId": 1})
    assert (await client.expect(streamId="s"))["error"]["name"] == "InternalServerError"
    await client.expect_ack(1, "InternalServerError")


@pytest.mark.parametrize("query", ["", "&webpubsub_mode=sendToGroup&group=g"])
async def test_a_simple_client_whose_message_fails_is_closed(target: Target, door: Door, query: str) -> None:
    client = await target.simple(query=query, role=["webpubsub.sendToGroup"])
    await door.set("fail_requests")
    client.send("x")
    assert await client.closed() == (1011, "Internal server error")


async def test_a_delayed_ack_comes_late_and_what_was_done_does_not_wait(target: Target, door: Door) -> None:
    client, member = await target.client(), await target.member()
    await door.set("delay", at="ack", by=0.2, count=1)
    send(client, 1)
    await member.expect(data="x")
    send(client, 2)
    await client.expect_ack(2)
    await client.expect_ack(1)


async def test_the_group_of_a_request_counts_not_those_of_its_sender(target: Target, door: Door) -> None:
    client = await target.client(groups=["h"])
    await door.set("lose_acks", group="g")
    send(client, 1, group="h")
    send(client, 2, group="g")
    send(client, 3, group="h")
    await client.expect(data="x")
    await client.expect_ack(1)
    await client.expect(data="x")
    await client.expect_ack(3)


@pytest.mark.parametrize("scope", ["connection", "user", "hub"])
async def test_only_those_in_the_scope_fail(target: Target, door: Door, scope: str) -> None:
    alice, bob = await target.client(user_id="alice"), await target.client(user_id="bob")
    given = {"connection": alice.connection_id, "user": "alice", "hub": "other"}
    await door.set("fail_requests", **{scope: given[scope]})
    for client in (alice, bob):
        send(client, 1)
    await alice.expect_ack(1, None if scope == "hub" else "InternalServerError")
    await bob.expect_ack(1)


async def test_the_third_ack_can_be_the_one_that_is_lost(target: Target, door: Door) -> None:
    client = await target.client()
    await door.set("lose_acks", after=2, count=1)
    for ack_id in range(1, 5):
        send(client, ack_id)
    for ack_id in (1, 2, 4):
        await client.expect_ack(ack_id)


async def test_lose_the_next_ack_then_drop_then_be_down_and_lose_nothing(target: Target, door: Door) -> None:
    client = await target.reliable("g")
    down = {"fault": "refuse", "at": "recovery", "status": 503, "count": 1}
    await door.set("lose_acks", count=1, then={"fault": "drop", "then": down})
    for ack_id in range(1, 4):
        send(client, ack_id, str(ack_id))  # in one segment: what is behind the lost ack is lost too
    assert await client.ended() == b""
    with pytest.raises(Exception, match="503"):
        await target.recover(client)
    again = await target.recover(client)
    await again.expect(data="1", sequenceId=1)
    send(again, 1, "1")
    await again.expect_ack(1, "Duplicate")
    send(again, 2, "2")
    await again.expect(data="2", sequenceId=2)


async def test_what_follows_meets_the_same_connection_alone(target: Target, door: Door) -> None:
    first, second = await target.client(), await target.client()
    await door.set("fail_requests", then={"fault": "close", "code": 1012})
    send(first, 1)
    await first.expect_ack(1, "InternalServerError")
    assert await first.closed() == (1012, "")
    await second.expect_nothing()


async def test_the_ack_of_an_event_is_lost_when_it_is_there(target: Target, door: Door) -> None:
    client = await target.client(subprotocol=RELIABLE_JSON)
    fault = await door.set("lose_acks", request="event", count=1)
    client.send({"type": "event", "event": "e", "dataType": "text", "data": "x", "ackId": 1})  # without a handler
    await eventually(lambda: door.show(fault))
    await door.applied(fault)
    await client.expect_nothing()
    client.send({"type": "event", "event": "e", "dataType": "text", "data": "x", "ackId": 1})
    await client.expect_ack(1, "InternalServerError")


async def test_pings_and_sequence_acks_are_no_requests(target: Target, door: Door) -> None:
    client = await target.reliable("g")
    await door.set("lose_requests")
    client.send({"type": "sequenceAck", "sequenceId": 0})
    client.send({"type": "ping"})
    await client.expect(type="pong")
