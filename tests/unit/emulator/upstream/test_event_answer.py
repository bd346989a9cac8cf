"""The message that an answer to a user event carries."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.messages import Message
from emulator.payload import DataType
from emulator.upstream import event_answer
from emulator.upstream.answer import Answer
from emulator.upstream.errors import DeliveryError


def interpret(body: bytes = b"", content_type: str | None = None, status: int = 200, **tags: str) -> Message | None:
    headers = [(f"X-WebPubSub-Metadata-{key}", value) for key, value in tags.items()]
    given_type = [] if content_type is None else [("content-type", content_type)]
    return event_answer.interpret(Answer(status, (*headers, *given_type), body))


@pytest.mark.parametrize(
    ("content_type", "data_type", "content"),
    [
        (None, DataType.BINARY, b' {"a": 1}\n'),
        ("application/octet-stream", DataType.BINARY, b' {"a": 1}\n'),
        ("Text/Plain; charset=utf-8", DataType.TEXT, b' {"a": 1}\n'),
        ("application/json", DataType.JSON, b'{"a": 1}'),
    ],
)
def test_the_content_type_says_what_the_body_is(content_type: str | None, data_type: DataType, content: bytes) -> None:
    message = interpret(b' {"a": 1}\n', content_type)
    assert message is not None
    assert (message.payload.data_type, message.payload.content) == (data_type, content)
    assert (message.group, message.metadata) == (None, None)


def test_an_any_of_protocol_buffers_is_kept_as_it_is() -> None:
    message = interpret(b"\x0a\x01t\x12\x01v", "application/x-protobuf")
    assert message is not None
    assert (message.payload.data_type, message.payload.content) == (DataType.PROTOBUF, b"\x0a\x01t\x12\x01v")


def test_text_in_another_charset_becomes_utf_8() -> None:
    message = interpret(b"\xe9", 'text/plain; charset="latin-1"')
    assert message is not None
    assert message.payload.content == "é".encode()


@pytest.mark.parametrize(
    ("body", "content_type"),
    [(b"", None), (b"", "text/html"), (b"", "application/octet-stream"), (b" null ", "application/json")],
)
def test_an_empty_body_and_null_are_no_message(body: bytes, content_type: str | None) -> None:
    assert interpret(body, content_type) is None
    assert interpret(status=204) is None


def test_metadata_stands_for_an_empty_body_and_goes_with_another() -> None:
    empty, full = interpret(b"", "text/html", K="1"), interpret(b"x", K="1")
    assert empty is not None
    assert full is not None
    assert (empty.payload.data_type, empty.payload.content, empty.metadata) == (DataType.TEXT, b"", {"k": "1"})
    assert full.metadata == {"k": "1"}


@pytest.mark.parametrize(
    ("body", "content_type", "why"),
    [
        (b"x", "text/html", "text/html"),
        (b"\x0a\x05ab", "application/x-protobuf", "not an encoded"),
        (b"x", "application/xml; charset=utf-8", "application/xml"),
        (b"{", "application/json", "not valid JSON"),
        (b"[" * 100_000, "application/json", "not valid JSON"),
        (b"\xff", "text/plain", "not text"),
        (b"x", "text/plain; charset=hex", "not text"),
        (b"x", "text/plain; charset=none-such", "not text"),
    ],
)
def test_what_cannot_become_a_message_is_an_error(body: bytes, content_type: str, why: str) -> None:
    with pytest.raises(DeliveryError, match=why):
        interpret(body, content_type)


def test_a_failed_handler_and_broken_metadata_are_errors() -> None:
    with pytest.raises(DeliveryError, match="status 500"):
        interpret(b"details", "text/plain", status=500)
    with pytest.raises(DeliveryError, match="metadata"):
        interpret(K="é")


@given(st.binary(), st.text() | st.sampled_from(["application/json", "text/plain", "text/plain; charset=utf-16"]))
def test_no_answer_is_a_surprise(body: bytes, content_type: str) -> None:
    with contextlib.suppress(DeliveryError):
        interpret(body, content_type)
