"""The HTTP side: what is asked for, what is answered, and who may ask."""

from typing import Any

import pytest

from emulator.faults.rules import MAX_IN_FORCE
from tests.conformance import raw_http
from tests.conformance.target import Target, in_process
from tests.faults.door import PATH, Door, read


async def test_a_fault_is_listed_until_it_is_deleted(door: Door) -> None:
    response = await door.post({"fault": "throttle", "hub": "chat", "count": 2})
    fault = read(response)
    assert (response.status, response.headers["location"]) == (201, f"{PATH}/{fault['id']}")
    assert read(await door.ask("GET")) == {"faults": [fault]}
    assert fault == {
        "id": "f1",
        "fault": "throttle",
        "hub": "chat",
        "count": 2,
        "state": "active",
        "applied": 0,
        "count_left": 2,
        "seconds_left": None,
    }
    await door.delete(fault)
    assert read(await door.ask("GET")) == {"faults": []}
    assert (await door.ask("GET", f"{PATH}/{fault['id']}")).status == 404
    assert (await door.ask("DELETE", f"{PATH}/{fault['id']}")).status == 404


async def test_all_are_deleted_at_once(target: Target, door: Door) -> None:
    for _ in range(2):
        await door.set("refuse", at="connect")
    await door.set("drop")
    assert (await door.ask("DELETE")).status == 204
    assert read(await door.ask("GET")) == {"faults": []}
    await target.client()


async def test_the_first_fault_that_fits_is_the_one_that_applies(target: Target, door: Door) -> None:
    faults = [await door.set("refuse", at="rest", status=status, count=1) for status in (500, 501)]
    assert [(await target.send_to_group("x")).status for _ in range(3)] == [500, 501, 202]
    assert [(await door.show(fault))["applied"] for fault in faults] == [1, 1]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ([], "expected an object such as"),
        ({}, "fault is None; expected one of drop, close"),
        ({"fault": "dorp"}, "fault is 'dorp'; expected one of drop, close"),
        ({"fault": ["drop"]}, "fault is ['drop']; expected one of"),
        ({"fault": "drop", "conection": "x"}, "drop has no 'conection'; expected some of hub, group, user, connection"),
        ({"fault": "drop", "count": 0}, "count is 0: should be greater than or equal to 1"),
        ({"fault": "drop", "count": True}, "count is True: should be a valid integer"),
        ({"fault": "drop", "seconds": "3"}, "seconds is '3': should be a valid number"),
        ({"fault": "drop", "seconds": 1e9}, "seconds is 1000000000.0: should be less than or equal to 86400"),
        ({"fault": "drop", "hub": "a b"}, "hub: 'a b' is not a name of a hub"),
        ({"fault": "drop", "group": " "}, "group: expected 1 to 1024 characters"),
        ({"fault": "close"}, "code is missing: 1000 to 1003"),
        ({"fault": "close", "code": 1006}, "code: 1006 may not be in a close frame"),
        ({"fault": "close", "code": 1000, "reason": "x" * 124}, "reason: 124 bytes; a close frame has room for 123"),
        ({"fault": "stall", "direction": "up"}, "direction is 'up': should be 'both', 'in' or 'out'"),
        ({"fault": "delay", "at": "ack"}, "by is missing"),
        ({"fault": "refuse", "at": "ack"}, "at: 'ack' is not one or several of connect, recovery, rest"),
        ({"fault": "refuse", "at": "rest", "status": 200}, "status is 200: should be greater than or equal to 400"),
        ({"fault": "refuse", "at": "connect", "connection": "c"}, "at connect only hub and group and user is known"),
        ({"fault": "refuse", "at": "rest", "user": "u"}, "at rest only hub is known; got user"),
        ({"fault": "lose_acks", "request": "ping"}, "request is 'ping': should be 'joinGroup'"),
        ({"fault": "drop", "then": {"fault": "x"}}, "then: fault is 'x'; expected one of"),
        (
            {"fault": "close", "code": 99, "count": -1},
            "greater than or equal to 1; code: 99 may",
        ),
    ],
)
async def test_a_mistake_is_named(door: Door, body: Any, said: str) -> None:
    response = await door.post(body)
    assert (response.status, said in read(response)["message"]) == (400, True), response.body
    assert read(await door.ask("GET")) == {"faults": []}


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 60_000, b'{"fault":' + b'{"then":' * 6000])
async def test_what_is_no_json_is_refused(door: Door, body: bytes) -> None:
    assert (await door.ask("POST", PATH, body, Content_Type="application/json")).status == 400


async def test_a_tower_of_faults_is_refused_and_nothing_breaks(door: Door) -> None:
    tower: dict[str, Any] = {"fault": "drop"}
    for _ in range(200):
        tower = {"fault": "drop", "then": tower}
    response = await door.post(tower)
    assert (response.status, b"then" in response.body) == (400, True)


async def test_too_large_a_body_is_refused(door: Door) -> None:
    body = b'{"fault": "drop"' + b" " * 70_000 + b"}"
    assert (await door.ask("POST", PATH, body, Content_Type="application/json")).status == 413


async def test_too_many_faults_are_refused(door: Door) -> None:
    answers = {(await door.post({"fault": "throttle", "hub": "other"})).status for _ in range(MAX_IN_FORCE)}
    assert answers == {201}
    assert (await door.post({"fault": "throttle"})).status == 409


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded"])
async def test_only_json_is_taken_so_that_no_page_can_send_it_unasked(door: Door, content_type: str) -> None:
    assert (await door.ask("POST", PATH, b'{"fault": "drop"}', Content_Type=content_type)).status == 415


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "rebound.example"},
        {"Origin": "https://evil.example"},
        {"X_Forwarded_For": "192.0.2.1"},
        {"Forwarded": "for=192.0.2.1"},
    ],
)
async def test_who_is_not_of_this_machine_needs_the_key(target: Target, door: Door, headers: dict[str, str]) -> None:
    client = await target.client()
    given = {"Content_Type": "application/json", **headers}
    body = b'{"fault": "drop"}'
    assert (await door.ask("POST", PATH, body, **given)).status == 403
    assert (await door.ask("GET", PATH, **headers)).status == 403
    await client.expect_nothing()
    assert (await door.ask("POST", PATH, body, **given, Authorization=f"Bearer {target.key}")).status == 201
    assert await client.ended() == b""


async def test_unless_it_is_switched_on_there_is_no_fault_and_the_answer_says_how() -> None:
    async with in_process() as target:
        client = await target.client()
        response = await raw_http.request(
            target.endpoint, "POST", PATH, {"Content-Type": "application/json"}, b'{"fault": "drop"}'
        )
        assert (response.status, b"EMULATOR_FAULTS=1" in response.body) == (404, True)
        await client.expect_nothing()
