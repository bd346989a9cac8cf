"""Clients without a subprotocol: payloads in, payloads out."""

import pytest

from tests.conformance.cases import case
from tests.conformance.raw_client import BINARY, TEXT, Frame, UpgradeRefusedError
from tests.conformance.target import Target

SEND = ["webpubsub.sendToGroup"]
PUBLISH = "&webpubsub_mode=sendToGroup&group=g"


@case("C032")
async def test_text_arrives_without_an_envelope_and_nothing_before_it(target: Target) -> None:
    client = await target.simple("g")
    await target.send_to_group("just text")
    assert await client.frame() == Frame(TEXT, b"just text")


@case("C033")
async def test_json_arrives_as_exactly_its_text(target: Target) -> None:
    client = await target.simple("g")
    await target.send_to_group(b'{"hello":"world"}', content_type="application/json")
    assert await client.frame() == Frame(TEXT, b'{"hello":"world"}')


@case("C034")
async def test_bytes_arrive_as_a_binary_frame(target: Target) -> None:
    client = await target.simple("g")
    await target.send_to_group(b"\x00\x01\xff")
    assert await client.frame() == Frame(BINARY, b"\x00\x01\xff")


@case("C037")
@pytest.mark.parametrize("message", ["text", b"bytes"])
async def test_a_message_without_a_handler_ends_the_connection_with_1011(target: Target, message: str | bytes) -> None:
    client = await target.simple()
    client.send(message)
    assert (await client.closed())[0] == 1011


@case("C038")
@pytest.mark.parametrize(
    ("message", "received"),
    [("hi", {"dataType": "text", "data": "hi"}), (b"\x01\x02", {"dataType": "binary", "data": "AQI="})],
)
async def test_messages_are_published_to_the_group_and_the_sender_does_not_join_it(
    target: Target, message: str | bytes, received: dict[str, str]
) -> None:
    member = await target.member("g")
    sender = await target.simple(query=PUBLISH, role=SEND)
    sender.send(message)
    await member.expect(type="message", group="g", fromUserId=None, **received)
    await sender.expect_nothing()


@case("C039")
async def test_publishing_without_the_role_ends_the_connection_with_1008(target: Target) -> None:
    client = await target.simple(query=PUBLISH, role=["webpubsub.sendToGroup.other"])
    client.send("hi")
    assert await client.closed() == (1008, "The connection is not authorized for raw sendToGroup mode.")


@case("C040", "C044")
@pytest.mark.parametrize(
    "query", ["&webpubsub_mode=SENDTOGROUP&group=g", "&webpubsub_mode=sendEvent&group=%20", "&webpubsub_mode="]
)
async def test_modes_have_no_case_and_ignore_what_is_not_theirs(target: Target, query: str) -> None:
    await target.simple(query=query)


@case("C041", "C042", "C043")
@pytest.mark.parametrize(
    "query", ["&webpubsub_mode=other", "&webpubsub_mode=sendToGroup", f"{PUBLISH}&noEcho=maybe", f"{PUBLISH}&group=%20"]
)
@pytest.mark.parametrize("subprotocols", [[], ["json.webpubsub.azure.v1"]])
async def test_invalid_parameters_are_refused_before_the_upgrade(
    target: Target, query: str, subprotocols: list[str]
) -> None:
    with pytest.raises(UpgradeRefusedError) as caught:
        await target.connect(query=query, subprotocols=subprotocols)
    assert caught.value.response.status == 400


@case("C045")
async def test_with_no_echo_the_sender_gets_no_copy_and_others_do(target: Target) -> None:
    other = await target.simple("g")
    sender = await target.simple("g", query=f"{PUBLISH}&noEcho=true", role=SEND)
    sender.send("hi")
    assert await other.text() == "hi"
    await sender.expect_nothing()


async def test_without_no_echo_a_sender_in_the_group_gets_its_own_message(target: Target) -> None:
    sender = await target.simple("g", query=PUBLISH, role=SEND)
    sender.send("hi")
    assert await sender.text() == "hi"


async def test_text_that_is_not_utf_8_ends_the_connection_with_1007(target: Target) -> None:
    client = await target.simple(query=PUBLISH, role=SEND)
    client.send_frame(TEXT, b"\xff\xfe")
    assert (await client.closed())[0] == 1007


@case("C059")
async def test_each_kind_of_data_from_a_json_client_has_its_form(target: Target) -> None:
    client, publisher = await target.simple("g"), await target.client()
    for data_type, data in (("text", '"a\\u00e9\\n"'), ("json", '{"a" : 1.10}'), ("binary", '"AQI="')):
        publisher.send(f'{{"type":"sendToGroup","group":"g","dataType":"{data_type}","data":{data}}}')
    assert await client.frame() == Frame(TEXT, "aé\n".encode())
    assert await client.frame() == Frame(TEXT, b'{"a" : 1.10}')
    assert await client.frame() == Frame(BINARY, b"\x01\x02")
