"""The quotas over real sockets."""

import asyncio
import json
from typing import Any

import pytest

from tests.conformance import raw_http
from tests.conformance.handler import emulator_for, running_handler
from tests.conformance.raw_client import UpgradeRefusedError
from tests.conformance.raw_http import Response
from tests.conformance.target import RELIABLE_JSON, Target, in_process


async def state(target: Target, **headers: str) -> dict[str, Any]:
    response = await raw_http.request(target.endpoint, "GET", "/_emulator/quota", headers)
    found: dict[str, Any] = json.loads(response.body)
    return found


async def refusal(target: Target) -> Response:
    with pytest.raises(UpgradeRefusedError) as caught:
        await target.client()
    return caught.value.response


async def test_the_21st_connection_of_the_free_tier_is_refused_until_one_leaves() -> None:
    async with in_process(quota="free") as target:
        clients = [await target.client() for _ in range(20)]
        assert (await refusal(target)).status == 429
        assert (await state(target))["connections"] == {"limit": 20, "open": 20}
        clients[0].send_frame(8, b"\x03\xe8")
        await clients[0].closed()
        await (await target.client()).expect_nothing()


async def test_clients_that_come_together_cannot_slip_in() -> None:
    async with in_process(quota_connections=2) as target:
        outcomes = await asyncio.gather(*(target.client() for _ in range(8)), return_exceptions=True)
        assert sum(isinstance(one, UpgradeRefusedError) for one in outcomes) == 6


async def test_a_lost_connection_leaves_its_place_and_may_still_be_recovered() -> None:
    async with in_process(quota_connections=1, faults=True) as target:
        client = await target.reliable("g")
        await raw_http.request(
            target.endpoint, "POST", "/_emulator/faults", {"Content-Type": "application/json"}, b'{"fault": "drop"}'
        )
        await client.ended()
        other = await target.client()
        await (await target.recover(client)).expect_nothing()
        await other.expect_nothing()
        assert (await refusal(target)).status == 429


@pytest.mark.parametrize("subprotocol", ["json.webpubsub.azure.v1", RELIABLE_JSON])
async def test_messages_are_counted_by_what_goes_out_to_all_receivers(subprotocol: str) -> None:
    async with in_process(quota_messages=100) as target:
        members = [await target.client(groups=["g"], subprotocol=subprotocol) for _ in range(3)]
        await target.send_to_group("x" * 2000)
        frames = [await member.frame() for member in members]
        used = (await state(target))["messages"]["used"]
        assert used == round(sum(len(frame.payload) + 4 for frame in frames) / 2048, 3)


async def test_when_the_messages_are_used_up_all_connections_end_and_nobody_may_send() -> None:
    async with in_process(quota_messages=3) as target:
        member, other = await target.member(), await target.client()
        for _ in range(3):
            assert (await target.send_to_group("x" * 2048)).status == 202
        assert [len((await member.json())["data"]) for _ in range(3)] == [2048] * 3
        for client in (member, other):
            await client.expect(type="system", event="disconnected")
            assert await client.closed() == (1008, "The message quota of today is used up.")
        refused, rest = await refusal(target), await target.send_to_group("x")
        assert (refused.status, rest.status, rest.headers["x-ms-error-code"]) == (429, 429, "Error.TooManyRequests")
        assert 0 < int(rest.headers["retry-after"]) <= 86_400
        assert (await target.operate("HEAD", "groups/g")).status == 404  # what sends nothing is answered
        assert (await state(target))["messages"]["left"] == 0


async def test_what_event_handlers_are_sent_counts_too() -> None:
    async with running_handler() as handler, emulator_for(handler.settings(), quota_messages=100) as target:
        client = await target.client()
        client.send({"type": "event", "event": "e", "dataType": "text", "data": "x" * 4096, "ackId": 1})
        await client.expect_ack(1)
        assert (await state(target))["messages"]["used"] >= 2


async def test_without_a_quota_nothing_is_counted_and_the_state_says_so() -> None:
    async with in_process() as target:
        await target.member()
        await target.send_to_group("x")
        shown = await state(target)
        assert shown["connections"] == {"limit": None, "open": 1}
        assert (shown["messages"]["limit"], shown["messages"]["used"]) == (None, None)


async def test_the_state_is_behind_the_door() -> None:
    async with in_process() as target:
        assert (await state(target, Host="rebound.example"))["code"] == "Error.Forbidden"
