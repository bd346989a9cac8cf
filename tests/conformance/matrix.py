"""The support matrix of emulator/README.md: the features of features.toml, and how many of their cases are met.

Makes and places the text; runs no test.
"""

import tomllib
from collections.abc import Collection, Mapping
from itertools import groupby
from pathlib import Path
from textwrap import fill
from typing import NamedTuple

from tests.conformance.cases import NOT_BUILT, load, spanned

README = Path(__file__).parents[2] / "emulator" / "README.md"
BEGIN = "<!-- The matrix: written by `python -m tests.conformance --write`. -->\n"
NOTHING = "–"
END = "<!-- The end of the matrix. -->\n"


class Feature(NamedTuple):
    """One row."""

    part: str
    name: str
    cases: tuple[str, ...]
    supported: str = ""
    refused: str = ""


def features() -> list[Feature]:
    """All rows, in order."""
    rows = tomllib.loads((Path(__file__).parent / "features.toml").read_text("utf-8"))["feature"]
    return [Feature(**{**row, "cases": tuple(spanned(row["cases"]))}) for row in rows]


def promised() -> dict[str, bool]:
    """Whether each case is met when no test fails and none is skipped."""
    return {id_: id_ not in NOT_BUILT for id_ in load()}


def table(met: Mapping[str, bool]) -> str:
    """The matrix, where `met` says of each case whether it is."""
    lines = [_summary(met), "", "| | Cases met | Supported | Refused |", "|---|---|---|---|"]
    for part, rows in groupby(features(), key=lambda feature: feature.part):
        lines.append(f"| **{part}** | | | |")
        lines += [
            f"| {row.name} | {_count(row.cases, met)} | {row.supported or NOTHING} | {row.refused or NOTHING} |"
            for row in rows
        ]
    return "\n".join(lines) + "\n"


def _summary(met: Mapping[str, bool]) -> str:
    cases = load()
    first, second, third = (
        _count([id_ for id_, case in cases.items() if case.tier == tier], met) for tier in (1, 2, 3)
    )
    missing = "; ".join(f"{id_} ({NOT_BUILT.get(id_, 'its tests fail')})" for id_ in cases if not met[id_])
    text = (
        f"Of the cases that the published SDKs need, {first} are met; of those that make it behave like Azure "
        f"beyond that, {second}; of the optional ones and the previews, {third}."
    )
    return fill(text + (f" Not met: {missing}." if missing else ""), width=120)


def _count(ids: Collection[str], met: Mapping[str, bool]) -> str:
    return f"{sum(met[id_] for id_ in ids)} of {len(ids)}"


def placed(readme: str, matrix: str) -> str:
    """The text of the README with `matrix` between the marks."""
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{matrix}\n{END}{after}"
