"""Addresses that are not served: what their callers are told, and that whoever looks at the trace finds them."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.conformance import raw_http
from tests.conformance.target import Target, in_process
from tests.faults.door import read

UPGRADE = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
}


@pytest.fixture
async def target() -> AsyncIterator[Target]:
    async with in_process() as target:
        yield target


async def problems(target: Target) -> list[dict[str, Any]]:
    answer = await raw_http.request(target.endpoint, "GET", "/_emulator/trace?problems=1")
    found: list[dict[str, Any]] = read(answer)["records"]
    return found


@pytest.mark.parametrize("headers", [{}, UPGRADE], ids=["plain", "upgrade"])
@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/clients/mqtt/hubs/a", "MQTT"),
        ("/clients/socketio/hubs/a", "Socket.IO"),
        ("/clients/socketio/hubs/a/?EIO=4&transport=polling", "Socket.IO"),
        ("/socket.io/?EIO=4&transport=websocket", "Socket.IO"),
        ("/socket.io", "Socket.IO"),
    ],
)
async def test_clients_of_other_kinds_are_refused_by_name_and_told_what_to_use(
    target: Target, path: str, name: str, headers: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    answer = await raw_http.request(target.endpoint, "GET", path, headers)
    text = answer.body.decode()
    assert answer.status == 501
    assert f"does not support {name} clients" in text
    assert "/client/hubs/{hub}" in text
    (record,) = await problems(target)
    assert (record["kind"], record["status"], name in record["words"]) == ("connection", 501, True)
    assert record.get("hub") == ("a" if "hubs" in path else None)
    assert "address_refused" in "".join(capsys.readouterr())


@pytest.mark.parametrize(
    "path", ["/client/hub/chat", "/client/hubs", "/client/hubs/a/b", "/clients/hubs/chat", "/clients", "/clients/"]
)
async def test_a_mistyped_address_of_a_client_is_in_the_trace_with_the_right_one(target: Target, path: str) -> None:
    answer = await raw_http.request(target.endpoint, "GET", path, UPGRADE)
    assert (answer.status, "/client/hubs/{hub}" in answer.body.decode()) == (404, True)
    (record,) = await problems(target)
    assert (record["kind"], record["status"], path in record["words"]) == ("connection", 404, True)


@pytest.mark.parametrize("path", ["/", "/hubs/chat/:send", "/_emulator/nothing", "//", "/Client/hubs/a"])
async def test_any_other_address_is_in_the_trace_as_a_request(target: Target, path: str) -> None:
    assert (await raw_http.request(target.endpoint, "POST", path, {}, b"x")).status == 404
    (record,) = await problems(target)
    assert (record["kind"], record["status"], record["what"]) == ("rest", 404, f"POST {path}")


async def test_another_method_on_an_address_of_a_client_is_told_the_right_one(target: Target) -> None:
    answer = await raw_http.request(target.endpoint, "POST", "/client/hubs/a")
    assert (answer.status, answer.headers["allow"]) == (405, "GET")
    assert (await problems(target))[0]["status"] == 405
