"""outage: a failure is told once, then rarely; what changes is told; the end says how long it was."""

from streamer_agent.publish.outage import MOST_REASONS, Outage


def test_the_first_failure_is_told_and_repeats_are_not() -> None:
    outage = Outage()
    assert [outage.failed("refused", now) for now in (0.0, 1.0, 30.0, 59.0)] == [True, False, False, False]


def test_reminders_become_rare() -> None:
    outage = Outage()
    told = [second for second in range(0, 20_000, 10) if outage.failed("refused", float(second))]
    assert told == [0, 60, 180, 420, 900, 1860, 3780, 7380, 10980, 14580, 18180]


def test_a_new_reason_is_told_at_once_and_alternating_ones_are_not() -> None:
    outage = Outage()
    assert outage.failed("refused", 0.0)
    assert outage.failed("no such name", 1.0)
    assert not outage.failed("refused", 2.0)
    assert not outage.failed("no such name", 3.0)


def test_reasons_without_end_are_not_all_told() -> None:
    outage = Outage()
    assert sum(outage.failed(f"reason {number}", 0.0) for number in range(1000)) == MOST_REASONS


def test_the_end_tells_how_long_it_was() -> None:
    outage = Outage()
    outage.failed("refused", 10.0)
    outage.failed("refused", 20.0)
    assert outage.over(25.5) == (2, 15.5)


def test_without_a_failure_there_was_no_outage() -> None:
    assert Outage().over(5.0) == (0, 0.0)


def test_the_next_outage_is_told_anew() -> None:
    outage = Outage()
    outage.failed("refused", 0.0)
    outage.over(1.0)
    assert outage.failed("refused", 2.0)
    assert outage.over(3.0) == (1, 1.0)
