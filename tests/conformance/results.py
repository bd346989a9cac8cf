"""A pytest plugin that gathers which cases passed, which failed and which were left out, and why; prints nothing."""

from dataclasses import dataclass, field
from enum import Enum

import pytest


class Outcome(Enum):
    """What is known of a case after a run."""

    PASSED = "pass"
    PARTLY = "partly"  # what was run passed, and something was left out
    SKIPPED = "skip"
    FAILED = "FAIL"
    NOT_RUN = "not run"


@dataclass
class Verdict:
    """What the tests of one case came to."""

    passed: int = 0
    skipped: list[str] = field(default_factory=list)  # the reasons
    failed: list[str] = field(default_factory=list)  # the tests

    @property
    def outcome(self) -> Outcome:
        """Of several tests, the worst counts."""
        if self.failed:
            return Outcome.FAILED
        if self.skipped:
            return Outcome.PARTLY if self.passed else Outcome.SKIPPED
        return Outcome.PASSED if self.passed else Outcome.NOT_RUN

    @property
    def reason(self) -> str:
        """Why the case has not passed, in one line; empty if it has."""
        return "; ".join(dict.fromkeys(self.failed or self.skipped))


class Results:
    """The verdicts by case id."""

    def __init__(self) -> None:
        self.by_id: dict[str, Verdict] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> object:
        """Note the report of one phase of one test."""
        report: pytest.TestReport = yield
        for mark in item.iter_markers("case"):
            for id_ in mark.args:
                self._note(self.by_id.setdefault(id_, Verdict()), report)
        return report

    def _note(self, verdict: Verdict, report: pytest.TestReport) -> None:
        if report.failed:
            verdict.failed.append(report.nodeid)
        elif report.skipped:
            verdict.skipped.append(_reason(report))
        elif report.when == "call":
            verdict.passed += 1


def _reason(report: pytest.TestReport) -> str:
    """What was said when the test was skipped: pytest keeps file, line and "Skipped: reason"."""
    said = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return said.removeprefix("Skipped: ")
