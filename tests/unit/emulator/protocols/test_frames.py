"""WebSocket frames as the server writes them."""

import pytest

from emulator.protocols import frames


@pytest.mark.parametrize(
    ("length", "header"),
    [
        (0, "8100"),
        (125, "817d"),
        (126, "817e007e"),
        (65535, "817effff"),
        (65536, "817f0000000000010000"),
    ],
)
def test_the_length_takes_as_few_bytes_as_the_protocol_allows(length: int, header: str) -> None:
    frame = frames.text(b"x" * length)
    assert frame == bytes.fromhex(header) + b"x" * length


def test_kinds_of_frames_have_their_opcodes() -> None:
    assert frames.binary(b"\x01") == b"\x82\x01\x01"
    assert frames.pong(b"hi") == b"\x8a\x02hi"
    assert frames.PING == b"\x89\x00"


def test_a_close_frame_has_code_and_reason() -> None:
    assert frames.close(1008, "no") == b"\x88\x04\x03\xf0no"


def test_a_reason_that_does_not_fit_is_cut_between_characters() -> None:
    frame = frames.close(1000, "é" * 100)
    assert len(frame) - 2 <= 125
    assert frame[4:].decode() == "é" * 61
