"""Kills at any moment, runs of what once failed, and the same random runs every time: MODEL_RUNS says how many.

`python -m tests.model --runs 2000` (`make model`) makes as many others as wanted, `--kills 500` kills.
"""

import asyncio
import gc
import os
import warnings
from collections.abc import Iterator

import pytest

from tests.model.kills import kill_often
from tests.model.nursery import Nursery
from tests.model.plan import ALL_FILES, BY_NAME, LIVE_FILES, Plan, plan
from tests.model.run import Outcome, run

RUNS = int(os.environ.get("MODEL_RUNS", "120"))
KILLS = int(os.environ.get("MODEL_KILLS", "30"))
SIDE_BY_SIDE = 4
ONCE_FAILED = {
    "rotations in the inode of a deleted file while no agent runs": Plan(
        1,
        files=2,
        input=BY_NAME,
        options=("--hints",),
        actions=("write", "arrive", "delete", "write", "kill and write", "arrive") * 3,
        is_gentle=False,
    ),
    "copies that are renamed as soon as they are made": Plan(
        2,
        files=2,
        input=ALL_FILES,
        options=("--hints",),
        actions=("write", "copytruncate and regrow", "rename several times", "arrive") * 3,
    ),
    "copies of files that are removed, and an agent that is killed": Plan(
        3,
        files=1,
        input=ALL_FILES,
        options=("--no-hints",),
        actions=("write", "arrive", "copytruncate", "delete", "kill", "write", "arrive") * 3,
        is_gentle=False,
    ),
    "files that come and go behind an emptied one": Plan(
        4,
        files=1,
        input=LIVE_FILES,
        options=("--hints",),
        actions=("write", "truncate", "rename several times", "arrive") * 3,
        is_gentle=False,
    ),
    "tokens that are refused more than twice": Plan(
        5, files=1, input=BY_NAME, options=(), actions=("expire tokens and end", "write", "arrive") * 4
    ),
    "a reader that is away when the agent is killed": Plan(
        6, files=1, input=BY_NAME, options=(), actions=("write much", "restart the service", "kill", "arrive") * 3
    ),
    "a save that fails while the agent stops": Plan(
        7, files=1, input=BY_NAME, options=(), actions=("fail a save", "write much", "stop", "arrive") * 4
    ),
}
"""Plans that meet what once failed. Its causes have tests of their own too, exact in time."""


# Services end here at any moment. A connection that asyncio accepts just then is left to the garbage collection, which
# complains of it.
pytestmark = pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning", "ignore:unclosed:ResourceWarning"
)


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery() as nursery:
        yield nursery
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def assert_good(outcome: Outcome, again: str) -> None:
    said = "\n".join([*outcome.problems[:10], str(outcome.plan), outcome.story[-20_000:]])
    assert not outcome.problems, f"{again}\n{said}"


@pytest.mark.timeout(600)
@pytest.mark.parametrize("what", ONCE_FAILED)
async def test_what_once_failed_holds(nursery: Nursery, what: str) -> None:
    assert_good(await run(ONCE_FAILED[what], nursery), what)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("share", range(SIDE_BY_SIDE))
async def test_nothing_is_lost_doubled_or_disordered_whatever_happens(nursery: Nursery, share: int) -> None:
    seeds = iter(range(share, RUNS, SIDE_BY_SIDE))

    async def work() -> None:
        for seed in seeds:
            assert_good(await run(plan(seed), nursery), f"make model RUNS=1 SEED={seed} ARGS=--verbose")

    async with asyncio.TaskGroup() as group:
        for _ in range(SIDE_BY_SIDE):
            group.create_task(work())


@pytest.mark.timeout(600)
async def test_an_agent_that_is_killed_at_any_moment_loses_nothing(nursery: Nursery) -> None:
    assert_good(await kill_often(KILLS, 1, nursery), f"make model ARGS='--kills {KILLS} --seed 1'")
