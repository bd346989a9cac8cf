"""Sending to all, to users and to connections over REST, and filters. The rules for bodies are in test_rest_groups."""

import json

import pytest

from tests.conformance.cases import case
from tests.conformance.raw_client import RawClient
from tests.conformance.target import Target, in_process

IN_G = "%27g%27%20in%20groups%20and%20userId%20ne%20null"


async def names(*clients: RawClient) -> list[str]:
    """The data of the next message of each client."""
    return [(await client.expect(type="message"))["data"] for client in clients]


@case("C175")
async def test_everyone_gets_what_is_sent_to_all(target: Target) -> None:
    clients = [await target.client(), await target.member("g"), await target.client(user_id="alice")]
    answer = await target.operate("POST", ":send", "hi")
    assert (answer.status, answer.body) == (202, b"")
    assert await names(*clients) == ["hi"] * 3


@case("C032", "C097")
async def test_the_frame_of_a_text_from_the_server_is_this_to_the_byte(target: Target) -> None:
    client, simple = await target.client(), await target.simple()
    await target.operate("POST", ":send", "Hello")
    assert await client.text() == '{"type":"message","from":"server","dataType":"text","data":"Hello"}'
    assert await simple.text() == "Hello"


@case("C176", "C177")
async def test_the_excluded_get_nothing_of_what_is_sent_to_all(target: Target) -> None:
    a, b, c = [await target.client() for _ in range(3)]
    await target.operate("POST", ":send", "one", f"&excluded={a.connection_id}&excluded={b.connection_id}&excluded=x")
    await target.operate("POST", ":send", "two", f"&excluded={a.connection_id},{b.connection_id}")
    assert await names(a, b, c) == ["two", "two", "one"]


@case("C178", "C179", "C182")
@pytest.mark.parametrize(
    ("filter_", "receivers"),
    [
        ("userId%20eq%20%27alice%27", ["alice"]),
        (IN_G, ["alice"]),
        ("userId%20eq%20%27it%27%27s%27", ["it's"]),
        ("userId%20eq%20null", [None]),
        ("not%20(%27g%27%20in%20groups)", ["it's"]),
        ("", ["alice", "it's", None]),
    ],
)
async def test_only_those_get_it_who_pass_the_filter(target: Target, filter_: str, receivers: list[str | None]) -> None:
    clients = {
        "alice": await target.member("g", user_id="alice"),
        "it's": await target.client(user_id="it's"),
        None: await target.member("g"),
    }
    assert (await target.operate("POST", ":send", "some", f"&filter={filter_}")).status == 202
    await target.operate("POST", ":send", "all")
    for name, client in clients.items():
        assert await names(client) == (["some"] if name in receivers else ["all"])


async def test_a_filter_knows_the_subprotocol_of_a_connection(here: Target) -> None:
    client, simple = await here.client(), await here.simple()
    await here.operate("POST", ":send", "json", "&filter=protocol%20eq%20%27json.webpubsub.azure.v1%27")
    await here.operate("POST", ":send", "all")
    assert (await names(client), await simple.text()) == (["json"], "all")


@case("C180", "C181")
@pytest.mark.parametrize(
    ("filter_", "message"),
    [
        (
            "invalid%20filter",
            "Invalid syntax for 'invalid filter': "
            "Syntax error at position 14 in 'invalid filter'. (Parameter 'filter')",
        ),
        (
            "not%20length(userId)%20gt%205",
            "Invalid syntax for 'not length(userId)': Type 'null', expect 'bool'. (Parameter 'filter')",
        ),
    ],
)
@pytest.mark.parametrize("below", [":send", "groups/g/:send", "users/u/:send"])
async def test_an_invalid_filter_is_refused_in_the_words_of_the_service(
    target: Target, below: str, filter_: str, message: str
) -> None:
    answer = await target.operate("POST", below, "x", f"&filter={filter_}")
    assert (answer.status, answer.headers["x-ms-error-code"]) == (400, "Error.BadRequest")
    assert json.loads(answer.body)["message"] == message


