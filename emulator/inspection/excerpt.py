"""What was in a frame or a body, as far as people want to read it: its beginning, as text or in hex."""

import codecs

from msgspec import Struct, structs

from emulator.inspection.masking import Masking

KEPT_BYTES = 2048
"""What is kept of a frame or body, in bytes."""

SHOWN_HEX_BYTES = 256


class Excerpt(Struct, frozen=True):
    """The beginning of some content. `size_bytes` is the size of all of it."""

    text: str
    form: str  # text, hex, or protobuf for what stands for a message of Protocol Buffers
    size_bytes: int
    is_cut: bool = False

    def masked(self, masking: Masking) -> "Excerpt":
        """The same without secrets; where it is cut, without the end too, which may be the half of one."""
        text = masking.text(self.text)
        if self.is_cut and self.form == "text":
            text = text[: max(0, len(text) - masking.longest)]
        return structs.replace(self, text=text)


def of(content: bytes, size_bytes: int | None = None, is_text: bool = True) -> Excerpt:
    """An excerpt of `content`, which may be only the beginning of `size_bytes`."""
    size = len(content) if size_bytes is None else size_bytes
    kept = bytes(content[:KEPT_BYTES])
    is_cut = size > len(kept)
    if is_text:
        return Excerpt(kept.decode(errors="replace"), "text", size, is_cut)
    return Excerpt(kept[:SHOWN_HEX_BYTES].hex(" "), "hex", size, size > SHOWN_HEX_BYTES)


def readable(content: bytes, size_bytes: int | None = None) -> Excerpt:
    """The same of content that says nothing of itself: as text if it is some."""
    kept = bytes(content[:KEPT_BYTES])
    try:
        codecs.utf_8_decode(kept, "strict", False)  # the last character may be cut
    except UnicodeDecodeError:
        return of(content, size_bytes, is_text=False)
    return of(content, size_bytes, is_text=b"\0" not in kept)
