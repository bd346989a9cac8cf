"""Clocks: whose is wrong is said by name, and a token that is over or not yet begun is said as well (W12)."""

import base64
import json

import pytest

from streamer_agent.doctor.finding import Verdict
from streamer_agent.doctor.judge.clocks import ClockFacts, TokenTimes, judge, token_times

NOW = 1_800_000_000.0
MINUTES = 60.0


@pytest.mark.parametrize(
    ("negotiate", "service", "verdict", "said"),
    [
        (0.4, -0.6, Verdict.OK, "agrees with that of negotiate and the service"),
        (0.4, None, Verdict.OK, "agrees with that of negotiate (within"),
        (10 * MINUTES, 0.0, Verdict.WRONG, "the negotiate host is 10 min ahead of this machine's and the service's"),
        (-10 * MINUTES, 0.0, Verdict.WRONG, "the negotiate host is 10 min behind this machine's and the service's"),
        (10 * MINUTES, 10 * MINUTES + 5, Verdict.WRONG, "this machine's clock is 10 min behind those of negotiate"),
        (-10 * MINUTES, -10 * MINUTES, Verdict.WRONG, "this machine's clock is 10 min ahead of those of negotiate"),
        (0.0, 10 * MINUTES, Verdict.WRONG, "the service's clock is 10 min ahead of this machine's and negotiate's"),
        (-3 * 3600.0, 10 * MINUTES, Verdict.WRONG, "negotiate's clock is 3 h behind this machine's, and that of the"),
        (10 * MINUTES, None, Verdict.WRONG, "one of the two is wrong"),
        (45.0, 0.0, Verdict.WARNING, "45 s ahead"),
        (29.0, -29.0, Verdict.OK, "within 29 s"),
        (None, None, Verdict.WARNING, "not compared"),
    ],
)
def test_clock_that_differs_is_named(
    negotiate: float | None, service: float | None, verdict: Verdict, said: str
) -> None:
    finding = judge(ClockFacts(NOW, negotiate, service, None))
    assert finding.verdict is verdict
    assert said in finding.seen


@pytest.mark.parametrize(
    ("token", "service", "said"),
    [
        (TokenTimes(NOW - 1200, None, NOW - 600), 0.0, "had expired 10 min before it came, by the service's clock"),
        (TokenTimes(NOW + 600, NOW + 600, NOW + 1200), 0.0, "begins in 10 min only (nbf), by the service's clock"),
        (TokenTimes(NOW - 1200, None, NOW - 600), None, "by this machine's clock"),
        (TokenTimes(NOW, None, NOW + 600), 20 * MINUTES, "had expired 10 min before it came, by the service's"),
    ],
)
def test_token_is_judged_by_the_clock_of_the_service(token: TokenTimes, service: float | None, said: str) -> None:
    finding = judge(ClockFacts(NOW, 0.0, service, token))
    assert finding.verdict is Verdict.WRONG
    assert said in finding.seen


def test_expired_token_and_the_clock_that_made_it_are_told_together() -> None:
    made = TokenTimes(NOW - 1800, None, NOW - 1200)
    finding = judge(ClockFacts(NOW, -1800.0, 0.0, made))
    assert "had expired 20 min before it came" in finding.seen
    assert "the negotiate host is 30 min behind" in finding.seen


def test_times_of_a_token_are_read() -> None:
    assert token_times(url({"iat": 1, "nbf": 2, "exp": 3})) == TokenTimes(1.0, 2.0, 3.0)
    assert token_times(url({"exp": "soon", "nbf": True})) == TokenTimes(None, None, None)


@pytest.mark.parametrize("token", ["", "opaque", "a.b", "a.!!.c", "a.W10.c", "a.bnVsbA.c"])
def test_token_that_cannot_be_read_has_no_times(token: str) -> None:
    assert token_times(f"wss://example.com/client/hubs/h?access_token={token}") == TokenTimes(None, None, None)


def url(claims: dict[str, object]) -> str:
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"wss://example.com/client/hubs/h?access_token=e30.{body}.c2ln"
