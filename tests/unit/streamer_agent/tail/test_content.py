import bz2
import gzip
import lzma
import struct

import pytest

from streamer_agent.tail.content import has_compressed_name, reason_to_skip, utf16_codec

ELF = b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack("<HHIQQQ", 3, 62, 1, 0x6AA0, 64, 0x22000) + bytes(200)
LOGIN_RECORD = struct.pack("hi32s4s32s256s", 7, 4711, b"pts/0", b"ts/0", b"root", b"10.0.0.1") + bytes(50)
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(128, 256)) * 3


@pytest.mark.parametrize("name", ["a.log.gz", "A.ZIP", "/var/log/syslog.2.xz", "x.zst", "core.lz4", "b.tgz"])
def test_name_says_compressed(name: str) -> None:
    assert has_compressed_name(name)


@pytest.mark.parametrize("name", ["gz", "a.log", "a.gz.log", "zip/a", "a.log.1"])
def test_name_does_not_say_compressed(name: str) -> None:
    assert not has_compressed_name(name)


@pytest.mark.parametrize("content", [gzip.compress(b"x"), bz2.compress(b"x"), lzma.compress(b"x")])
def test_compressed_content_is_named(content: bytes) -> None:
    assert reason_to_skip(content).startswith("compressed")


@pytest.mark.parametrize("content", [ELF, LOGIN_RECORD, PNG, b"SQLite format 3\0" + bytes(300)])
def test_binary_content_is_left_out(content: bytes) -> None:
    assert reason_to_skip(content) == "binary"


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf16_text_with_a_mark_is_text(codec: str) -> None:
    text = "\ufeffGröße 10\n".encode(codec)
    assert reason_to_skip(text) == ""
    assert utf16_codec(text) == codec


def test_utf16_mark_before_what_is_no_text_is_binary() -> None:
    assert reason_to_skip(b"\xff\xfe" + bytes(500)) == "UTF-32 text; expected UTF-8 or UTF-16"
    assert reason_to_skip(b"\xff\xfe\1" + bytes(500)) == "binary"


def test_reserved_space_behind_whole_lines_is_text() -> None:
    assert reason_to_skip(b"one\n" + bytes(4000)) == ""
    assert reason_to_skip(b"\x7fELF" + bytes(4000)) == "binary"


def test_utf32_is_named() -> None:
    assert "UTF-32" in reason_to_skip("one\n".encode("utf-32"))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"plain text\n",
        "naïve café 😀\n".encode(),
        "русский текст\n".encode("koi8-r"),
        b"a line that quotes control characters: " + bytes(range(32)) + b"\nand further lines that do not\n" * 5,
        b"\x1b[31mred\x1b[0m\n",
        bytes(300) + b"text after a truncation without O_APPEND\n",
        bytes(300),
    ],
)
def test_text_is_followed(content: bytes) -> None:
    assert reason_to_skip(content) == ""
