"""`python -m tests.nasty [CASE ...] [pytest options]`: run the tests of the nasty cases and say how each is met.

With cases (`T41 W5`) only theirs are run. With options, which may choose among the tests too, the page's own tests are
left out. The exit code is 0 when no test fails. `--write` runs nothing and writes the tables of docs/nasty-cases.md:
what holds while no test fails. `--check` says whether they are that.
"""

import sys
from collections import Counter
from collections.abc import Collection, Mapping
from contextlib import redirect_stdout
from io import StringIO

import pytest

from tests.nasty import page
from tests.nasty.cases import SUITES, load
from tests.nasty.table import DOCUMENT, placed
from tests.nasty.ways import Cases, Declared, Only, Passed, Shown, outcome

CHOSEN = ["--no-header", "-m", "case", *map(str, SUITES)]


def main(options: list[str]) -> int:
    """Do as told; return the exit code."""
    if options in (["--write"], ["--check"]):
        document = DOCUMENT.read_text("utf-8")
        wanted = placed(document, declared())
        if options == ["--write"]:
            DOCUMENT.write_text(wanted, "utf-8")
        elif document != wanted:
            print("docs/nasty-cases.md is not what the tests declare; run: python -m tests.nasty --write")
            return 1
        return 0
    chosen = [option for option in options if option in load()]
    others = [option for option in options if option not in chosen]
    passed = Passed()
    code = pytest.main(["--quiet", *CHOSEN, *others], plugins=[passed, Only(chosen)])
    if chosen and code == pytest.ExitCode.NO_TESTS_COLLECTED:
        code = pytest.ExitCode.OK  # cases that the page's own tests alone are of
    of_page = 0 if others else page.run(passed.by_id)
    print_table(passed.by_id, chosen)
    return int(code) or of_page


def declared() -> Cases:
    """What all tests are of, without running one."""
    plugin = Declared()
    with redirect_stdout(StringIO()) as said:
        code = pytest.main(["--quiet", "--collect-only", *CHOSEN], plugins=[plugin])
    assert code == pytest.ExitCode.OK, said.getvalue()
    page.declare(plugin.by_id)
    return plugin.by_id


def print_table(cases: Mapping[str, Shown], wanted: Collection[str]) -> None:
    """One line per case, of those in `wanted` if there are any, then the sum of each outcome."""
    sums: Counter[str] = Counter()
    print()
    for case in load().values():
        if wanted and case.id not in wanted:
            continue
        said = outcome(case.id, cases)
        sums[said.partition(":")[0]] += 1
        print(f"  {case.id:<4} {case.title}\n       {said}")
        for test in cases.get(case.id, Shown()).failed:
            print(f"       {test}")
    print("\n" + "; ".join(f"{count} {said}" for said, count in sorted(sums.items())))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
