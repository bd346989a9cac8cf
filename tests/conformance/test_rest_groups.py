"""Sending to a group over REST. Where a case names sending to all, the rule for the body or query is the same here."""

from typing import Any

import pytest

from tests.conformance import raw_http
from tests.conformance.cases import case
from tests.conformance.target import API_VERSION, Target

MEBIBYTE = 2**20


@case("C098")
async def test_members_get_it_from_the_group_without_a_sender(target: Target) -> None:
    member, outsider = await target.member("g", user_id="alice"), await target.client()
    assert (await target.send_to_group("hi")).status == 202
    await member.expect(type="message", **{"from": "group"}, group="g", fromUserId=None, dataType="text", data="hi")
    await target.settle()
    await outsider.expect_nothing()


async def test_a_group_without_members_is_sent_to_all_the_same(target: Target) -> None:
    answer = await target.send_to_group("hi", group="nobody")
    assert (answer.status, answer.body) == (202, b"")


@case("C224")
async def test_hubs_are_isolated(target: Target) -> None:
    member = await target.member("g")
    path = target.group_path(hub=f"{target.hub}x")
    assert (await target.rest("POST", path, b"x")).status == 202
    await target.settle()
    await member.expect_nothing()


@case("C176", "C177")
async def test_excluded_connections_are_repeated_and_never_split_at_commas(target: Target) -> None:
    clients = [await target.connect(token=target.token(groups=["g"])) for _ in range(3)]
    ids = [(await client.expect(event="connected"))["connectionId"] for client in clients]
    await target.send_to_group("one", query=f"&excluded={ids[0]}&excluded={ids[1]}&excluded=unknown")
    await target.send_to_group("two", query=f"&excluded={ids[0]},{ids[1]}")
    assert [(await client.json())["data"] for client in clients] == ["two", "two", "one"]


@case("C184", "C187")
@pytest.mark.parametrize(
    ("content_type", "body", "received"),
    [
        ("application/json", b'{"a":1}', {"dataType": "json", "data": {"a": 1}}),
        ("application/json; charset=utf-8", b"[1]", {"dataType": "json", "data": [1]}),
        ("text/plain", "žluť".encode(), {"dataType": "text", "data": "žluť"}),
        ("application/octet-stream", b"\x01\x02", {"dataType": "binary", "data": "AQI="}),
        (None, b"\x01\x02", {"dataType": "binary", "data": "AQI="}),
    ],
)
async def test_the_content_type_decides_the_type_of_the_data(
    target: Target, content_type: str | None, body: bytes, received: dict[str, Any]
) -> None:
    member = await target.member("g")
    headers = {"Content-Type": content_type} if content_type else {}
    assert (await target.rest("POST", target.group_path(), body, headers=headers)).status == 202
    await member.expect(type="message", **received)


@case("C185")
async def test_a_body_that_is_not_json_is_refused(target: Target) -> None:
    answer = await target.send_to_group(b"{", content_type="application/json")
    assert answer.status == 400
    assert "The request body is not a valid JSON." in answer.body.decode()


@case("C186")
async def test_another_content_type_is_refused(target: Target) -> None:
    assert (await target.send_to_group(b"x", content_type="image/png")).status == 415


@case("C188")
async def test_text_of_another_charset_is_delivered_as_text(target: Target) -> None:
    member = await target.member("g")
    await target.send_to_group("žluť".encode("utf-16"), content_type="text/plain; charset=utf-16")
    await member.expect(dataType="text", data="žluť")


@case("C189", "C276")
async def test_a_body_has_a_length_of_at_most_a_mebibyte(target: Target) -> None:
    member = await target.simple("g")
    assert (await target.send_to_group(b"x" * MEBIBYTE)).status == 202
    assert (await member.frame()).payload == b"x" * MEBIBYTE
    answer = await target.send_to_group(b"x" * (MEBIBYTE + 1))
    assert (answer.status, "Invalid Content-Length header." in answer.body.decode()) == (400, True)


@case("C189")
async def test_a_body_in_chunks_is_refused(target: Target) -> None:
    headers = {"Transfer-Encoding": "chunked", "Authorization": f"Bearer {target.rest_token(target.group_path())}"}
    answer = await raw_http.request(target.endpoint, "POST", target.group_path(), headers, b"1\r\nx\r\n0\r\n\r\n")
    assert (answer.status, "Invalid Content-Length header." in answer.body.decode()) == (400, True)


@case("C190")
@pytest.mark.parametrize(("seconds", "expected"), [("0", 202), ("300", 202), ("301", 400), ("-1", 400), ("x", 400)])
async def test_a_time_to_live_is_0_to_300_seconds(target: Target, seconds: str, expected: int) -> None:
    assert (await target.send_to_group("x", query=f"&messageTtlSeconds={seconds}")).status == expected


@case("C191")
async def test_metadata_comes_from_headers(target: Target) -> None:
    member = await target.member("g")
    headers = {"Content-Type": "text/plain", "X-WebPubSub-Metadata-Trace": "a, b"}
    await target.rest("POST", target.group_path(), b"x", headers=headers)
    await member.expect(data="x", metadata={"trace": "b"})


async def test_metadata_against_the_rules_is_refused(target: Target) -> None:
    headers = {"Content-Type": "text/plain", "X-WebPubSub-Metadata-Trace": "v" * 1025}
    assert (await target.rest("POST", target.group_path(), b"x", headers=headers)).status == 400


@pytest.mark.parametrize(("group", "sent"), [("a b", "a%20b"), ("a+b", "a+b"), ("t%2Fa", "t%2Fa"), ("žluť", None)])
async def test_the_name_of_a_group_is_decoded_once_but_for_slashes(
    target: Target, group: str, sent: str | None
) -> None:
    member = await target.member(group)
    path = f"/api/hubs/{target.hub}/groups/{sent}/:send" if sent else target.group_path(group)
    assert (await target.rest("POST", path, b"x")).status == 202
    await member.expect(type="message", group=group)


@case("C178")
async def test_only_members_who_pass_the_filter_get_it(target: Target) -> None:
    alice, bob = await target.member("g", user_id="alice"), await target.member("g", user_id="bob")
    outsider = await target.client(user_id="alice")
    await target.send_to_group("some", query="&filter=userId%20eq%20%27alice%27")
    await target.send_to_group("all")
    assert [(await client.json())["data"] for client in (alice, bob)] == ["some", "all"]
    await outsider.expect_nothing()


async def test_a_compressed_body_is_refused(here: Target) -> None:
    headers = {"Content-Encoding": "gzip", "Content-Type": "text/plain"}
    answer = await here.rest("POST", here.group_path(), b"no gzip", headers=headers, query=f"api-version={API_VERSION}")
    assert (answer.status, "Content-Encoding" in answer.body.decode()) == (415, True)
