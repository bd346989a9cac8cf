import pytest

from streamer_agent.tail.pace import Pace


def test_first_run_is_due_at_once() -> None:
    assert Pace(1.0, 0.02).due_at() == float("-inf")


def test_cheap_job_runs_every_interval() -> None:
    pace = Pace(1.0, 0.02)
    pace.ran(100.0, 0.001)
    assert pace.due_at() == 101.0


def test_dear_job_keeps_to_its_share() -> None:
    pace = Pace(1.0, 0.02)
    pace.ran(100.0, 0.05)
    assert pace.due_at() == pytest.approx(102.5)


def test_no_job_becomes_rarer_than_every_ten_seconds() -> None:
    pace = Pace(1.0, 0.02)
    pace.ran(100.0, 5.0)
    assert pace.due_at() == 110.0


def test_wanted_job_runs_sooner_but_keeps_to_its_share() -> None:
    pace = Pace(1.0, 0.02)
    pace.ran(100.0, 0.001)
    pace.want()
    assert pace.due_at() == pytest.approx(100.05)


def test_what_is_wanted_during_a_run_is_for_the_next() -> None:
    pace = Pace(1.0, 0.02)
    pace.want()
    pace.began()
    pace.want()
    pace.ran(100.0, 0.0)
    assert pace.due_at() == 100.0
