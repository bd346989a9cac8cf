"""`python -m tests.conformance [pytest options]`: run the suite and say of every case whether it passes.

The target is the emulator in this process, or what TEST_TARGET_CONNECTION_STRING or TEST_TARGET_URL names.
The exit code is that of pytest: 0 when every case that has a test passes.
"""

import sys
from collections import Counter

import pytest

from tests.conformance.cases import NOT_BUILT, SUITES, load
from tests.conformance.results import Outcome, Results


def main(options: list[str]) -> int:
    """Run, print the table, return the exit code."""
    results = Results()
    code = pytest.main(["--quiet", "--no-header", *map(str, SUITES), *options], plugins=[results])
    print_table(results.by_id)
    return int(code)


def print_table(outcomes: dict[str, Outcome]) -> None:
    """One line per case, then the sums per tier."""
    sums: Counter[tuple[int, str]] = Counter()
    part = ""
    for case in load().values():
        if case.part != part:
            part = case.part
            print(f"\n{part}")
        outcome = outcomes.get(case.id)
        said = outcome.value if outcome else "not built" if case.id in NOT_BUILT else "not run"
        sums[case.tier, said] += 1
        missing = f" [{NOT_BUILT[case.id]}]" if said == "not built" else ""
        print(f"  {case.id}  tier {case.tier}  {said:<9}  {case.given}; {case.when}: {case.then}{missing}")
    print()
    for tier in (1, 2, 3):
        counts = ", ".join(f"{count} {said}" for (of, said), count in sorted(sums.items()) if of == tier)
        print(f"tier {tier}: {counts}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
