"""Judges from a file's name and first bytes whether it is text worth tailing. Opens nothing."""

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
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_ODD_CONTROLS = bytes(code for code in range(32) if code not in b"\a\b\t\n\v\f\r\x1b") + b"\x7f"
_ODD_SHARE = 0.3
"""Share of odd bytes above which content with NUL bytes counts as binary. Executables, journals, login records,
databases and images lie well above it, a text that quotes some control characters below."""


def has_compressed_name(path: str) -> bool:
    """Whether the file's name says that its content is compressed."""
    return path.lower().endswith(COMPRESSED_SUFFIXES)


def reason_to_skip(first: bytes) -> str:
    """Return why a file that begins with `first` is left out; empty if it is text, or if it is too early to say."""
    for magic, name in _COMPRESSED_MAGIC.items():
        if first.startswith(magic):
            return f"compressed ({name})"
    if first.startswith(_UTF16_MARKS):
        return "UTF-16 text; expected UTF-8"
    # A writer without O_APPEND leaves a run of NULs where a truncation was; what follows is text.
    content = first.lstrip(b"\0")
    if b"\0" not in content:
        return ""
    controls = len(content) - len(content.translate(None, _ODD_CONTROLS))
    undecodable = content.decode("utf-8", "replace").count("\ufffd")
    return "binary" if controls + undecodable > _ODD_SHARE * len(content) else ""