@case("C183")
async def test_the_filter_is_looked_at_before_the_content_type(target: Target) -> None:
    answer = await target.operate("POST", ":send", b"x", "&filter=invalid%20filter", "image/png")
    assert answer.status == 400


@case("C192")
@pytest.mark.parametrize("below", ["connections/missing", "users/missing", "groups/missing"])
async def test_what_is_sent_to_nobody_is_accepted(target: Target, below: str) -> None:
    assert (await target.operate("POST", f"{below}/:send", "x")).status == 202


@case("C193")
async def test_all_connections_of_a_user_get_what_is_sent_to_the_user(target: Target) -> None:
    alice, again, bob = [await target.client(user_id=name) for name in ("alice", "alice", "Alice")]
    assert (await target.operate("POST", "users/alice/:send", "hi")).status == 202
    await target.operate("POST", ":send", "all")
    assert await names(alice, again, bob) == ["hi", "hi", "all"]


async def test_a_filter_narrows_what_is_sent_to_a_user(target: Target) -> None:
    member, other = await target.member("g", user_id="alice"), await target.client(user_id="alice")
    await target.operate("POST", "users/alice/:send", "some", f"&filter={IN_G}")
    await target.operate("POST", ":send", "all")
    assert await names(member, other) == ["some", "all"]


@case("C194")
async def test_a_connection_alone_gets_what_is_sent_to_it(target: Target) -> None:
    wanted, other = await target.client(user_id="u"), await target.client(user_id="u")
    # A filter means nothing here, so that not even an invalid one matters.
    await target.operate("POST", f"connections/{wanted.connection_id}/:send", "hi", "&filter=invalid%20filter")
    await target.operate("POST", ":send", "all")
    assert await names(wanted, other) == ["hi", "all"]


@case("C217", "C218")
@pytest.mark.parametrize(
    ("path", "user_id"),
    [("a%20b", "a b"), ("a+b", "a+b"), ("t%2Fa", "t%2Fa"), ("t%2fa", "t%2fa"), ("100%2525", "100%25"), ("%CE%B1", "α")],
)
async def test_the_name_of_a_user_is_decoded_once_but_for_slashes(target: Target, path: str, user_id: str) -> None:
    wanted, decoy = await target.client(user_id=user_id), await target.client(user_id="t/a")
    await target.operate("POST", f"users/{path}/:send", "hi")
    await target.operate("POST", ":send", "all")
    assert await names(wanted, decoy) == ["hi", "all"]


async def test_slashes_are_decoded_on_request() -> None:
    async with in_process(decode_slashes=True) as target:
        wanted, decoy = await target.client(user_id="t/a"), await target.client(user_id="t%2Fa")
        await target.operate("POST", "users/t%2Fa/:send", "one")
        await target.operate("POST", "users/t%252Fa/:send", "two")
        assert await names(wanted, decoy) == ["one", "two"]


@case("C190")
@pytest.mark.parametrize("below", [":send", "connections/c/:send", "users/u/:send"])
@pytest.mark.parametrize(("seconds", "expected"), [("300", 202), ("301", 400), ("-1", 400), ("1.5", 400)])
async def test_a_time_to_live_is_checked_by_every_send(target: Target, below: str, seconds: str, expected: int) -> None:
    assert (await target.operate("POST", below, "x", f"&messageTtlSeconds={seconds}")).status == expected


@case("C186")
async def test_protobuf_is_refused_by_name(here: Target) -> None:
    answer = await here.operate("POST", ":send", b"x", content_type="application/x-protobuf")
    assert (answer.status, "application/x-protobuf" in answer.body.decode()) == (415, True)


async def test_a_parameter_for_one_value_that_comes_twice_is_refused(here: Target) -> None:
    answer = await here.operate("POST", ":send", "x", "&messageTtlSeconds=1&messageTtlSeconds=2")
    assert (answer.status, json.loads(answer.body)["target"]) == (400, "messageTtlSeconds")


@case("C277")
async def test_two_thousand_connections_all_get_one_broadcast(here: Target) -> None:
    clients = [await here.simple() for _ in range(2000)]
    assert (await here.operate("POST", ":send", "hi")).status == 202
    for client in clients:
        assert await client.text() == "hi"
