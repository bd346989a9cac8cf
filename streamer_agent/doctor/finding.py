"""One finding: what was checked, how it stands and what to do. Decides nothing and prints nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Verdict(Enum):
    """How a check ended. The value is the word that people read."""

    OK = "ok"
    WARNING = "warning"
    """It works, but not as one would expect; or it could not be checked."""
    WRONG = "wrong"
    """It will not work until somebody acts."""


Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer to one question."""

    check: str
    """The question in one word: settings, negotiate, publish, clock, state, limits, hints, input, file."""
    verdict: Verdict
    seen: str
    """What is so, in one sentence without full stop."""
    advice: str = ""
    """What to do; empty if there is nothing to do."""
    subject: str = ""
    """The path that it is about; empty for the set-up as a whole."""
    facts: Facts = field(default_factory=dict)
    """The same for programs: what JSON can hold, sizes in bytes, durations in seconds."""


def ok(check: str, seen: str, advice: str = "", subject: str = "", facts: Facts | None = None) -> Finding:
    """A finding that all is well."""
    return Finding(check, Verdict.OK, seen, advice, subject, facts or {})


def warning(check: str, seen: str, advice: str = "", subject: str = "", facts: Facts | None = None) -> Finding:
    """A finding that something is odd."""
    return Finding(check, Verdict.WARNING, seen, advice, subject, facts or {})


def wrong(check: str, seen: str, advice: str = "", subject: str = "", facts: Facts | None = None) -> Finding:
    """A finding that something does not work."""
    return Finding(check, Verdict.WRONG, seen, advice, subject, facts or {})


def is_well(findings: Sequence[Finding]) -> bool:
    """Whether nothing is wrong; warnings do not count."""
    return all(finding.verdict is not Verdict.WRONG for finding in findings)
