"""Which subprotocol a client gets, and what it hears first."""

import pytest

from tests.conformance.cases import case
from tests.conformance.raw_client import UpgradeRefusedError
from tests.conformance.target import JSON, Target

RELIABLE = "json.reliable.webpubsub.azure.v1"


@case("C025")
async def test_the_json_subprotocol_is_selected_and_greets_without_a_reconnection_token(target: Target) -> None:
    client = await target.connect(subprotocols=[JSON])
    assert client.subprotocol == JSON
    connected = await client.expect(type="system", event="connected")
    assert list(connected) == ["type", "event", "userId", "connectionId"]
    assert connected["connectionId"]


@case("C028", "C029", "C030")
@pytest.mark.parametrize(
    ("offered", "selected"),
    [([JSON.upper()], JSON.upper()), (["foo", JSON], JSON), ([JSON, RELIABLE], JSON)],
)
async def test_the_first_known_subprotocol_is_selected_in_the_clients_spelling(
    target: Target, offered: list[str], selected: str
) -> None:
    client = await target.connect(subprotocols=offered)
    assert client.subprotocol == selected
    await client.expect(event="connected")


@case("C031")
async def test_with_unknown_subprotocols_only_a_client_is_a_simple_one(target: Target) -> None:
    client = await target.connect(subprotocols=["foo"], token=target.token(groups=["g"]))
    assert client.subprotocol is None
    await client.expect_nothing()
    await target.send_to_group("bare")
    assert await client.text() == "bare"


@case("C047")
async def test_the_connected_message_comes_first_even_into_a_busy_group(target: Target) -> None:
    publisher = await target.client()
    for number in range(200):
        publisher.send({"type": "sendToGroup", "group": "g", "data": number})
    client = await target.connect(token=target.token(groups=["g"]))
    for number in range(200):
        publisher.send({"type": "sendToGroup", "group": "g", "data": number})
    await client.expect(type="system", event="connected")
    await client.expect(type="message", group="g")


@case("C127", "C128")
@pytest.mark.parametrize("offered", [[RELIABLE], [JSON], []])
async def test_a_refused_recovery_is_101_and_1008_never_an_http_error(target: Target, offered: list[str]) -> None:
    address = f"/client/hubs/{target.hub}?awps_connection_id=unknown&awps_reconnection_token=wrong"
    client = await target.connect(address, subprotocols=offered)
    assert client.subprotocol == (offered[0] if offered else None)
    assert await client.closed() == (1008, "The connection could not be recovered.")


@case("C139")
async def test_a_reconnection_token_alone_asks_for_no_recovery(target: Target) -> None:
    client = await target.connect(query="&awps_reconnection_token=any")
    await client.expect(event="connected")


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-WebSocket-Version": "12"},
        {"Sec-WebSocket-Key": "short"},
        {"Sec-WebSocket-Key": "é" * 16},
        {"Sec-WebSocket-Version": "13é"},
        {"Upgrade": "h2c"},
        {"Connection": "close"},
        {"Host": "\xff\xfe"},
    ],
)
async def test_a_broken_upgrade_is_refused(target: Target, headers: dict[str, str]) -> None:
    with pytest.raises(UpgradeRefusedError) as caught:
        await target.connect(headers=headers)
    assert 400 <= caught.value.response.status < 500
