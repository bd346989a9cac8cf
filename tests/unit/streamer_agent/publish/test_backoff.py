"""backoff: what passes is tried again, ever more slowly; what cannot pass stops the agent."""

import pytest

from streamer_agent.errors import (
    ConnectionLostError,
    HttpRefusalError,
    PublishRefusedError,
    SetupError,
    StateDirectoryError,
    StrangeAnswerError,
    StreamerError,
    UnreachableError,
)
from streamer_agent.publish.backoff import MOST_S, RETRY_AFTER_MOST_S, Backoff, growth, retryable
from tests.nasty.cases import case


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (UnreachableError("refused, reset, no such name, time-out"), True),
        (StrangeAnswerError("a captive portal's page"), True),
        *((HttpRefusalError(status, ""), True) for status in (302, 404, 408, 425, 429, 500, 502, 503, 504)),
        *((HttpRefusalError(status, ""), False) for status in (400, 401, 403, 405, 407, 410, 421)),
        *((ConnectionLostError(code, ""), True) for code in (1000, 1001, 1002, 1003, 1006, 1007, 1008, 1009)),
        *((ConnectionLostError(code, ""), True) for code in (1011, 1012, 1013, 1014, 4000)),
        *((ConnectionLostError(code, ""), False) for code in (3000, 3003)),
        *((PublishRefusedError(name, ""), True) for name in ("InternalServerError", "Timeout", "Unknown")),
        *((PublishRefusedError(name, ""), False) for name in ("Forbidden", "BadRequest")),
        (SetupError(""), False),
        (StateDirectoryError(""), False),
        (StreamerError(""), False),
    ],
)
def test_what_is_worth_another_try(error: StreamerError, expected: bool) -> None:
    assert retryable(error) is expected


def test_delays_double_up_to_a_limit() -> None:
    assert [growth(failures) for failures in range(8)] == [0.25, 0.5, 1, 2, 4, 8, 10, 10]
    assert growth(10**9) == MOST_S


@pytest.mark.parametrize(("dice", "share"), [(0.0, 0.5), (0.5, 0.75), (0.999, 0.9995)])
def test_jitter_takes_up_to_half_of_a_delay(dice: float, share: float) -> None:
    backoff = Backoff(lambda: dice)
    assert [backoff.next_delay() for _ in range(3)] == [0.25 * share, 0.5 * share, 1 * share]


def test_success_starts_small_again() -> None:
    backoff = Backoff(lambda: 0.0)
    backoff.next_delay()
    backoff.next_delay()
    backoff.reset()
    assert backoff.next_delay() == 0.125


@pytest.mark.parametrize("dice", [0.0, 0.5])
def test_retry_after_is_honoured_and_spread(dice: float) -> None:
    delay = Backoff(lambda: dice).next_delay(HttpRefusalError(503, "", retry_after_s=60.0))
    assert delay == 60.0 * (1 + dice / 10)


def test_a_retry_after_of_nothing_does_not_mean_to_hammer() -> None:
    assert Backoff(lambda: 0.0).next_delay(HttpRefusalError(503, "", retry_after_s=0.0)) == 0.125


def test_an_absurd_retry_after_is_cut() -> None:
    delay = Backoff(lambda: 0.0).next_delay(HttpRefusalError(503, "", retry_after_s=1e9))
    assert delay == RETRY_AFTER_MOST_S


@case("W10")
def test_a_quota_is_given_time() -> None:
    backoff = Backoff(lambda: 0.0)
    delays = [backoff.next_delay(HttpRefusalError(429, "")) for _ in range(8)]
    assert delays[0] == 5.0
    assert delays[-1] == 150.0


def test_throttling_that_says_when_to_come_back_is_taken_at_its_word() -> None:
    delay = Backoff(lambda: 0.0).next_delay(HttpRefusalError(429, "", retry_after_s=1.0))
    assert delay == 1.0
