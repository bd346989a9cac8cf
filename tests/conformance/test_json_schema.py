"""What Microsoft's schemas allow is accepted, and what comes back is valid by them; `RawClient` judges every frame."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.protocols.json import JSON
from tests.conformance.json_schema import is_request, is_response, judge
from tests.conformance.raw_client import CLOSE
from tests.conformance.target import Target

FRAMES = json.loads((Path(__file__).parents[1] / "wire" / "frames.json").read_text("utf-8"))


def named(side: str) -> list[Any]:
    return [pytest.param(frame, id=frame["name"]) for frame in FRAMES[side]]


@pytest.mark.parametrize("frame", named("client"))
async def test_every_published_request_is_accepted(target: Target, frame: dict[str, Any]) -> None:
    client = await target.client()
    client.send(frame["text"])
    client.send({"type": "ping"})
    while (answer := await client.json())["type"] != "pong":
        pass
    assert answer == {"type": "pong"}


@pytest.mark.parametrize("frame", named("refused"))
async def test_every_frame_that_is_none_is_refused(target: Target, frame: dict[str, Any]) -> None:
    client = await target.client()
    client.send(frame["text"])
    assert (await client.closed())[0] == frame["close"]


NAMES = st.from_regex(r"[a-z][a-z0-9]{0,9}", fullmatch=True)
PAYLOADS = st.one_of(
    st.fixed_dictionaries({"dataType": st.just("text"), "data": st.text()}),
    st.fixed_dictionaries({"dataType": st.just("binary"), "data": st.sampled_from(["", "AQI=", "/+8="])}),
    st.fixed_dictionaries(
        {"data": st.dictionaries(st.text(), st.none() | st.integers() | st.text())},
        optional={"dataType": st.just("json")},
    ),
)
MORE = {"ackId": st.integers(0, 2**64 - 1), "noEcho": st.booleans()}
REQUESTS = st.one_of(
    st.fixed_dictionaries(
        {"type": st.sampled_from(["joinGroup", "leaveGroup"]), "group": NAMES}, optional={"ackId": MORE["ackId"]}
    ),
    st.builds(
        dict[str, Any],
        st.fixed_dictionaries({"type": st.just("sendToGroup"), "group": NAMES}, optional=MORE).flatmap(
            lambda head: PAYLOADS.map(lambda payload: head | payload)
        ),
    ),
    st.builds(
        dict[str, Any],
        st.fixed_dictionaries({"type": st.just("event"), "event": NAMES}).flatmap(
            lambda head: PAYLOADS.map(lambda payload: head | payload)
        ),
    ),
)


@given(REQUESTS)
def test_what_the_schema_of_requests_allows_is_read(request_: dict[str, Any]) -> None:
    assert is_request(request_)
    JSON.decode(json.dumps(request_).encode(), is_text=True)


@pytest.mark.parametrize("frame", named("service"))
def test_every_published_response_is_judged_valid(frame: dict[str, Any]) -> None:
    judge(json.loads(frame["text"]))


def test_the_schema_rejects_every_ack_of_success() -> None:
    # The exception that is conceded: should the schema ever be mended, this fails, and the concession can go.
    assert not is_response({"type": "ack", "ackId": 1, "success": True})
    assert not is_response({"success": True})


@pytest.mark.parametrize(
    "frame",
    [
        {"type": "ack", "success": True},
        {"type": "ack", "ackId": 1, "success": True, "error": None},
        {"type": "ack", "ackId": "1", "success": False, "error": {"name": "Forbidden"}},
        {"type": "ack", "ackId": 1, "success": False, "error": {"name": "Refused"}},
        {"type": "message", "from": "group", "dataType": "text", "data": "no group"},
        {"type": "message", "from": "server", "dataType": "text", "data": 1},
        {"type": "message", "from": "server", "dataType": "json", "data": None},
        {"type": "system", "event": "connected", "userId": "u"},
        {"type": "other"},
    ],
)
def test_the_judge_says_no(frame: dict[str, Any]) -> None:
    with pytest.raises((jsonschema.ValidationError, AssertionError)):
        judge(frame)


async def test_every_frame_of_a_json_connection_is_judged(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr("tests.conformance.raw_client.judge", lambda frame: seen.append(frame["type"]))
    client = await target.client()
    client.send({"type": "joinGroup", "group": "g", "ackId": 1})
    await client.expect_ack(1)
    await target.send_to_group("x")
    await client.expect(type="message")
    await target.operate("DELETE", f"connections/{client.connection_id}")
    while (await client.frame()).opcode != CLOSE:
        pass
    assert seen == ["system", "ack", "message", "system"]
