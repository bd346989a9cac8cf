"""The names in a path."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.errors import RefusedError
from emulator.rest import path

TEMPLATE = ["groups", "{group}", ":send"]


def group(sent: str, decodes_slashes: bool = False) -> str:
    return path.target("h", {"group": sent}, decodes_slashes).parameters["group"]


def test_a_template_fits_by_its_words_and_takes_any_text_in_braces() -> None:
    assert path.match(TEMPLATE, ["groups", "a%20b", ":send"]) == {"group": "a%20b"}


@pytest.mark.parametrize("segments", [["groups", "a"], ["groups", "a", ":Send"], ["users", "a", ":send"], [""]])
def test_other_paths_do_not_fit(segments: list[str]) -> None:
    assert path.match(TEMPLATE, segments) is None


@pytest.mark.parametrize(
    ("sent", "decoded"),
    [
        ("a%20b", "a b"),
        ("a+b", "a+b"),
        ("caf%C3%A9", "café"),
        ("100%2525", "100%25"),
        ("t%2Fa", "t%2Fa"),
        ("t%2fa", "t%2fa"),
        ("t%252Fa", "t%2Fa"),
        ("50%", "50%"),
    ],
)
def test_a_name_is_decoded_once_but_for_encoded_slashes(sent: str, decoded: str) -> None:
    assert group(sent) == decoded


@pytest.mark.parametrize(("sent", "decoded"), [("t%2Fa", "t/a"), ("t%2fa", "t/a"), ("t%252Fa", "t%2Fa")])
def test_slashes_are_decoded_on_request(sent: str, decoded: str) -> None:
    assert group(sent, decodes_slashes=True) == decoded


@pytest.mark.parametrize(
    ("kind", "name"),
    [("hub", "1h"), ("hub", ""), ("group", ""), ("group", "%20"), ("group", "g" * 1025), ("user", ""), ("user", "%FF")],
)
def test_an_invalid_name_is_refused(kind: str, name: str) -> None:
    with pytest.raises(RefusedError) as caught:
        path.target(name if kind == "hub" else "h", {} if kind == "hub" else {kind: name}, decodes_slashes=False)
    assert caught.value.status == 400


@given(st.text(min_size=1, max_size=20), st.booleans())
def test_every_segment_is_a_name_or_refused(segment: str, decodes_slashes: bool) -> None:
    with suppress(RefusedError):
        path.target("h", {"user": segment}, decodes_slashes)
