"""Tells runs of NUL bytes from text. Reads nothing.

A writer without O_APPEND goes on where it was after a truncation, which leaves a hole before its next line; a power cut
may leave one in the middle of a file. And space that was reserved, or a size that is visible before its data, as
network mounts may show it, ends in NULs that will be written yet: those at the end of a file are waited for.
"""

LEAST_BYTES = 64
"""A shorter run is text, whatever it means."""
_RUN = bytes(LEAST_BYTES)


def text_bytes(chunk: bytes) -> int:
    """Return how many first bytes of `chunk` are text for sure: up to a hole, or to the NULs at its end."""
    if b"\0" not in chunk:
        return len(chunk)
    hole = chunk.find(_RUN)
    return len(chunk.rstrip(b"\0")) if hole < 0 else hole


def leading_nuls(chunk: bytes) -> int:
    """Return how many NULs `chunk` begins with."""
    return len(chunk) - len(chunk.lstrip(b"\0"))
