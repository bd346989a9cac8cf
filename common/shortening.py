"""Show the beginning of a text that is too long to be shown, and say how long it is; looks for no secret in it."""

MAX_QUOTED_CHARACTERS = 200
"""How much of a name that somebody sent a message repeats."""


def shortened(text: str, limit: int) -> str:
    """`text`, or its first `limit` characters and the number of all."""
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text):,} characters)"


def quoted(text: str, limit: int = MAX_QUOTED_CHARACTERS) -> str:
    """The same in quotes, with escapes for what cannot be printed."""
    return repr(text) if len(text) <= limit else f"{text[:limit]!r}… ({len(text):,} characters)"
