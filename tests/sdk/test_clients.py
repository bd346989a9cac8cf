"""Microsoft's client SDKs, unmodified: the same tests for each of them."""

import base64
import json
from typing import Any

import pytest

from tests.conformance.cases import case
from tests.conformance.target import JSON, Target
from tests.sdk.client import PYTHON, PYTHON_ASYNC, CallError, SdkClient
from tests.sdk.conftest import Connect
from tests.sdk.proxy import Proxy, messages_of_client
from tests.support.eventually import eventually


async def started(client: SdkClient) -> str:
    """Start a client; return its connection id."""
    await client.call("start")
    connection_id: str = (await client.event("connected"))["connectionId"]
    return connection_id


async def stopped(client: SdkClient) -> dict[str, Any]:
    """The client says, in any order, that it is disconnected and that it has stopped; return the first."""
    events = {event["event"]: event for event in [await client.event("disconnected", "stopped") for _ in range(2)]}
    assert set(events) == {"disconnected", "stopped"}
    return events["disconnected"]


async def messages(client: SdkClient, count: int) -> list[dict[str, Any]]:
    """The next messages of groups, by their sequence ids: the Python SDK hands out each one in a thread of its own."""
    return sorted([await client.event("group-message") for _ in range(count)], key=lambda one: one["sequenceId"])


async def exists(target: Target, connection_id: str) -> bool:
    return (await target.operate("HEAD", f"connections/{connection_id}")).status == 200


@case("C279", "C286")
async def test_a_client_starts_and_knows_who_it_is(sdk: str, connect: Connect) -> None:
    client = connect(sdk, user_id="alice")
    await client.call("start")
    connected = await client.event("connected")
    assert (connected["userId"], len(connected["connectionId"])) == ("alice", 32)


@case("C280")
async def test_what_a_client_sends_to_its_group_comes_back(sdk: str, connect: Connect) -> None:
    client = connect(sdk, user_id="alice")
    await started(client)
    await client.call("joinGroup", "g")
    data = {"text": "ä ☃", "json": {"a": [1, None, "x"]}, "binary": base64.b64encode(b"\0\1\xff").decode()}
    for data_type, sent in data.items():
        await client.call("sendToGroup", "g", sent, data_type)
        message = await client.event("group-message")
        assert (message["group"], message["fromUserId"]) == ("g", "alice")
        assert (message["dataType"], message["data"]) == (data_type, sent)


async def test_no_echo_is_none(sdk: str, connect: Connect) -> None:
    client = connect(sdk)
    await started(client)
    await client.call("joinGroup", "g")
    await client.call("sendToGroup", "g", "not for me", "text", {"noEcho": True})
    await client.call("sendToGroup", "g", "for me", "text")
    assert (await client.event("group-message"))["data"] == "for me"


@case("C281")
async def test_who_has_left_a_group_gets_nothing_of_it(sdk: str, connect: Connect, target: Target) -> None:
    client = connect(sdk)
    await started(client)
    await client.call("joinGroup", "g")
    await client.call("leaveGroup", "g")
    await client.call("sendToGroup", "g", "x", "text")
    await target.operate("POST", ":send", "from the server")
    assert (await client.event("server-message"))["data"] == "from the server"


@case("C282")
async def test_without_the_role_a_join_fails_after_all_attempts_and_the_connection_stays(
    sdk: str, connect: Connect, network: Proxy
) -> None:
    client = connect(sdk, roles=("webpubsub.sendToGroup",))
    await started(client)
    with pytest.raises(CallError) as caught:
        await client.call("joinGroup", "g")
    assert (caught.value.name, caught.value.detail) == ("SendMessageError", "Forbidden")
    requests = [json.loads(message) for message in messages_of_client(network.upstream[0])]
    attempts = [request["ackId"] for request in requests if request["type"] == "joinGroup"]
    assert len(set(attempts)) == len(attempts) == 4
    await client.call("sendToGroup", "g", "x", "text")
    assert [event["event"] for event in client.events] == ["connected"]


@case("C287")
async def test_an_event_without_a_handler_fails_and_the_connection_stays(sdk: str, connect: Connect) -> None:
    client = connect(sdk)
    await started(client)
    with pytest.raises(CallError) as caught:
        await client.call("sendEvent", "nobody", "x", "text")
    assert (caught.value.name, caught.value.detail) == ("SendMessageError", "InternalServerError")
    await client.call("joinGroup", "g")


