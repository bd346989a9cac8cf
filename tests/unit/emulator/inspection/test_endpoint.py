"""The state and the trace of a running emulator, over real sockets, and that no secret is in either."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import aiohttp
import pytest

from emulator.inspection import endpoint
from tests.conformance import raw_http
from tests.conformance.raw_client import UpgradeRefusedError
from tests.conformance.target import Target, in_process
from tests.support.eventually import TIMEOUT_S, eventually
from tests.unit.emulator.upstream.webhook import Webhook, running

Json = dict[str, Any]


@pytest.fixture
async def target() -> AsyncIterator[Target]:
    async with in_process(handler_retry_delays=()) as target:
        yield target


async def ask(target: Target, path: str, **headers: str) -> Any:
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{target.endpoint}/_emulator/{path}", headers=headers) as answer,
    ):
        return await answer.json()


async def records(target: Target, query: str = "") -> list[Json]:
    found: list[Json] = (await ask(target, f"trace?{query}"))["records"]
    return found


async def last(target: Target, query: str = "") -> Json:
    return (await records(target, query))[-1]


async def test_a_connection_is_in_the_state_with_what_it_may(target: Target) -> None:
    client = await target.client("webpubsub.joinLeaveGroup.g", user_id="alice", groups=["start"])
    client.send({"type": "joinGroup", "group": "g", "ackId": 1})
    await client.expect_ack(1)
    state = await ask(target, "state")
    (one,) = state["connections"]
    assert (one["connection"], one["user"], one["hub"]) == (client.connection_id, "alice", target.hub)
    assert (one["groups"], one["protocol"]) == (["g", "start"], "json.webpubsub.azure.v1")
    assert one["may"] == {"join_and_leave": ["group g"], "send_to": []}
    assert one["is_attached"]
    assert one["last_frame_at"] is not None
    assert one["remote"].startswith("127.0.0.1")
    assert state["hubs"][0]["groups"] == [{"group": "g", "members": 1}, {"group": "start", "members": 1}]


async def test_a_reliable_connection_shows_what_it_has_not_acknowledged(target: Target) -> None:
    client = await target.reliable("g")
    await target.send_to_group("one")
    await client.expect(sequenceId=1)
    (one,) = (await ask(target, "state"))["connections"]
    assert one["unacknowledged"]["messages"] == 1
    client.drop()
    await eventually(lambda: _is_away(target))
    assert "kept for 30 s" in (await last(target, "text=detached"))["words"]


async def _is_away(target: Target) -> bool:
    return not (await ask(target, "state"))["connections"][0]["is_attached"]


async def test_a_recovery_says_how_much_is_sent_again(target: Target) -> None:
    client = await target.reliable("g")
    await target.send_to_group("one")
    await client.expect(sequenceId=1)
    client.drop()
    back = await target.recover(client)
    await back.expect(sequenceId=1)
    record = await last(target, "text=recovered")
    assert (record["connection"], "1 message" in record["words"]) == (client.connection_id, True)


async def test_a_refused_recovery_says_to_us_what_the_client_is_not_told(target: Target) -> None:
    client = await target.reliable("g")
    other = await target.recover(client, token="wrong")
    assert (await other.closed())[0] == 1008
    assert "not that of this connection" in (await last(target, "text=recovery+refused"))["words"]


async def test_a_join_and_a_message_for_nobody(target: Target) -> None:
    client = await target.client()
    client.send({"type": "joinGroup", "group": "g", "ackId": 1})
    await client.expect_ack(1)
    client.send({"type": "sendToGroup", "group": "G", "dataType": "text", "data": "x", "ackId": 2})
    await client.expect_ack(2)
    join, _ack, sending, _ = (await records(target, f"connection={client.connection_id}"))[-4:]
    assert "now gets what is sent to group 'g'" in join["words"]
    assert sending["receivers"] == {"count": 0, "first": []}
    assert "There is a group 'g'" in sending["words"]


async def test_whoever_receives_finds_the_message_under_its_own_id(target: Target) -> None:
    receiver, sender = await target.member(), await target.client()
    sender.send({"type": "sendToGroup", "group": "g", "dataType": "text", "data": "x"})
    await receiver.expect(data="x")
    record = await last(target, f"connection={receiver.connection_id}&kind=in")
    assert (record["connection"], record["receivers"]["first"]) == (sender.connection_id, [receiver.connection_id])


async def test_a_rest_request_says_whom_it_reached_and_whom_not(target: Target) -> None:
    one, two = await target.member(), await target.member()
    await target.send_to_group("x", query=f"&excluded={one.connection_id}")
    record = await last(target, "kind=rest")
    assert (record["status"], record["receivers"]) == (202, {"count": 1, "first": [two.connection_id]})
    assert record["left_out"] == [{"connection": one.connection_id, "why": "excluded"}]
    assert record["payload"]["text"] == "x"


async def test_a_filter_that_leaves_everybody_out_is_the_answer(target: Target) -> None:
    await target.member(user_id="alice")
    await target.send_to_group("x", query="&filter=userId+eq+'bob'")
    record = await last(target, "kind=rest&problems=1")
    assert (record["receivers"]["count"], record["left_out"][0]["why"]) == (0, "filter: it does not match")


async def test_a_rest_request_for_a_user_who_is_not_there(target: Target) -> None:
    await target.member(user_id="alice")
    await target.operate("POST", "users/bob/:send", "x")
    assert "user 'bob' has no connection" in (await last(target, "kind=rest"))["words"]


async def test_a_refused_client_is_there_with_the_reason(target: Target) -> None:
    token = target.token(aud="http://localhost/client/hubs/other")
    with suppress(UpgradeRefusedError):
        await target.connect(token=token)
    record = await last(target, "problems=1")
    assert (record["what"], record["status"], record["hub"]) == ("refused", 401, target.hub)
    assert "its audience is 'http://localhost/client/hubs/other'" in record["words"]
    assert token not in json.dumps(record)


UPGRADE = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
}
HOSTILE = ("eyJ%." * 12_000, "eyJ" * 20_000, "a" * 60_000, "%22" * 20_000, "%F0%9F%92%A5" * 5_000)


@pytest.mark.parametrize("name", HOSTILE, ids=lambda name: name[:7])
async def test_a_long_name_is_refused_at_once_and_kept_in_part_with_its_size(
    target: Target, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in (f"/client/hubs/{name}", f"/client/?hub={name}", f"/api/hubs/{name}/:send?api-version={name[:2000]}"):
        answer = await raw_http.request(target.endpoint, "GET", path, UPGRADE)
        assert (answer.status in (400, 401), len(answer.body) < 6_000) == (True, True)
    for record in await records(target, "problems=1"):
        assert len(json.dumps(record)) < 60_000
        assert "characters)" in record["what"] + record["words"]
    assert len("".join(capsys.readouterr())) < 20_000


async def test_many_long_addresses_leave_a_trace_that_can_be_read(target: Target) -> None:
    for _ in range(200):
        await raw_http.request(target.endpoint, "GET", f"/client/hubs/h?x={'y' * 60_000}")
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{target.endpoint}/_emulator/trace?limit=1000") as answer,
    ):
        assert len(await answer.read()) < 1024 * 1024


async def test_an_answer_has_no_more_than_there_is_room_for_and_counts_the_rest(
    target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint, "MAX_ANSWER_BYTES", 30_000)
    for number in range(20):
        await raw_http.request(target.endpoint, "GET", f"/client/hubs/h?x={'y' * 60_000}&n={number}")
    batch = await ask(target, "trace")
    assert 1 <= len(batch["records"]) < 20
    assert len(batch["records"]) + batch["skipped"] == 20


async def test_a_close_is_there_with_code_and_cause(target: Target) -> None:
    client = await target.client()
    client.send("{")
    await client.closed()
    frame, closed = (await records(target, "problems=1"))[-2:]
    assert (frame["kind"], frame["status"], frame["payload"]["text"]) == ("in", 1007, "{")
    assert (closed["what"], closed["status"]) == ("closed", 1007)


@pytest.fixture
async def webhook() -> AsyncIterator[Webhook]:
    async with running() as webhook:
        yield webhook


async def test_calls_of_handlers_are_there_without_their_keys(webhook: Webhook) -> None:
    settings = {"EventHandlers": [{"UrlTemplate": f"{webhook.url}?code=my-secret", "EventPattern": "order"}]}
    async with in_process(handler_retry_delays=(), hubs=json.dumps({"chat": settings})) as target:
        target.hub = "chat"
        client = await target.client()
        for ack_id, event in enumerate(("order", "other"), 1):
            client.send({"type": "event", "event": event, "dataType": "text", "data": "x", "ackId": ack_id})
            await client.expect(type="ack", ackId=ack_id)
        order, other = await records(target, "kind=handler")
        assert order["what"] == "event order"
        assert "No event handler" in other["words"]
        assert "my-secret" not in json.dumps([order, other])


async def test_no_secret_is_in_what_is_shown(target: Target) -> None:
    token = target.token(role=["webpubsub.sendToGroup"])
    client = await target.reliable()
    with suppress(UpgradeRefusedError):
        await target.connect(token=target.token(key="k" * 40))
    client.send({"type": "sendToGroup", "group": "g", "dataType": "text", "data": f"{token} {target.key}", "ackId": 1})
    await client.expect_ack(1)
    shown = json.dumps([await ask(target, "trace"), await ask(target, "state")])
    assert "system connected" in shown
    for secret in (target.key, token, client.reconnection_token, "eyJ"):
        assert secret not in shown


async def test_a_reader_goes_on_where_it_was(target: Target) -> None:
    await target.client()
    first = await ask(target, "trace")
    assert first["records"]
    assert (await ask(target, f"trace?since={first['next']}"))["records"] == []
    await target.send_to_group("x")
    (new,) = (await ask(target, f"trace?since={first['next']}"))["records"]
    assert new["number"] > first["records"][-1]["number"]


async def test_a_reader_of_an_earlier_life_begins_anew(target: Target) -> None:
    await target.client()
    assert (await ask(target, "trace?since=earlier.1000"))["records"]


@pytest.mark.parametrize("query", ["since=x", "limit=-1", "kind=nothing"])
async def test_a_query_that_makes_no_sense_is_refused(target: Target, query: str) -> None:
    assert (await ask(target, f"trace?{query}"))["code"] == "Error.BadRequest"


async def test_a_watcher_sees_what_happens_and_is_let_go_at_the_end() -> None:
    async with aiohttp.ClientSession() as http:
        async with in_process() as target:
            response = await http.get(f"{target.endpoint}/_emulator/trace/live?kind=rest")
            async with asyncio.timeout(TIMEOUT_S):
                await response.content.readuntil(b"\n\n")
                await target.send_to_group("hello")
                seen = await response.content.readuntil(b"\n\n")
        identity, data = seen.decode().strip().split("\n")
        assert json.loads(data.removeprefix("data: "))["records"][0]["what"].startswith("SendToGroup g")
        assert identity.startswith("id: ")
        async with asyncio.timeout(TIMEOUT_S):
            await response.read()


async def test_the_page_and_its_files_carry_a_strict_policy(target: Target) -> None:
    async with aiohttp.ClientSession() as http:
        for path in ("", "page/page.js", "page/style.css", "page/dom.js", "page/records.js", "page/connections.js"):
            async with http.get(f"{target.endpoint}/_emulator/{path}") as answer:
                assert answer.status == 200
                assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
                assert "unsafe" not in answer.headers["Content-Security-Policy"]
                assert answer.headers["Cache-Control"] == "no-store"
        async with http.get(f"{target.endpoint}/_emulator/page/..%2Fendpoint.py") as answer:
            assert answer.status == 404


async def test_who_comes_through_a_proxy_logs_in_with_the_key(target: Target) -> None:
    proxied = {"X-Forwarded-For": "192.0.2.1"}
    jar = aiohttp.CookieJar(unsafe=True)  # takes cookies of addresses too
    async with aiohttp.ClientSession(f"{target.endpoint}/", headers=proxied, cookie_jar=jar) as http:
        for path in ("state", "trace", "trace/live"):
            async with http.get(f"/_emulator/{path}") as answer:
                assert answer.status == 403
        async with http.get("/_emulator/login") as answer:
            assert 'type="password"' in await answer.text()
        async with http.post("/_emulator/login", data={"key": "wrong"}) as answer:
            assert (answer.status, "not the access key" in await answer.text()) == (403, True)
        async with http.post("/_emulator/login", data={"key": target.key}, allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, "/_emulator/")
        async with http.get("/_emulator/state") as answer:
            assert answer.status == 200


@pytest.mark.parametrize("body", [b"", b"key=%ff%fe", b"key=" + b"x" * 5000, b"x"])
async def test_no_form_that_makes_no_sense_lets_in(target: Target, body: bytes) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    url = f"{target.endpoint}/_emulator/login"
    async with aiohttp.ClientSession() as http, http.post(url, data=body, headers=headers) as answer:
        assert answer.status in (403, 413)
        assert "Set-Cookie" not in answer.headers


async def test_a_fault_is_told_and_a_request_that_it_met_is_not_called_refused() -> None:
    async with in_process(faults=True) as target, aiohttp.ClientSession() as http:
        client = await target.client()
        fault = {"fault": "lose_requests", "count": 1}
        async with http.post(f"{target.endpoint}/_emulator/faults", json=fault) as answer:
            assert answer.status == 201, await answer.text()
        client.send({"type": "sendToGroup", "group": "g", "dataType": "text", "data": "x"})
        await client.expect_nothing()
        told, frame = (await records(target, "problems=1"))[-2:]
        assert (told["kind"], told["connection"]) == ("fault", client.connection_id)
        assert "a fault that was asked for" in frame["words"]
