"""Judges from a file's name and first bytes whether it is text worth tailing. Opens nothing."""

import re

from streamer_agent.tail.holes import LEAST_BYTES

COMPRESSED_SUFFIXES = (".gz", ".bz2", ".xz", ".zst", ".lz4", ".lzma", ".zip", ".7z", ".tgz", ".tbz2", ".txz", ".z")
_COMPRESSED_MAGIC = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"\x04\x22\x4d\x18": "lz4",
    b"PK\x03\x04": "zip",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"\x1f\x9d": "compress",
}
_UTF32_MARKS = (b"\xff\xfe\0\0", b"\0\0\xfe\xff")
_UTF16_CODECS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_HOLES = re.compile(rb"(?:\A|(?<=\n))\0{%d,}" % LEAST_BYTES)
"""Where lines may stand: records of fixed length are padded in their middle."""
_ODD_CONTROLS = bytes(code for code in range(32) if code not in b"\a\b\t\n\v\f\r\x1b") + b"\x7f"
_ODD_SHARE = 0.3
"""Share of odd bytes above which content with NUL bytes counts as binary. Executables, journals, login records,
databases and images lie well above it, a text that quotes some control characters below."""


def has_compressed_name(path: str) -> bool:
    """Whether the file's name says that its content is compressed."""
    return path.lower().endswith(COMPRESSED_SUFFIXES)


def utf16_codec(first: bytes) -> str:
    """Return the codec that a byte-order mark at the beginning asks for; empty for UTF-8, and if it is too early."""
    return _UTF16_CODECS.get(first[:2], "")


def reason_to_skip(first: bytes) -> str:
    """Return why a file that begins with `first` is left out; empty if it is text, or if it is too early to say."""
    for magic, name in _COMPRESSED_MAGIC.items():
        if first.startswith(magic):
            return f"compressed ({name})"
    if first.startswith(_UTF32_MARKS):
        return "UTF-32 text; expected UTF-8 or UTF-16"
    if codec := utf16_codec(first):
        text = first[: len(first) & ~1].decode(codec, "replace")
        return "binary" if _odd_characters(text) > _ODD_SHARE * len(text) else ""
    content = _HOLES.sub(b"", first)
    if b"\0" not in content:
        return ""
    controls = len(content) - len(content.translate(None, _ODD_CONTROLS))
    undecodable = content.decode("utf-8", "replace").count("\ufffd")
    return "binary" if controls + undecodable > _ODD_SHARE * len(content) else ""


def _odd_characters(text: str) -> int:
    odd = _ODD_CONTROLS.decode("ascii") + "\ufffd"
    return sum(map(text.count, odd))
