"""The judgements of the table of pages: what is an error, and what a peer's figure is in terms of ours."""

import math

import pytest

from tests.benchmarks.pages.measures import Burst
from tests.benchmarks.pages.page_table import Contestant, broken, line
from tests.benchmarks.pages.rows import Row, measured, times
from tests.benchmarks.pages.site import FrontailSite, TailcastSite

BURST = measured(pace_s=1, memory_lines=1)[0].rows


def page(*bursts: Burst) -> Contestant:
    return Contestant(TailcastSite(), list(bursts))


def problems(contestant: Contestant) -> list[str]:
    return [problem for row in BURST for problem in broken(row, contestant)]


def test_a_page_that_is_slow_is_a_figure_and_no_error() -> None:
    assert problems(page(Burst(9.0, 500, 1.0, 0))) == []


@pytest.mark.parametrize("missing", [3, -3])
def test_a_page_that_misses_or_repeats_lines_in_one_round_is_an_error(missing: int) -> None:
    assert len(problems(page(Burst(0.5, 0, 1.0, 0), Burst(0.5, 0, 1.0, missing), Burst(0.5, 0, 1.0, 0)))) == 1


def test_a_page_that_could_not_be_measured_is_said_to_be_so_in_each_row() -> None:
    cells = [line(row, page(Burst(0.5, 0, 1.0, 0)), [Contestant(FrontailSite())]) for row in BURST]
    assert {row[4] for row in cells} == {"not measured"}


def test_figures_of_rounds_are_their_median_and_what_a_peer_takes_is_a_multiple_of_ours() -> None:
    row: Row = BURST[0]
    ours = page(Burst(9.0, 0, 1.0, 0), Burst(0.5, 0, 1.0, 0), Burst(0.5, 0, 1.0, 0))
    peer = Contestant(FrontailSite(), [Burst(5.0, 0, 1.0, 0)])
    assert line(row, ours, [peer])[1:] == ["1.5 s", "0.50 s", "met", "5.00 s", "10 ×"]


def test_a_page_that_never_showed_the_last_line_is_worse_than_any_time() -> None:
    assert times(0.5, math.inf) == "> 120 ×"
