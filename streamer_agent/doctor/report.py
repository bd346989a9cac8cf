"""Write findings for people, one line for each and one for what to do, or for programs. Prints nothing itself."""

import json
from collections.abc import Sequence
from itertools import groupby

from streamer_agent.doctor.finding import Finding, Verdict, is_well
from streamer_agent.tail.facts import label

MOST_ALIKE = 20
"""Lines about files of one input that are well; beyond it they are counted. Programs get all."""
_COLOURS = {Verdict.OK: "32", Verdict.WARNING: "33", Verdict.WRONG: "31"}
"""SGR parameters (ECMA-48, 8.3.117): green, yellow, red."""
_WIDTH = 10
_INDENT = " " * 2 * _WIDTH
"""Below the text, behind verdict and check."""


def for_people(who: str, findings: Sequence[Finding], *, is_coloured: bool) -> str:
    """The report as lines of text. What others wrote, such as paths and answers, cannot steer the terminal."""
    lines = [f"Tailcast's streamer agent as {label(who)}", ""]
    for (check, verdict), group in groupby(findings, key=lambda finding: (finding.check, finding.verdict)):
        alike = list(group)
        is_long = check == "file" and verdict is Verdict.OK and len(alike) > MOST_ALIKE
        for finding in alike[:MOST_ALIKE] if is_long else alike:
            lines += _lines(finding, is_coloured)
        if is_long:
            lines.append(f"{_INDENT} … and {len(alike) - MOST_ALIKE:,} more that are well (--json has them)")
    return "\n".join([*lines, "", _sum(findings), ""])


def for_programs(who: str, findings: Sequence[Finding]) -> str:
    """The report as one JSON object: well, user, findings."""
    content = {
        "well": is_well(findings),
        "user": who,
        "findings": [
            {
                "check": finding.check,
                "subject": finding.subject or None,
                "verdict": finding.verdict.value,
                "seen": finding.seen,
                "advice": finding.advice or None,
                "facts": finding.facts,
            }
            for finding in findings
        ],
    }
    return json.dumps(content, indent=2, default=str) + "\n"


def _lines(finding: Finding, is_coloured: bool) -> list[str]:
    word = f"{finding.verdict.value:{_WIDTH}}"
    if is_coloured:
        word = f"\x1b[{_COLOURS[finding.verdict]}m{word}\x1b[0m"
    subject = f"{label(finding.subject)}: " if finding.subject else ""
    lines = [f"{word}{finding.check:{_WIDTH}} {subject}{label(finding.seen)}"]
    if finding.advice:
        lines.append(f"{_INDENT} → {label(finding.advice)}")
    return lines


def _sum(findings: Sequence[Finding]) -> str:
    wrong = sum(finding.verdict is Verdict.WRONG for finding in findings)
    warnings = sum(finding.verdict is Verdict.WARNING for finding in findings)
    if not wrong:
        return "All is well." if not warnings else f"Nothing is wrong; {_count(warnings, 'warning')}."
    also = f", and {_count(warnings, 'warning')}" if warnings else ""
    return f"{_count(wrong, 'thing is', 'things are')} wrong{also}."


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
