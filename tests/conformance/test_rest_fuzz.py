"""Random requests to the REST data plane: each gets an answer, none a fault of ours, and no client is harmed."""

import asyncio
import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.conformance import raw_http, tokens
from tests.conformance.fuzzing import CLAIMS, FUZZED, HEADER_OF_TOKEN
from tests.conformance.target import Target
from tests.conformance.test_rest_auth import OPERATIONS
from tests.support.eventually import TIMEOUT_S

LATIN = st.characters(max_codepoint=255)
LINE = st.text(LATIN.filter(lambda character: character not in "\r\n"), max_size=30)
ESCAPED = st.binary(min_size=1, max_size=8).map(lambda data: "".join(f"%{byte:02x}" for byte in data))
QUOTED = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).map(quote)
SEGMENT = st.one_of(st.sampled_from(["g", "a%20b", "t%2Fa", "..", "%2e%2e", ":send", "groups"]), ESCAPED, QUOTED)
VALUES = [
    *("", "0", "-1", "300", "301", "2147483648", "x", "a,b", "sendToGroup", "Default", "MQTT", "2024-12-01"),
    *("userId eq 'a'", "invalid filter", "not length(userId) gt 5", "'g' in groups", "((((", "1 eq 1 or " * 50),
]
VALUE = st.one_of(st.sampled_from([quote(value) for value in VALUES]), ESCAPED, QUOTED)
NAME = st.sampled_from(
    [
        *(
            "api-version",
            "filter",
            "excluded",
            "reason",
            "messageTtlSeconds",
            "maxpagesize",
            "top",
            "continuationToken",
        ),
        *("targetName", "userId", "role", "group", "minutesToExpire", "clientType"),
    ]
)
QUERY = st.lists(st.tuples(NAME | QUOTED, VALUE).map("=".join), max_size=4).map("&".join)
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda children: (
        st.lists(children, max_size=3) | st.dictionaries(st.sampled_from(["groups", "filter", "x"]), children)
    ),
)
BODY = st.one_of(st.binary(max_size=64), JSON.map(lambda value: json.dumps(value).encode()), st.just(b"[" * 50_000))
TYPES = ["application/json", "text/plain", "application/octet-stream", "application/x-protobuf", "text/plain;charset="]
CHARSETS = ["utf-8", "utf-16", "utf-32", "latin-1", "idna", "punycode", "unicode_escape", "base64", "utf-7", "nonsense"]
CONTENT_TYPE = st.sampled_from(TYPES) | st.sampled_from(CHARSETS).map("text/plain; charset=".__add__) | LINE
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "Content-Type": CONTENT_TYPE,
        "Content-Encoding": st.sampled_from(["gzip", "deflate", "identity", "br", "\xe9"]),
        "X-WebPubSub-Metadata-A": LINE,
        "X-WebPubSub-Metadata-\xe9": LINE,
    },
)


@st.composite
def operations(draw: st.DrawFn) -> str:
    """An operation with other names in its path."""
    method, path = draw(st.sampled_from(OPERATIONS)).split()
    kinds = {
        "c": SEGMENT,
        "g": SEGMENT,
        "u": SEGMENT,
        "sendToGroup": st.sampled_from(["1", "JoinLeaveGroup"]) | SEGMENT,
    }
    return f"{method} {'/'.join(draw(kinds.get(segment, st.just(segment))) for segment in path.split('/'))}"


async def answer(target: Target, operation: str, query: str, headers: dict[str, str], body: bytes) -> int:
    """Send the request and check the answer; return its status."""
    method, _, below = operation.partition(" ")
    address = f"/api/hubs/{target.hub}/{below}?{query}"
    response = await raw_http.request(target.endpoint, method, address, headers, body)
    assert response.status < 500 or response.status == 501
    if response.headers.get("x-ms-error-code") and response.body:
        assert json.loads(response.body)["code"] == response.headers["x-ms-error-code"]
    return response.status


