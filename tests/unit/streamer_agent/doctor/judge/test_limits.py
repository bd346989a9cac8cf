"""Limits: a limit is a warning only where it makes a difference."""

from dataclasses import replace

from streamer_agent.doctor.finding import Verdict
from streamer_agent.doctor.judge.limits import LimitFacts, judge

FACTS = LimitFacts(10, 2, max_open_files=256, descriptors=1024, watches=8192, instances=128)


def test_few_files_are_no_trouble() -> None:
    finding = judge(FACTS)
    assert finding.verdict is Verdict.OK
    assert finding.seen == (
        "10 files, at most 256 open at once (MAX_OPEN_FILES, ulimit -n is 1,024);"
        " 2 directories to watch of 8,192 allowed"
    )


def test_more_files_than_are_open_take_turns() -> None:
    finding = judge(replace(FACTS, files=10_000))
    assert finding.verdict is Verdict.OK
    assert "they take turns" in finding.seen


def test_half_of_few_descriptors_is_for_files_and_worth_a_warning() -> None:
    finding = judge(replace(FACTS, files=100, descriptors=64))
    assert finding.verdict is Verdict.WARNING
    assert finding.facts["open_at_once"] == 32


def test_more_directories_than_watches_are_a_warning() -> None:
    assert judge(replace(FACTS, directories=9000)).verdict is Verdict.WARNING


def test_system_without_limits_is_fine() -> None:
    assert judge(replace(FACTS, descriptors=None, watches=None, instances=None)).verdict is Verdict.OK
