"""Secrets that are known, and what looks like one."""

import jwt
import pytest

from emulator.inspection import excerpt
from emulator.inspection.masking import Masking, query
from tests.unit.emulator.tokens import KEY

TOKEN = jwt.encode({"sub": "u"}, KEY, "HS256")
MASKING = Masking([KEY])


@pytest.mark.parametrize(
    "text",
    [
        f"Endpoint=http://localhost;AccessKey={KEY};Version=1.0;",
        f'{{"reconnectionToken":"{TOKEN}"}}',
        f"ws://localhost/client/hubs/h?access_token={TOKEN}&x=1",
        f"Authorization: Bearer {TOKEN}",
        "Cookie: session=0123456789abcdef",
        "awps_reconnection_token=opaque-0123456789",
    ],
)
def test_keys_tokens_and_cookies_are_not_shown(text: str) -> None:
    shown = MASKING.text(text)
    for secret in (KEY, TOKEN, "0123456789"):
        assert secret not in shown
    assert "***" in shown


@pytest.mark.parametrize(
    "text", ['{"type":"ack","ackId":1}', "eyJhIjoxfQ==", "An access token is required: access_token."]
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert MASKING.text(text) == text


def test_a_key_that_is_cut_off_is_not_shown_in_part() -> None:
    content = b"x" * (excerpt.KEPT_BYTES - 20) + KEY.encode() + b"y" * 100
    shown = excerpt.of(content).masked(MASKING)
    assert shown.is_cut
    assert KEY[:10] not in shown.text


def test_the_query_of_a_refused_client_is_shown_without_its_token() -> None:
    assert query([("access_token", TOKEN), ("group", "g")]) == "access_token=***&group=g"


def test_what_only_begins_like_a_token_does_not_hide_the_token_behind_it() -> None:
    for begun in ("eyJ.", "eyJ", "eyJ-", "a_"):
        assert TOKEN.rpartition(".")[2] not in MASKING.text(begun + TOKEN)


def test_a_long_text_that_repeats_how_tokens_begin_stays_and_is_done_with() -> None:
    text = "eyJ" * 200_000
    assert MASKING.text(text) == text
