"""lag: the age is that of the oldest byte that is not acknowledged."""

from streamer_agent.block import EpochKey
from streamer_agent.lag import MOST_MARKS, Lags
from streamer_agent.tail.facts import SourceFacts


def facts(end: int, lag: int, source: str = "aaaaaaaa") -> SourceFacts:
    return SourceFacts(EpochKey(source, 1), "p", "tailing", 0, end, lag, (), (), "", 1)


def test_a_source_that_is_level_has_no_lag() -> None:
    lags = Lags()
    lags.observe([facts(100, 0)], 10.0)
    assert lags.seconds(facts(100, 0), 20.0) == 0.0


def test_the_age_is_that_of_the_oldest_waiting_byte() -> None:
    lags = Lags()
    lags.observe([facts(0, 100)], 10.0)
    lags.observe([facts(0, 300)], 15.0)
    assert lags.seconds(facts(0, 300), 20.0) == 10.0
    lags.observe([facts(100, 200)], 20.0)
    assert lags.seconds(facts(100, 200), 20.0) == 5.0


def test_who_is_level_once_begins_anew() -> None:
    lags = Lags()
    lags.observe([facts(0, 100)], 10.0)
    lags.observe([facts(100, 0)], 15.0)
    lags.observe([facts(100, 1)], 20.0)
    assert lags.seconds(facts(100, 1), 21.0) == 1.0


def test_a_long_lag_takes_little_memory() -> None:
    lags = Lags()
    for second in range(100_000):
        lags.observe([facts(0, second + 1)], float(second))
    (marks,) = lags._marks.values()
    assert len(marks) <= MOST_MARKS
    assert lags.seconds(facts(0, 100_000), 100_000.0) == 100_000.0
