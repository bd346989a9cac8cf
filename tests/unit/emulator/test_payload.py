"""Payloads keep the text they came in, and turn into the form a receiver needs."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.payload import DataType, Payload


@pytest.mark.parametrize("text", [b'{"n":123456789012345678901234567890}', b'{"a" :  1.10}', b'{"a":1,"a":2}', b"true"])
def test_json_goes_out_as_the_text_it_came_in(text: bytes) -> None:
    payload = Payload.spliced(DataType.JSON, text)
    assert payload.json == text
    assert payload.content == text


def test_json_null_is_refused_because_no_client_expects_it() -> None:
    with pytest.raises(ValueError, match="null"):
        Payload.spliced(DataType.JSON, b"null")


def test_text_reaches_raw_receivers_without_quotes_and_escapes() -> None:
    payload = Payload.spliced(DataType.TEXT, rb'"caf\u00e9\n"')
    assert payload.content == "café\n".encode()
    assert payload.json == rb'"caf\u00e9\n"'


def test_binary_reaches_raw_receivers_as_bytes() -> None:
    assert Payload.spliced(DataType.BINARY, b'"AQI="').content == b"\x01\x02"


@pytest.mark.parametrize("data_type", [DataType.TEXT, DataType.BINARY])
@pytest.mark.parametrize("text", [b"1", b"{}", b"null", b"true", b'["a"]'])
def test_text_and_binary_must_be_strings(data_type: DataType, text: bytes) -> None:
    with pytest.raises(ValueError, match="not a string"):
        Payload.spliced(data_type, text)


@pytest.mark.parametrize("text", [b'"AQI"', b'"A QI="', b'"!"', b'"AQI=="', '"é"'.encode()])
def test_binary_must_be_base64(text: bytes) -> None:
    with pytest.raises(ValueError, match="Base64"):
        Payload.spliced(DataType.BINARY, text)


@given(st.text())
def test_text_from_elsewhere_becomes_a_json_string(text: str) -> None:
    assert json.loads(Payload.of(DataType.TEXT, text.encode()).json) == text


@given(st.binary())
def test_bytes_from_elsewhere_become_a_base64_string(data: bytes) -> None:
    assert base64.b64decode(json.loads(Payload.of(DataType.BINARY, data).json)) == data


@given(st.text().filter(lambda text: text.isprintable()))
def test_a_text_says_the_same_in_both_forms(text: str) -> None:
    payload = Payload.spliced(DataType.TEXT, json.dumps(text).encode())
    assert payload.content.decode() == text == json.loads(payload.json)
