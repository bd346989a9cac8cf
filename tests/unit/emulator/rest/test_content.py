"""What a REST body becomes."""

import pytest

from emulator.errors import RefusedError
from emulator.payload import DataType
from emulator.rest.content import content_type, to_payload, to_utf8


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, (DataType.BINARY, "utf-8")),
        ("application/json", (DataType.JSON, "utf-8")),
        ("Application/JSON; charset=UTF-8", (DataType.JSON, "utf-8")),
        ("text/plain;", (DataType.TEXT, "utf-8")),
        ('text/plain; format=flowed; charset="utf-16"', (DataType.TEXT, "utf-16")),
        ("application/octet-stream", (DataType.BINARY, "utf-8")),
    ],
)
def test_the_content_type_decides_what_a_body_is(header: str | None, expected: tuple[DataType, str]) -> None:
    assert content_type(header) == expected


@pytest.mark.parametrize(
    "header",
    [
        *("image/png", "text/html", "application/x-protobuf", "application/x-www-form-urlencoded"),
        *("", "text", "text/plain; charset", "text/plain, text/plain", "text/plain;" * 100 + "="),
        *("text/plain; charset=klingon", "text/plain; charset=base64", "text/plain; charset=punycode"),
    ],
)
def test_other_content_types_are_refused_with_415(header: str) -> None:
    with pytest.raises(RefusedError) as caught:
        content_type(header)
    assert caught.value.status == 415


def test_text_of_another_charset_becomes_utf_8() -> None:
    assert to_utf8("žluť".encode("utf-16"), "utf-16") == "žluť".encode()


@pytest.mark.parametrize("charset", ["utf-8", "ascii", "utf-16", "utf-32-be"])
def test_what_is_not_text_of_its_charset_is_refused(charset: str) -> None:
    with pytest.raises(RefusedError) as caught:
        to_utf8(b"\xff", charset)
    assert caught.value.status == 400


@pytest.mark.parametrize("body", [b"{", b"", b"  ", b"{} x", b"nul", b"[" * 100_000 + b"]" * 100_000])
def test_a_body_that_is_not_json_is_refused_in_azures_words(body: bytes) -> None:
    with pytest.raises(RefusedError, match=r"The request body is not a valid JSON\.") as caught:
        to_payload(DataType.JSON, body)
    assert (caught.value.status, caught.value.code) == (400, "Error.BadRequest")


def test_json_null_is_refused_because_no_client_expects_it() -> None:
    with pytest.raises(RefusedError, match="null"):
        to_payload(DataType.JSON, b" null ")


def test_json_keeps_its_text() -> None:
    assert to_payload(DataType.JSON, b'\n{"a" : 1.10} ').json == b'{"a" : 1.10}'
