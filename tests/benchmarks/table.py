"""Lay figures out as Markdown tables that are also easy to read on a terminal.

Knows nothing of what the figures mean.
"""

from collections.abc import Sequence


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table: the first column left-aligned, all others right-aligned."""
    widths = [max(len(row[column]) for row in [heads, *rows]) for column in range(len(heads))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join(
        "| " + " | ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) + " |"
        for row in [heads, rule, *rows]
    )


def rate(per_second: float) -> str:
    """A rate with three significant digits: 9.87 M, 131 k, 820."""
    for limit, unit in ((1e6, " M"), (1e3, " k")):
        if per_second >= limit:
            return f"{per_second / limit:.{max(0, 2 - len(str(int(per_second / limit))) + 1)}f}{unit}"
    return f"{per_second:.0f}"


def ratio(ours: float, theirs: float) -> str:
    """How many times theirs ours is."""
    return f"{ours / theirs:.2f} ×" if ours < 10 * theirs else f"{ours / theirs:.0f} ×"