@FUZZED
@example("POST :send", "", {"Content-Type": "text/plain; charset=punycode"}, b"a-" + b"z" * 20_000)
@example("POST :addToGroups", "", {"Content-Type": "application/json"}, b'{"groups":["\\ud800"]}')
@example("POST :send", "", {"Content-Type": "application/json"}, b'"\\ud800"')
@example("PUT groups/%ed%a0%80/connections/c", "", {}, b"")
@given(operations(), QUERY, HEADERS, BODY)
async def test_every_request_with_a_good_token_gets_an_answer(
    here: Target, bystander: Target, operation: str, query: str, headers: dict[str, str], body: bytes
) -> None:
    token = here.rest_token("/api")  # good for everything below it
    status = await answer(here, operation, query, {"Authorization": f"Bearer {token}", **headers}, body)
    assert status in (200, 202, 204, 400, 404, 415, 501)


@FUZZED
@given(LINE, st.dictionaries(st.sampled_from(["Host", "Expect", "Transfer-Encoding", "Content-Length"]) | LINE, LINE))
async def test_every_head_gets_an_answer_or_the_door(
    here: Target, bystander: Target, address: str, headers: dict[str, str]
) -> None:
    head = raw_http.head(f"POST /api/hubs/{address} HTTP/1.1", headers)
    await exchange(here, head + b"5\r\nhello\r\n0\r\n\r\n")


@FUZZED
@given(st.text(LATIN, max_size=40), st.binary(max_size=40))
async def test_every_first_line_gets_an_answer_or_the_door(
    here: Target, bystander: Target, line: str, rest: bytes
) -> None:
    await exchange(here, f"{line}\r\n".encode("latin-1") + rest + b"\r\n\r\n")


async def exchange(target: Target, data: bytes) -> None:
    """Send bytes and no more; the service answers or closes, and nothing is its fault."""
    reader, writer = await raw_http.open_connection(target.endpoint)
    writer.write(data)
    writer.write_eof()
    async with asyncio.timeout(TIMEOUT_S):
        said = await reader.read()
    assert not said.startswith((b"HTTP/1.1 5", b"HTTP/1.0 5"))
    writer.transport.abort()


@FUZZED
@example({"exp": -(10**400)}, {"alg": "HS256"})
@example({"aud": "https://webpubsub.azure.com", "exp": float("inf")}, {"alg": "none"})
@given(CLAIMS, HEADER_OF_TOKEN)
async def test_any_signed_claims_are_accepted_or_refused(
    here: Target, bystander: Target, claims: dict[str, Any], header: dict[str, Any]
) -> None:
    token = tokens.sign(here.key, claims, {"alg": "HS256", **header})
    assert await answer(here, "POST groups/g/:send", "", {"Authorization": f"Bearer {token}"}, b"x") < 500


@FUZZED
@given(st.integers(0, 400), st.integers(1, 255))
async def test_a_token_that_was_changed_is_refused(here: Target, bystander: Target, position: int, change: int) -> None:
    token = here.rest_token(here.group_path())
    data = bytearray(token.encode())
    data[position % len(data)] ^= change
    changed = data.decode("latin-1")
    if "\r" in changed or "\n" in changed:
        return
    status = await answer(here, "POST groups/g/:send", "", {"Authorization": f"Bearer {changed}"}, b"x")
    assert status in (400, 401) or _is_the_same(token, changed)


def _is_the_same(token: str, changed: str) -> bool:
    """The last character of a signature has bits that mean nothing."""
    return token[:-1] == changed[:-1]


async def test_a_body_that_does_not_arrive_is_not_waited_for_without_end(
    here: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("emulator.rest.content.READ_TIMEOUT_S", 0.05)
    headers = {
        "Host": here.host,
        "Authorization": f"Bearer {here.rest_token(here.group_path())}",
        "Content-Length": "10",
        "Connection": "close",
    }
    reader, writer = await raw_http.open_connection(here.endpoint)
    writer.write(raw_http.head(f"POST {here.group_path()} HTTP/1.1", headers) + b"12345")
    async with asyncio.timeout(TIMEOUT_S):
        assert (await raw_http.read_head(reader)).status == 408
        writer.write(b"67890")
        assert b"did not arrive" in await reader.read()
    writer.transport.abort()