@case("C288")
async def test_a_second_send_with_the_same_ack_id_is_no_error(sdk: str, connect: Connect) -> None:
    client = connect(sdk)
    await started(client)
    await client.call("joinGroup", "g")
    for _ in range(2):
        await client.call("sendToGroup", "g", "once", "text", {"ackId": 1000})
    await client.call("sendToGroup", "g", "after", "text")
    assert [message["data"] for message in await messages(client, 2)] == ["once", "after"]


@case("C283")
async def test_a_close_over_rest_leads_to_a_new_connection_in_the_same_groups(
    sdk: str, connect: Connect, target: Target
) -> None:
    client = connect(sdk)
    connection_id = await started(client)
    await client.call("joinGroup", "g")
    await target.operate("DELETE", f"connections/{connection_id}", query="&reason=enough")
    disconnected = await client.event("disconnected")
    assert disconnected["message"] == "Application server closed the connection. Reason: enough"
    again = (await client.event("connected"))["connectionId"]
    assert again != connection_id

    async def has_rejoined() -> bool:
        return (await target.operate("HEAD", "groups/g")).status == 200

    await eventually(has_rejoined)
    await target.send_to_group("back")
    assert (await client.event("group-message"))["data"] == "back"
    assert not await exists(target, connection_id)


@case("C284")
async def test_after_a_cut_the_same_connection_gets_what_it_missed_once(
    sdk: str, connect: Connect, target: Target, network: Proxy
) -> None:
    client = connect(sdk)
    connection_id = await started(client)
    await client.call("joinGroup", "g")
    await target.send_to_group("before")
    assert (await client.event("group-message"))["data"] == "before"
    network.block()
    network.cut()
    for number in range(3):
        await target.send_to_group(f"missed {number}")
    network.unblock()
    missed = await messages(client, 3)
    assert [message["data"] for message in missed] == ["missed 0", "missed 1", "missed 2"]
    assert [message["sequenceId"] for message in missed] == [2, 3, 4]
    await client.call("sendToGroup", "g", "after", "text")
    assert (await client.event("group-message"))["data"] == "after"
    assert await exists(target, connection_id)
    assert [event["event"] for event in client.events] == ["connected", *["group-message"] * 5]


async def test_several_cuts_in_a_row_lose_and_repeat_nothing(
    sdk: str, connect: Connect, target: Target, network: Proxy
) -> None:
    client = connect(sdk)
    await started(client)
    await client.call("joinGroup", "g")
    for number in range(60):
        await target.send_to_group(str(number))
        if number % 20 == 10:
            network.cut()
    assert [message["data"] for message in await messages(client, 60)] == [str(number) for number in range(60)]
    await target.operate("POST", ":send", "last")
    assert (await client.event("server-message"))["sequenceId"] == 61


@case("C285")
async def test_stopping_ends_the_session_at_once(sdk: str, connect: Connect, target: Target) -> None:
    client = connect(sdk)
    connection_id = await started(client)
    await client.call("stop")

    async def is_gone() -> bool:
        return not await exists(target, connection_id)

    await eventually(is_gone)
    assert (await stopped(client))["connectionId"] == connection_id


@pytest.mark.parametrize("python", [PYTHON, PYTHON_ASYNC])
async def test_python_clients_know_whether_they_are_connected(connect: Connect, python: str) -> None:
    client = connect(python)
    assert await client.call("isConnected") is False
    await started(client)
    assert await client.call("isConnected") is True
    await client.call("stop")
    await stopped(client)
    assert await client.call("isConnected") is False


async def test_who_listens_no_more_hears_nothing_and_may_listen_again(
    sdk: str, connect: Connect, target: Target
) -> None:
    client = connect(sdk)
    await started(client)
    await client.call("joinGroup", "g")
    await client.call("off", "group-message")
    await client.call("sendToGroup", "g", "unheard", "text")
    await target.operate("POST", ":send", "between")
    await client.event("server-message")
    await client.call("on", "group-message")
    await client.call("sendToGroup", "g", "heard", "text")
    assert (await client.event("group-message"))["data"] == "heard"


async def test_a_client_can_start_again_after_it_was_stopped(sdk: str, connect: Connect) -> None:
    client = connect(sdk)
    first = await started(client)
    await client.call("stop")
    await stopped(client)
    assert await started(client) != first


async def test_a_plain_client_comes_back_with_a_new_connection(
    sdk: str, connect: Connect, target: Target, network: Proxy
) -> None:
    client = connect(sdk, JSON)
    connection_id = await started(client)
    await client.call("joinGroup", "g")
    network.cut()
    await client.event("disconnected")
    assert (await client.event("connected"))["connectionId"] != connection_id
