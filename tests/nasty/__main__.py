"""`python -m tests.nasty [pytest options]`: run the tests of the nasty cases and say of every case whether it passes.

With options, which may choose among the tests, the page's own tests are left out. The exit code is 0 when every case
that has a test passes.
"""

import sys
from collections import Counter

import pytest

from tests.conformance.results import Results, Verdict
from tests.nasty import page
from tests.nasty.cases import ARGUED, SUITES, load


def main(options: list[str]) -> int:
    """Run, print the table, return the exit code."""
    results = Results()
    code = pytest.main(["--quiet", "--no-header", "-m", "case", *map(str, SUITES), *options], plugins=[results])
    of_page = 0 if options else page.run(results.by_id)
    print_table(results.by_id)
    return int(code) or of_page


def print_table(verdicts: dict[str, Verdict]) -> None:
    """One line per case, then the sum of each outcome."""
    sums: Counter[str] = Counter()
    print()
    for case in load().values():
        verdict = verdicts.get(case.id)
        said = verdict.outcome.value if verdict else "argued" if case.id in ARGUED else "not run"
        sums[said] += 1
        reason = f" [{ARGUED[case.id]}]" if case.id in ARGUED else ""
        print(f"  {case.id:<4} {said:<8} {case.title}{reason}")
    print("\n" + ", ".join(f"{count} {said}" for said, count in sorted(sums.items())))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
