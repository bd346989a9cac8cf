"""Kills at any moment; and random runs where MODEL_RUNS asks for them.

About one random run in a hundred still fails for a reason that is not known, so they are no part of `make test` yet.
`python -m tests.model --runs 2000` makes as many as wanted, `--kills 500` kills.
"""

import asyncio
import os
from collections.abc import Iterator

import pytest

from tests.model.kills import kill_often
from tests.model.nursery import Nursery
from tests.model.plan import plan
from tests.model.run import Outcome, run

RUNS = int(os.environ.get("MODEL_RUNS", "0"))
KILLS = int(os.environ.get("MODEL_KILLS", "30"))
SIDE_BY_SIDE = 4
ASKED_FOR = pytest.mark.skipif(not RUNS, reason="random runs are made where MODEL_RUNS says how many")
REGRESSIONS = (58, 10104)
"""Seeds of runs that once failed. What they met has tests of its own among those of the tail, exact in time."""


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery() as nursery:
        yield nursery


def assert_good(outcome: Outcome) -> None:
    said = "\n".join([*outcome.problems[:10], str(outcome.plan), outcome.story[-20_000:]])
    assert not outcome.problems, f"python -m tests.model --runs 1 --seed {outcome.plan.seed} --verbose\n{said}"


@ASKED_FOR
@pytest.mark.parametrize("seed", REGRESSIONS)
async def test_what_once_failed_holds(nursery: Nursery, seed: int) -> None:
    assert_good(await run(plan(seed), nursery))


@ASKED_FOR
@pytest.mark.timeout(600)
@pytest.mark.parametrize("share", range(SIDE_BY_SIDE))
async def test_nothing_is_lost_doubled_or_disordered_whatever_happens(nursery: Nursery, share: int) -> None:
    seeds = iter(range(share, RUNS, SIDE_BY_SIDE))

    async def work() -> None:
        for seed in seeds:
            assert_good(await run(plan(seed), nursery))

    async with asyncio.TaskGroup() as group:
        for _ in range(SIDE_BY_SIDE):
            group.create_task(work())


@pytest.mark.timeout(600)
async def test_an_agent_that_is_killed_at_any_moment_loses_nothing(nursery: Nursery) -> None:
    assert_good(await kill_often(KILLS, 1, nursery))
