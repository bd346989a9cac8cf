"""Why connections end, in words that say what to do about it. The codes and reasons themselves are in `errors`."""

from collections.abc import Mapping

from emulator.errors import Close, Closes
from emulator.inspection.record import INFO, NOTE, PROBLEM

_ADVICE: Mapping[Close, str] = {
    Closes.OUTBOUND_QUEUE_FULL: "A slow consumer: it read more slowly than messages came, and others are not made to "
    "wait for it. All that was queued for it is lost to it.",
    Closes.RELIABLE_BUFFER_FULL: "A client of a reliable subprotocol must acknowledge messages by sequenceAck; this "
    "one did not, or not soon enough.",
    Closes.PING_TIMEOUT: "Its program, or the way to it, did not answer for a whole keep-alive interval.",
    Closes.NOT_TEXT: "It sent a binary message to a JSON subprotocol. For binary data, dataType is binary and data is "
    "Base64.",
    Closes.INVALID_JSON_MESSAGE: "The frame before says what is wrong with it.",
    Closes.RAW_SEND_FORBIDDEN: "It needs the role webpubsub.sendToGroup, or that followed by a dot and the group.",
    Closes.RAW_EVENT_FAILED: "No event handler took its message; the record before says why.",
    Closes.MESSAGE_TOO_LARGE: "A message may have 1 MiB.",
    Closes.NOT_RECOVERED: "It did not come back in time; the messages kept for it are lost.",
    Closes.LOST: "Its socket ended without a close frame: its program ended, or the network broke.",
}

_EXPECTED = (1000, 1001)


def words(close: Close) -> str:
    """Why, and what that means."""
    cause = close.cause or _unsaid(close.code)
    return " ".join([f"{cause.rstrip('.')}.", *([_ADVICE[close]] if close in _ADVICE else [])])


def level(close: Close) -> str:
    """Whether such an end is as it should be."""
    if close.code in _EXPECTED:
        return INFO
    return NOTE if close in (Closes.LOST, Closes.REPLACED) or not close.reason else PROBLEM


def _unsaid(code: int) -> str:
    return "Closed by its client." if code in _EXPECTED else f"Closed by its client, with code {code} and no reason."
