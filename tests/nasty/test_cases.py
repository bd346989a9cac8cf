"""The list of cases, the marks of the tests and the document agree."""

import signal
import subprocess
import sys

import pytest

from tests.nasty import page
from tests.nasty.cases import ARGUED, ONCE, RESTARTED, load
from tests.nasty.table import BEGIN, DOCUMENT, END, PARTS, placed, table
from tests.nasty.ways import ENDINGS, Shown, Way, outcome
from tests.support.processes import ROOT


def test_the_list_is_whole() -> None:
    counts = {"T": 49, "W": 13, "V": 29, "X": 14}
    assert list(load()) == [f"{letter}{n}" for letter, count in counts.items() for n in range(1, count + 1)]
    assert ONCE.keys() | ARGUED.keys() | RESTARTED <= load().keys()


@pytest.mark.timeout(120)
def test_the_document_says_what_the_tests_declare() -> None:
    checked = subprocess.run([sys.executable, "-m", "tests.nasty", "--check"], cwd=ROOT, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout[-3000:] + checked.stderr[-3000:]


@pytest.mark.parametrize("id_", [id_ for id_ in load() if not id_.startswith("V")])
def test_the_document_has_every_case_but_the_pages_met_or_argued(id_: str) -> None:
    (row,) = [line for line in DOCUMENT.read_text("utf-8").splitlines() if line.startswith(f"| {id_} |")]
    met = row.split(" | ")[2]
    assert met.startswith("argued: " if id_ in ARGUED else "once: " if id_ in ONCE else "twice")


def test_marks_and_titles_name_cases_of_the_list() -> None:
    named: dict[str, Shown] = {}
    page.declare(named)
    assert "V29" in named
    assert named.keys() <= load().keys()


def test_a_title_may_name_several_cases() -> None:
    assert page.ids("V15, V24: without storage") == ["V15", "V24"]
    assert page.ids("W4: a burst") == ["W4"]
    assert page.ids("a V4: in the middle") == []


def test_twice_is_with_hints_and_by_polling() -> None:
    assert outcome("T3", {"T3": Shown({Way(True), Way(False)})}) == "twice"
    assert outcome("T3", {"T3": Shown({Way(True), Way(None)})}) == "not met twice"
    assert outcome("T3", {}) == "not met"
    assert outcome("V1", {"V1": Shown({Way()})}) == "once"
    assert outcome("T3", {"T3": Shown({Way(True), Way(False)}, failed=["test_x"])}) == "fails"


def test_a_restart_is_by_both_signals_in_both_ways() -> None:
    ways = {Way(hints, ending) for hints in (True, False) for ending in ENDINGS}
    assert outcome("T1", {"T1": Shown(ways)}) == "twice, after SIGTERM and after SIGKILL"
    ways.remove(Way(False, signal.SIGKILL))
    assert outcome("T1", {"T1": Shown(ways)}) == "not met: not in 1 of four ways"


def test_only_what_stands_between_the_marks_is_replaced() -> None:
    marks = [BEGIN.format(name) for name in PARTS.values()]
    document = "a\n" + "".join(f"{mark}old\n{END}" for mark in marks) + "b\n"
    made = placed(document, {})
    assert (
        made == "a\n" + "".join(f"{mark}\n{table(t, {})}\n{END}" for mark, t in zip(marks, PARTS, strict=True)) + "b\n"
    )
    assert placed(made, {}) == made
