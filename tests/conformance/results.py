"""A pytest plugin that gathers which cases passed and which failed; prints nothing."""

from enum import Enum

import pytest


class Outcome(Enum):
    """What is known of a case after a run. Of several tests the worst counts."""

    PASSED = "pass"
    SKIPPED = "skip"
    FAILED = "FAIL"


_SEVERITY = list(Outcome)


class Results:
    """The outcomes by case id."""

    def __init__(self) -> None:
        self.by_id: dict[str, Outcome] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> object:
        """Note the report of one phase of one test."""
        report: pytest.TestReport = yield
        for mark in item.iter_markers("case"):
            for id_ in mark.args:
                self._note(id_, report)
        return report

    def _note(self, id_: str, report: pytest.TestReport) -> None:
        if report.failed:
            outcome = Outcome.FAILED
        elif report.skipped:
            outcome = Outcome.SKIPPED
        elif report.when == "call":
            outcome = Outcome.PASSED
        else:
            return
        self.by_id[id_] = max(self.by_id.get(id_, outcome), outcome, key=_SEVERITY.index)
