"""In which ways each case was shown: with the kernel's hints or by polling, restarted by which signal; runs nothing.

A way is what a test was parametrized with, so that no test can claim one.
"""

import signal
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.nasty.cases import ARGUED, ONCE, RESTARTED
from tests.support.processes import ROOT

ENDINGS = (signal.SIGTERM, signal.SIGKILL)


class Way(NamedTuple):
    """One way; None where a test does not choose."""

    hints: bool | None = None
    ending: signal.Signals | None = None


@dataclass
class Shown:
    """What is known of one case."""

    ways: set[Way] = field(default_factory=set)
    suites: set[str] = field(default_factory=set)
    failed: list[str] = field(default_factory=list)
    """The tests."""


Cases = dict[str, Shown]


class Declared:
    """A pytest plugin that notes of every test that was chosen which cases it is of, and in which ways."""

    def __init__(self) -> None:
        self.by_id: Cases = {}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        for item in session.items:
            note(self.by_id, item)


class Passed:
    """A pytest plugin that notes the same of every test that passed, and which failed."""

    def __init__(self) -> None:
        self.by_id: Cases = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> object:
        report: pytest.TestReport = yield
        if report.failed:
            for id_ in ids(item):
                self.by_id.setdefault(id_, Shown()).failed.append(report.nodeid)
        elif report.passed and report.when == "call":
            note(self.by_id, item)
        return report


class Only:
    """A pytest plugin that leaves out the tests of other cases than `wanted`; none is left out where that is empty."""

    def __init__(self, wanted: Collection[str]) -> None:
        self._wanted = set(wanted)

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        if self._wanted:
            others = [item for item in items if self._wanted.isdisjoint(ids(item))]
            items[:] = [item for item in items if item not in others]
            config.hook.pytest_deselected(items=others)


def ids(item: pytest.Item) -> Iterable[str]:
    """The cases that a test is marked with."""
    return (id_ for mark in item.iter_markers("case") for id_ in mark.args)


def note(cases: Cases, item: pytest.Item) -> None:
    """Add one test."""
    chosen = getattr(getattr(item, "callspec", None), "params", {})
    for id_ in ids(item):
        shown = cases.setdefault(id_, Shown())
        shown.ways.add(Way(chosen.get("hints"), chosen.get("ending")))
        shown.suites.add(suite(item.path))


def suite(path: Path) -> str:
    """The folder of tests in which a file is."""
    return path.relative_to(ROOT / "tests").parts[0]


def outcome(id_: str, cases: Mapping[str, Shown]) -> str:
    """What to say of a case, in a few words that begin with: twice, once, argued, fails, or not met."""
    shown = cases.get(id_, Shown())
    if id_ in ARGUED:
        return f"argued: {ARGUED[id_]}"
    if shown.failed:
        return "fails"
    if not shown.ways:
        return "not met"
    if id_.startswith("V"):
        return "once"
    if id_ in ONCE:
        return f"once: {ONCE[id_]}"
    if id_ in RESTARTED:
        missing = {Way(*way) for way in product((True, False), ENDINGS)} - shown.ways
        return f"not met: not in {len(missing)} of four ways" if missing else "twice, after SIGTERM and after SIGKILL"
    missing_ways = {True, False} - {way.hints for way in shown.ways}
    return "not met twice" if missing_ways else "twice"
