"""The tables of docs/nasty-cases.md: every case, how often it is met, and which folders of tests show it.

Makes and places the text; runs no test.
"""

from collections.abc import Mapping

from tests.nasty.cases import load
from tests.nasty.ways import Shown, outcome
from tests.support.processes import ROOT

DOCUMENT = ROOT / "docs" / "nasty-cases.md"
BEGIN = "<!-- The table of {}: written by `python -m tests.nasty --write`. -->\n"
END = "<!-- The end of the table. -->\n"
PARTS = {"T": "the tail", "W": "the wire and the service", "X": "what no list named", "V": "the page"}


def table(letter: str, cases: Mapping[str, Shown]) -> str:
    """The rows of one part."""
    lines = ["| Case | What goes wrong, and what has to come of it | Met | Shown in |", "|---|---|---|---|"]
    for case in load().values():
        if case.id.startswith(letter):
            suites = ", ".join(sorted(cases[case.id].suites)) if case.id in cases else "–"
            title = case.title.replace("|", r"\|").replace("__", r"\_\_")
            lines.append(f"| {case.id} | {title} | {outcome(case.id, cases)} | {suites} |")
    return "\n".join(lines) + "\n"


def placed(document: str, cases: Mapping[str, Shown]) -> str:
    """The document with all tables between their marks."""
    for letter, name in PARTS.items():
        before, begin, rest = document.partition(BEGIN.format(name))
        _, end, after = rest.partition(END)
        assert begin, f"no mark for the table of {name}"
        assert end, f"no mark for the end of the table of {name}"
        document = f"{before}{begin}\n{table(letter, cases)}\n{end}{after}"
    return document
