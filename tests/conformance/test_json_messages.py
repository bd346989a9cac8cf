"""What JSON clients say to each other, and the acks they get."""

import json
from typing import Any

import pytest

from tests.conformance.cases import case
from tests.conformance.target import Target

JOIN = {"type": "joinGroup", "group": "g"}
LEAVE = {"type": "leaveGroup", "group": "g"}


def publish(data: Any = "x", group: str = "g", **more: Any) -> dict[str, Any]:
    return {"type": "sendToGroup", "group": group, "dataType": "text", "data": data, **more}


@case("C049")
async def test_a_join_is_acknowledged_byte_for_byte(target: Target) -> None:
    client = await target.client("webpubsub.joinLeaveGroup")
    client.send({**JOIN, "ackId": 1})
    assert await client.text() == '{"type":"ack","ackId":1,"success":true}'


@case("C050")
async def test_a_join_without_the_role_is_forbidden_and_the_connection_stays(target: Target) -> None:
    client = await target.client("none")
    client.send({**JOIN, "ackId": 1})
    ack = await client.expect_ack(1, error="Forbidden")
    assert ack["error"]["message"] == "The client does not have permission to join group 'g'."
    await client.expect_nothing()


@case("C051")
async def test_a_forbidden_request_without_ack_id_is_silent(target: Target) -> None:
    client = await target.client("none")
    client.send(JOIN)
    await client.expect_nothing()
    await target.send_to_group("x")
    await target.settle()
    await client.expect_nothing()


@case("C052")
async def test_who_has_left_receives_nothing(target: Target) -> None:
    client, other = await target.client(), await target.client()
    for ack_id, request in ((1, JOIN), (2, LEAVE), (3, LEAVE)):
        client.send({**request, "ackId": ack_id})
        await client.expect_ack(ack_id)
    other.send(publish(ackId=1))
    await other.expect_ack(1)
    await target.settle()
    await client.expect_nothing()


@case("C053", "C056")
async def test_a_member_receives_what_an_outsider_publishes_and_the_outsider_no_copy(target: Target) -> None:
    member, publisher = await target.member("g"), await target.client(user_id="alice")
    publisher.send(publish("hello", ackId=1))
    assert await member.text() == (
        '{"type":"message","from":"group","group":"g","fromUserId":"alice","dataType":"text","data":"hello"}'
    )
    await publisher.expect_ack(1)
    await publisher.expect_nothing()


@case("C054")
@pytest.mark.parametrize("more", [{}, {"noEcho": False}])
async def test_a_member_receives_its_own_message(target: Target, more: dict[str, Any]) -> None:
    member = await target.member("g")
    member.send(publish(**more))
    await member.expect(type="message", data="x")


@case("C055")
async def test_with_no_echo_only_others_receive_it(target: Target) -> None:
    member, other = await target.member("g"), await target.member("g")
    member.send(publish(noEcho=True))
    await other.expect(type="message", data="x")
    await member.expect_nothing()


@case("C057")
async def test_publishing_without_the_role_is_forbidden_and_nobody_receives_it(target: Target) -> None:
    member, publisher = await target.member("g"), await target.client("none")
    publisher.send(publish(ackId=1))
    ack = await publisher.expect_ack(1, error="Forbidden")
    assert ack["error"]["message"] == "The client does not have permission to send to group 'g'."
    await target.settle()
    await member.expect_nothing()


@case("C058", "C061")
@pytest.mark.parametrize("data", [{"a": {"b": [1, None]}}, "string", 1.5, [1, "x"], True, False, {}, []])
async def test_json_is_the_default_and_any_value_but_null(target: Target, data: Any) -> None:
    member = await target.member("g")
    member.send({"type": "sendToGroup", "group": "g", "data": data})
    await member.expect(dataType="json", data=data)


@case("C059")
async def test_binary_arrives_as_base64(target: Target) -> None:
    member = await target.member("g")
    member.send(publish("AQI=", dataType="binary"))
    await member.expect(dataType="binary", data="AQI=")


@case("C060")
async def test_the_text_of_json_data_is_kept(target: Target) -> None:
    member = await target.member("g")
    member.send('{"type":"sendToGroup","group":"g","data":{"n":12345678901234567890, "a":  1.10,"a":2}}')
    assert '"data":{"n":12345678901234567890, "a":  1.10,"a":2}}' in await member.text()


@case("C070")
async def test_a_group_may_have_1024_characters(target: Target) -> None:
    client = await target.client()
    client.send({"type": "joinGroup", "group": "g" * 1024, "ackId": 1})
    await client.expect_ack(1)


@case("C071", "C072")
@pytest.mark.parametrize("more", [{"extra": {"deep": [1]}}, {"type": "JoinGroup"}, {"type": "JOINGROUP"}])
async def test_unknown_properties_and_the_case_of_type_do_not_matter(target: Target, more: dict[str, Any]) -> None:
    client = await target.client()
    client.send({**JOIN, "ackId": 1, **more})
    await client.expect_ack(1)


