"""Whether and when handlers are asked for their consent."""

import pytest

from emulator.upstream import validation
from emulator.upstream.answer import Answer
from emulator.upstream.validation import Consent

OURS = ["Localhost", "::1"]


@pytest.mark.parametrize(
    ("values", "status", "expected"),
    [
        (["*"], 200, True),
        (["localhost"], 204, True),
        (["LOCALHOST:8080 "], 200, True),
        (["other", "localhost"], 200, True),
        (["[::1]:8080"], 200, True),
        (["[::1"], 200, False),
        (["localhost.other"], 200, False),
        (["other"], 200, False),
        (["other, localhost"], 200, False),
        ([], 200, False),
        (["*"], 404, False),
        (["*"], 302, False),
    ],
)
def test_consent_is_success_with_a_star_or_one_of_our_names(values: list[str], status: int, expected: bool) -> None:
    headers = tuple(("webhook-allowed-origin", value) for value in values)
    assert validation.allows(Answer(status, headers), OURS) is expected


def test_consent_is_good_for_a_minute() -> None:
    consent = Consent()
    assert consent.is_due(0)
    assert consent.why_not
    consent.note(None, now=100)
    assert consent.why_not is None
    assert not consent.is_due(159.9)
    assert consent.is_due(160)


def test_refusals_are_repeated_after_ever_longer_pauses_up_to_a_minute() -> None:
    consent, now, pauses = Consent(), 0.0, []
    for _ in range(8):
        consent.note("no", now)
        pause = next(seconds for seconds in range(100) if consent.is_due(now + seconds))
        pauses.append(pause)
        now += pause
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]
    assert consent.why_not == "no"


def test_after_a_success_the_pauses_begin_anew() -> None:
    consent = Consent()
    for why_not in ("no", "no", None, "no"):
        consent.note(why_not, now=0)
    assert consent.is_due(1)
