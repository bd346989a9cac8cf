"""Random upgrade requests: addresses, queries, tokens, headers. Each gets an answer, and nobody else notices."""

from typing import Any
from urllib.parse import quote

from hypothesis import example, given
from hypothesis import strategies as st

from tests.conformance import tokens
from tests.conformance.fuzzing import CLAIMS, FUZZED, HEADER_OF_TOKEN
from tests.conformance.raw_client import PONG, UpgradeRefusedError
from tests.conformance.target import JSON, Target

LATIN = st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f")
ESCAPED = st.binary(min_size=1, max_size=8).map(lambda data: "".join(f"%{byte:02x}" for byte in data))
QUOTED = st.text(st.characters(exclude_categories=["Cs"]), max_size=12).map(quote)
NAMES = ["access_token", "ACCESS_TOKEN", "webpubsub_mode", "group", "noEcho", "hub"]
RECOVERY = ["awps_connection_id", "awps_reconnection_token"]
VALUES = ["", "sendToGroup", "sendEvent", "true", "maybe", "g", "%20", "a.b.c", "g" * 1025]
QUERY = st.lists(
    st.tuples(st.sampled_from(NAMES + RECOVERY) | QUOTED, st.sampled_from(VALUES) | ESCAPED | QUOTED).map("=".join),
    max_size=5,
).map("&".join)
OFFERED = st.lists(
    st.sampled_from([JSON, JSON.upper(), "foo", "mqtt", "json.webpubsub.azure.v2"]) | st.text(LATIN, max_size=9)
)
HEADERS = st.dictionaries(
    st.sampled_from(["Authorization", "Host", "Origin", "Cookie", "Sec-WebSocket-Extensions", "X-Forwarded-Host"]),
    st.sampled_from(["Bearer", "Bearer ", "Bearer a.b.c", "permessage-deflate", "", "\xff"])
    | st.text(LATIN, max_size=20),
)


async def knock(target: Target, address: str, offered: list[str], headers: dict[str, str]) -> None:
    """Ask for an upgrade. It is refused for a reason of the client's, or there is a connection that lives or ends."""
    try:
        client = await target.connect(address, subprotocols=offered, headers=headers)
    except UpgradeRefusedError as error:
        if 400 <= error.response.status < 500:
            return
        raise
    client.send_frame(0x9, b"")
    while (frame := await client.any_frame()).opcode not in (0x8, PONG):
        pass
    assert frame.opcode == PONG or frame.close[0] == 1008  # a recovery that is refused
    client.drop()


@FUZZED
@given(address=ESCAPED | QUOTED, query=QUERY, offered=OFFERED, headers=HEADERS)
async def test_any_address_is_answered(
    here: Target, bystander: Target, address: str, query: str, offered: list[str], headers: dict[str, str]
) -> None:
    await knock(here, f"/client/hubs/{address}?{query}", offered, headers)


@FUZZED
@given(query=QUERY, offered=OFFERED, headers=HEADERS)
async def test_any_query_beside_a_good_token_is_answered(
    here: Target, bystander: Target, query: str, offered: list[str], headers: dict[str, str]
) -> None:
    await knock(here, f"/client/hubs/{here.hub}?access_token={here.token()}&{query}", offered, headers)


@FUZZED
@example(claims={"role": ["webpubsub.joinLeaveGroups." + "*" * 1000]}, header={})
@example(claims={"exp": 10**400}, header={})
@given(claims=CLAIMS, header=HEADER_OF_TOKEN)
async def test_any_claims_that_are_signed_are_answered(
    here: Target, bystander: Target, claims: dict[str, Any], header: dict[str, Any]
) -> None:
    good = tokens.with_times({"aud": f"{here.endpoint}/client/hubs/{here.hub}"})
    token = tokens.sign(here.key, good | claims, {"alg": "HS256", **header})
    await knock(here, f"/client/hubs/{here.hub}?access_token={token}", [JSON], {})


@FUZZED
@given(position=st.integers(0, 400), put=st.binary(max_size=3), cut=st.integers(0, 3))
async def test_a_token_that_was_changed_is_answered(
    here: Target, bystander: Target, position: int, put: bytes, cut: int
) -> None:
    token = here.token()
    start = position % len(token)
    changed = token[:start] + "".join(f"%{byte:02x}" for byte in put) + token[start + cut :]
    await knock(here, f"/client/hubs/{here.hub}?access_token={changed}", [JSON], {})