@case("C073", "C074")
@pytest.mark.parametrize("ack_id", [0, 9007199254740993, 18446744073709551615])
async def test_an_ack_id_comes_back_exactly(target: Target, ack_id: int) -> None:
    client = await target.client()
    client.send({**JOIN, "ackId": ack_id})
    assert await client.text() == f'{{"type":"ack","ackId":{ack_id},"success":true}}'


@case("C076")
async def test_a_null_ack_id_counts_as_absent(target: Target) -> None:
    client = await target.client()
    client.send({**JOIN, "ackId": None})
    await client.expect_nothing()


@case("C077")
async def test_a_repeated_ack_id_is_a_duplicate_and_not_executed_again(target: Target) -> None:
    member, publisher = await target.member("g"), await target.client()
    publisher.send(publish("once", ackId=5))
    await publisher.expect_ack(5)
    publisher.send(publish("once", ackId=5))
    ack = await publisher.expect_ack(5, error="Duplicate")
    assert ack["error"]["message"] == "Message with ack-id: 5 has been processed"
    await member.expect(data="once")
    await target.settle()
    await member.expect_nothing()


@case("C078")
async def test_all_kinds_of_requests_share_one_space_of_ack_ids(target: Target) -> None:
    client = await target.client()
    client.send({**JOIN, "ackId": 5})
    client.send(publish(ackId=5))
    await client.expect_ack(5)
    await client.expect_ack(5, error="Duplicate")


@case("C080")
async def test_only_the_last_thousand_ack_ids_are_remembered(target: Target) -> None:
    client = await target.client()
    for ack_id in [*range(1, 1002), 1, 1001]:
        client.send({**JOIN, "ackId": ack_id})
    for ack_id in [*range(1, 1002), 1]:
        await client.expect_ack(ack_id)
    await client.expect_ack(1001, error="Duplicate")


@case("C081")
async def test_connections_have_their_own_ack_ids(target: Target) -> None:
    for client in (await target.client(), await target.client()):
        client.send({**JOIN, "ackId": 1})
        await client.expect_ack(1)


@case("C082")
async def test_a_ping_gets_a_pong(target: Target) -> None:
    client = await target.client("none")
    client.send({"type": "ping"})
    assert await client.text() == '{"type":"pong"}'


@case("C083")
async def test_a_sequence_ack_means_nothing_here(target: Target) -> None:
    client = await target.client()
    client.send({"type": "sequenceAck", "sequenceId": 1})
    await client.expect_nothing()


@case("C087")
@pytest.mark.parametrize("seconds", [0, 1, 300])
async def test_a_time_to_live_up_to_300_seconds_is_accepted(target: Target, seconds: int) -> None:
    member = await target.member("g")
    member.send(publish(ttlSeconds=seconds))
    await member.expect(data="x")


@case("C089")
async def test_metadata_arrives_with_its_spelling(target: Target) -> None:
    member = await target.member("g")
    member.send(publish(metadata={"Trace": "1"}))
    await member.expect(data="x", metadata={"Trace": "1"})


@case("C091")
async def test_metadata_alone_is_an_empty_text(target: Target) -> None:
    member = await target.member("g")
    member.send({"type": "sendToGroup", "group": "g", "metadata": {"k": "v"}})
    await member.expect(dataType="text", data="", metadata={"k": "v"})


@case("C093")
async def test_an_event_without_a_handler_fails_and_the_connection_stays(target: Target) -> None:
    client = await target.client("none")
    client.send({"type": "event", "event": "audit", "data": 1, "ackId": 4})
    await client.expect_ack(4, error="InternalServerError")
    await client.expect_nothing()


@case("C094")
async def test_an_event_without_a_handler_and_without_ack_id_is_silent(target: Target) -> None:
    client = await target.client("none")
    client.send({"type": "event", "event": "audit", "dataType": "text", "data": "x"})
    await client.expect_nothing()


@case("C099")
async def test_a_thousand_messages_arrive_in_order(unmetered: Target) -> None:
    member, publisher = await unmetered.member("g"), await unmetered.client()
    for number in range(1000):
        publisher.send(publish(str(number)))
    assert [(await member.json())["data"] for _ in range(1000)] == [str(number) for number in range(1000)]


async def test_group_names_have_a_case(target: Target) -> None:
    member = await target.member("G")
    await target.send_to_group("x", group="g")
    await target.settle()
    await member.expect_nothing()


async def test_a_message_split_into_frames_is_one_message(target: Target) -> None:
    client = await target.client()
    text = json.dumps({**JOIN, "ackId": 1}).encode()
    client.send_frame(0x1, text[:10], fin=False)
    client.send_frame(0x9, b"between")
    client.send_frame(0x0, text[10:])
    assert (await client.frame()).payload == b"between"
    await client.expect_ack(1)
