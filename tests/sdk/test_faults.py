"""What Microsoft's client SDKs do when things go wrong at the worst moment: the faults of the emulator decide when."""

import json
from typing import Any

import pytest

from tests.conformance import raw_http
from tests.conformance.target import Target, named
from tests.sdk.client import JAVASCRIPT
from tests.sdk.conftest import Connect
from tests.sdk.test_clients import started


async def set_fault(target: Target, **fault: Any) -> str:
    """Set a fault in the test's hub; return its address."""
    if named() is not None:
        pytest.skip("faults are set in an emulator of our own")
    body = json.dumps({"hub": target.hub, **fault}).encode()
    headers = {"Content-Type": "application/json"}
    response = await raw_http.request(target.endpoint, "POST", "/_emulator/faults", headers, body)
    assert response.status == 201, response.body
    return response.headers["location"]


async def applied(target: Target, address: str) -> int:
    """How often a fault was applied."""
    count: int = json.loads((await raw_http.request(target.endpoint, "GET", address)).body)["applied"]
    return count


async def once(sdk: str, connect: Connect, target: Target, *options: dict[str, int]) -> list[str]:
    """What a client gets that sends three messages to itself, the second of which is acknowledged in vain."""
    client = connect(sdk)
    await started(client)
    await client.call("joinGroup", "g")
    await client.call("sendToGroup", "g", "before", "text")
    lost = await set_fault(target, fault="lose_acks", count=1, then={"fault": "drop"})
    await client.call("sendToGroup", "g", "once", "text", *options)
    assert await applied(target, lost) == 1
    await client.call("sendToGroup", "g", "after", "text")
    await target.operate("POST", ":send", "the end")
    received: list[dict[str, Any]] = []
    while not received or received[-1]["data"] != "the end":
        received = sorted([*received, await client.event("group-message", "server-message")], key=_number)
    assert [one["sequenceId"] for one in received] == list(range(1, len(received) + 1))
    assert all(event["event"] in ("connected", "group-message", "server-message") for event in client.events)
    return [one["data"] for one in received[:-1]]


def _number(message: dict[str, Any]) -> int:
    number: int = message["sequenceId"]
    return number


async def test_after_a_lost_ack_and_a_cut_the_sequence_goes_on_and_duplicate_is_success(
    sdk: str, connect: Connect, target: Target
) -> None:
    """The JavaScript SDK tries again under the caller's ack id; those for Python forget it and choose a new one."""
    sent = ["before", "once", "after"] if sdk == JAVASCRIPT else ["before", "once", "once", "after"]
    assert await once(sdk, connect, target, {"ackId": 1000}) == sent


async def test_without_an_ack_id_of_the_callers_own_every_sdk_chooses_a_new_one_and_sends_twice(
    sdk: str, connect: Connect, target: Target
) -> None:
    assert await once(sdk, connect, target) == ["before", "once", "once", "after"]


async def test_a_service_that_is_down_for_a_while_is_asked_again_until_the_connection_is_recovered(
    sdk: str, connect: Connect, target: Target
) -> None:
    client = connect(sdk)
    await started(client)
    await client.call("joinGroup", "g")
    down = {"fault": "refuse", "at": "recovery", "status": 503, "count": 1}
    await set_fault(target, fault="drop", then=down)
    await target.send_to_group("missed")
    assert (await client.event("group-message"))["sequenceId"] == 1
    assert [event["event"] for event in client.events] == ["connected", "group-message"]


async def test_a_refused_recovery_leads_to_a_new_connection_in_the_same_groups(
    sdk: str, connect: Connect, target: Target
) -> None:
    client = connect(sdk)
    first = await started(client)
    await client.call("joinGroup", "g")
    refused = {"fault": "refuse", "at": "recovery", "count": 1}
    await set_fault(target, fault="drop", then=refused)
    await client.event("disconnected")
    assert (await client.event("connected"))["connectionId"] != first
