"""`python -m tests.conformance [--write] [pytest options]`: run the suite and say of every case whether it passes.

The target is the emulator in this process, or the service that TEST_TARGET_CONNECTION_STRING or TEST_TARGET_URL
names. --write then writes the support matrix of emulator/README.md. The exit code is that of pytest: 0 when every
case that has a test passes.
"""

import sys
from collections import Counter
from collections.abc import Mapping

import pytest

from tests.conformance import matrix
from tests.conformance.cases import NOT_BUILT, SUITES, Case, load
from tests.conformance.results import Outcome, Results, Verdict
from tests.conformance.target import named


def main(options: list[str]) -> int:
    """Run, print the table, return the exit code."""
    wants_matrix = "--write" in options
    remote = named()
    if wants_matrix and remote is not None:
        print("--write is for the emulator in this process; unset TEST_TARGET_CONNECTION_STRING and TEST_TARGET_URL.")
        return pytest.ExitCode.USAGE_ERROR
    print(f"Target: {'the emulator in this process' if remote is None else remote.endpoint}")
    results = Results()
    others = [option for option in options if option != "--write"]
    code = pytest.main(["--quiet", "--no-header", *map(str, SUITES), *others], plugins=[results])
    verdicts = {id_: results.by_id.get(id_, Verdict()) for id_ in load()}
    print_table(verdicts)
    if wants_matrix:
        met = {id_: verdict.outcome is Outcome.PASSED for id_, verdict in verdicts.items()}
        matrix.README.write_text(matrix.placed(matrix.README.read_text("utf-8"), matrix.table(met)), "utf-8")
    return int(code)


def print_table(verdicts: Mapping[str, Verdict]) -> None:
    """One line per case, then those that are not met with the reason, then the sums per tier."""
    cases = load()
    part = ""
    for case in cases.values():
        if case.part != part:
            part = case.part
            print(f"\n{part}")
        print(f"  {case.id}  tier {case.tier}  {_said(case, verdicts):<9}  {case.given}; {case.when}: {case.then}")
    print("\nNot met")
    for case in cases.values():
        if verdicts[case.id].outcome is not Outcome.PASSED:
            print(f"  {case.id}  tier {case.tier}  {_said(case, verdicts):<9}  {_reason(case, verdicts)}")
    print()
    sums = Counter((case.tier, _said(case, verdicts)) for case in cases.values())
    for tier in (1, 2, 3):
        counts = ", ".join(f"{count} {said}" for (of, said), count in sorted(sums.items()) if of == tier)
        print(f"tier {tier}: {counts}")


def _said(case: Case, verdicts: Mapping[str, Verdict]) -> str:
    return "not built" if case.id in NOT_BUILT else verdicts[case.id].outcome.value


def _reason(case: Case, verdicts: Mapping[str, Verdict]) -> str:
    return NOT_BUILT.get(case.id) or verdicts[case.id].reason or "its tests were not chosen"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
