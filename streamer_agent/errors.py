"""What can stop or interrupt the agent, told so that a person knows what to do. What is fatal, `retryable` decides.

StreamerError
├── SetupError            a setting that proves wrong only when it is used
├── StateDirectoryError   positions cannot be kept there: not writable, full, held by another agent
├── UnreachableError      no answer: refused, reset, unknown name, time-out, untrusted certificate
├── HttpRefusalError      an HTTP status in place of an access URL or of the WebSocket
├── StrangeAnswerError    an answer of another kind: a web page, JSON without `url`, a WebSocket without our subprotocol
├── ConnectionLostError   the WebSocket is closed, with its close code
└── PublishRefusedError   the service answered a message with an error

The tail has errors of its own (tail/errors.py).
No text carries a token or a key: addresses are shown without query and credentials (`address`).
"""

from urllib.parse import urlsplit, urlunsplit

COUNTED_STATUSES = frozenset({401, 403, 404, 429, 502, 503, 504})
COUNTED_CLOSE_CODES = frozenset({1000, 1001, 1006, 1008, 1011, 1012, 1013})
COUNTED_REFUSALS = frozenset({"Forbidden", "BadRequest", "InternalServerError", "NotFound", "TooManyRequests"})


def address(url: str) -> str:
    """`url` without credentials, query and fragment, fit for logs."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "(malformed URL)"
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def label(error: "StreamerError") -> str:
    """A short name for what happened, one of some twenty, fit for a metric's label."""
    match error:
        case HttpRefusalError(status=status):
            return f"http_{status}" if status in COUNTED_STATUSES else f"http_{status // 100}xx"
        case ConnectionLostError(code=code):
            return f"closed_{code}" if code in COUNTED_CLOSE_CODES else "closed_other"
        case PublishRefusedError(name=name):
            return name if name in COUNTED_REFUSALS else "Other"
    return {UnreachableError: "unreachable", StrangeAnswerError: "strange_answer"}.get(type(error), "other")


class StreamerError(Exception):
    """Base of all. `exit_code` is what the process ends with when the error is fatal."""

    exit_code = 3

    def __init__(self, seen: str, advice: str = "") -> None:
        super().__init__(seen)
        self.seen = seen
        """What happened, where, and what was expected."""
        self.advice = advice
        """What to try."""

    def __str__(self) -> str:
        return f"{self.seen}. {self.advice}" if self.advice else self.seen


class SetupError(StreamerError):
    """A setting is well-formed, but the machine will not have it."""

    exit_code = 2


class StateDirectoryError(StreamerError):
    """The state directory cannot be used."""

    exit_code = 4


class UnreachableError(StreamerError):
    """Nothing answered at an address."""


class StrangeAnswerError(StreamerError):
    """Something answered, but not what we talk to."""


class HttpRefusalError(StreamerError):
    """An HTTP status in place of what was hoped for."""

    def __init__(
        self, status: int, seen: str, advice: str = "", *, retry_after_s: float | None = None, by_service: bool = False
    ) -> None:
        super().__init__(seen, advice)
        self.status = status
        self.retry_after_s = retry_after_s
        """What its Retry-After asked for, if anything."""
        self.by_service = by_service
        """Answered to the WebSocket request, not by negotiate: what was refused is the token, not the key."""


class ConnectionLostError(StreamerError):
    """The WebSocket ended. `code` is 1006 when there was no close frame (RFC 6455, 7.4.1)."""

    def __init__(self, code: int, seen: str, advice: str = "") -> None:
        super().__init__(seen, advice)
        self.code = code


class PublishRefusedError(StreamerError):
    """An ack with `success: false`. `name` is the service's word: Forbidden, InternalServerError, …"""

    def __init__(self, name: str, seen: str, advice: str = "") -> None:
        super().__init__(seen, advice)
        self.name = name
