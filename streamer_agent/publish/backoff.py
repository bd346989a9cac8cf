"""Decide what is worth another try and how long to wait for it. Waits for nothing itself; randomness is injected."""

from collections.abc import Callable

from streamer_agent.errors import (
    ConnectionLostError,
    HttpRefusalError,
    PublishRefusedError,
    StrangeAnswerError,
    StreamerError,
    UnreachableError,
)

FIRST_S = 0.25
MOST_S = 10.0
THROTTLED_FIRST_S = 10.0
"""First wait after a 429, Too Many Requests, that says nothing of when to come back: on the Free tier it means a quota,
and seconds would be hammering."""
THROTTLED_MOST_S = 300.0
RETRY_AFTER_MOST_S = 3600.0
"""A Retry-After beyond this is cut: a mistaken header must not silence an agent for days."""

PASSING_STATUSES = frozenset({404, 408, 425, 429})
"""Below 500, what can pass: 404 is how some proxies answer while the service behind them restarts."""
FORBIDDING_CLOSE_CODES = frozenset({3000, 3003})
"""Unauthorized and Forbidden in IANA's registry of WebSocket close codes. 1008 is not among them: the service closes
connections that are too slow, or that it cannot recover, with it (client specification, 1.4)."""
FINAL_ACK_ERRORS = frozenset({"Forbidden", "BadRequest"})


def retryable(error: StreamerError) -> bool:
    """Whether `error` can pass by itself. What cannot must stop the agent where people see it, never loop quietly."""
    match error:
        case UnreachableError() | StrangeAnswerError():
            return True
        case HttpRefusalError(status=status):
            return status < 400 or status >= 500 or status in PASSING_STATUSES
        case ConnectionLostError(code=code):
            return code not in FORBIDDING_CLOSE_CODES
        case PublishRefusedError(name=name):
            return name not in FINAL_ACK_ERRORS
    return False


def growth(failures: int, first_s: float = FIRST_S, most_s: float = MOST_S) -> float:
    """Seconds to wait after `failures` earlier ones: doubling from `first_s` up to `most_s`."""
    return min(most_s, first_s * 2.0 ** min(failures, 32))


class Backoff:
    """Growing delays, jittered so that agents that lost their service together do not return together."""

    def __init__(self, random: Callable[[], float]) -> None:
        """`random` returns numbers in [0, 1)."""
        self._random = random
        self._failures = 0

    def reset(self) -> None:
        """Start small again: something succeeded."""
        self._failures = 0

    def next_delay(self, error: StreamerError | None = None) -> float:
        """Seconds to wait before the next try after `error`; at least what its Retry-After asked for."""
        asked = error.retry_after_s if isinstance(error, HttpRefusalError) else None
        throttled = isinstance(error, HttpRefusalError) and error.status == 429 and asked is None
        first, most = (THROTTLED_FIRST_S, THROTTLED_MOST_S) if throttled else (FIRST_S, MOST_S)
        whole = growth(self._failures, first, most)
        self._failures += 1
        delay = whole * (0.5 + self._random() / 2)
        if asked is None:
            return delay
        # Spread over a tenth more: everyone who was refused at once was told the same number.
        return max(delay, min(asked, RETRY_AFTER_MOST_S) * (1 + self._random() / 10))
