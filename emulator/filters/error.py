"""The refusal of a filter, in the words of the service; decides nothing."""

from emulator.errors import RefusedError

MAX_QUOTED_CHARACTERS = 500
"""How much of a filter a refusal repeats; it goes into logs too."""


class FilterError(RefusedError):
    """A filter that is not valid: 400, for the REST operation that it was given to.

    The frame is pinned by the tests of @azure/web-pubsub, "Invalid syntax for '…': … (Parameter 'filter')" (C180).
    """

    def __init__(self, where: str, problem: str) -> None:
        """`where` is the part of the filter that is wrong, or all of it; `problem` is a sentence."""
        message = f"Invalid syntax for '{quoted(where)}': {problem} (Parameter 'filter')"
        super().__init__(400, message, "Error.BadRequest", "filter")


def quoted(text: str) -> str:
    """As much of a filter as a message shows."""
    return text if len(text) <= MAX_QUOTED_CHARACTERS else f"{text[:MAX_QUOTED_CHARACTERS]}…"
