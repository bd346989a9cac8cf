"""Pages and the tokens between them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.rest.paging import ContinuationTokens, page

TOKENS = ContinuationTokens(b"secret")


@given(st.sets(st.text(min_size=1, max_size=3)), st.integers(1, 5))
def test_pages_hold_everything_once_and_in_order(ids: set[str], size: int) -> None:
    found: list[str] = []
    has_more = True
    while has_more:
        part, has_more = page(ids, found[-1] if found else "", size)
        assert len(part) == size or not has_more
        found += part
    assert found == sorted(ids)


def test_who_leaves_between_two_pages_moves_nobody() -> None:
    first, _ = page({"a", "b", "c", "d"}, "", 2)
    assert page({"a", "c", "d"}, first[-1], 2) == (["c", "d"], False)


@given(st.text(), st.text())
def test_a_token_gives_back_where_its_page_begins(listed: str, last: str) -> None:
    token = TOKENS.seal(listed, last)
    assert TOKENS.open(listed, token) == last
    assert token.isascii()
    assert "=" not in token


@pytest.mark.parametrize("token", ["", "A", "AAAA", "not/base64!", "😀", "A" * 2049, "=" * 10])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(ValueError, match="not a continuation token"):
        TOKENS.open("h/g", token)


def test_a_token_is_for_one_list_and_one_secret() -> None:
    token = TOKENS.seal("h/g", "x")
    for tokens, listed in ((TOKENS, "h/other"), (TOKENS, "h/g x"), (ContinuationTokens(b"other"), "h/g")):
        with pytest.raises(ValueError, match="not a continuation token of this list"):
            tokens.open(listed, token)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+/", max_size=80))
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a continuation token"):
        TOKENS.open("h/g", text)
