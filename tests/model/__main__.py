"""`python -m tests.model --runs 2000`: as many random runs as wanted, each told by its seed, with totals at the end.

`--kills 500` kills one agent so often instead. Exits with 1 if anything was lost, doubled, disordered or wrongly told.
"""

import argparse
import asyncio
import sys
from collections import Counter
from collections.abc import Iterator
from random import randrange

from tests.model.kills import kill_often
from tests.model.nursery import Nursery
from tests.model.plan import plan
from tests.model.run import Outcome, run
from tests.model.service import quiet

REPORT_EVERY = 100


async def kills(count: int, seed: int, *, verbose: bool) -> list[Outcome]:
    """Kill one agent `count` times; return the outcome if it is bad."""
    with Nursery() as nursery:
        outcome = await kill_often(count, seed, nursery)
    print(", ".join(f"{number:,} {name}" for name, number in sorted(outcome.counts.items())))
    if outcome.problems:
        tell(outcome, verbose=verbose)
        return [outcome]
    return []


async def runs(seeds: list[int], side_by_side: int, *, verbose: bool) -> list[Outcome]:
    """Run all seeds, several at once; say how far it is, and return those that failed."""
    failed: list[Outcome] = []
    totals: Counter[str] = Counter()
    waiting = iter(seeds)
    with Nursery() as nursery:

        async def work(waiting: Iterator[int]) -> None:
            for seed in waiting:
                outcome = await run(plan(seed), nursery)
                totals.update(outcome.counts)
                totals["runs"] += 1
                totals["actions"] += len(outcome.plan.actions)
                if outcome.problems:
                    failed.append(outcome)
                    tell(outcome, verbose=verbose)
                if totals["runs"] % REPORT_EVERY == 0:
                    print(f"{totals['runs']} runs, {len(failed)} failed", flush=True)

        await asyncio.gather(*(work(waiting) for _ in range(side_by_side)))
    print(", ".join(f"{count:,} {name}" for name, count in sorted(totals.items())))
    return failed


def tell(outcome: Outcome, *, verbose: bool) -> None:
    """Print what went wrong, and how to see it again."""
    print(f"seed {outcome.plan.seed} failed after {outcome.seconds:.1f} s:", flush=True)
    for problem in outcome.problems[:5]:
        print(f"  {problem[:600]}")
    if verbose:
        print(outcome.plan)
        print(outcome.story)


def main() -> int:
    """Read the options, run, and return the exit code."""
    parser = argparse.ArgumentParser(prog="tests.model", description=__doc__)
    parser.add_argument("--runs", type=int, default=200, help="how many (default: 200)")
    parser.add_argument("--kills", type=int, help="instead kill one agent so many times")
    parser.add_argument("--seed", type=int, help="of the first run, the others follow; random by default")
    parser.add_argument("--side-by-side", type=int, default=4, help="runs at once (default: 4)")
    parser.add_argument("--verbose", action="store_true", help="with a failure, print the whole story of the run")
    options = parser.parse_args()
    first = randrange(2**31) if options.seed is None else options.seed
    quiet()
    if options.kills:
        print(f"{options.kills} kills, seed {first}.", flush=True)
        return 1 if asyncio.run(kills(options.kills, first, verbose=options.verbose)) else 0
    print(f"Seeds {first} to {first + options.runs - 1}.", flush=True)
    seeds = list(range(first, first + options.runs))
    return 1 if asyncio.run(runs(seeds, options.side_by_side, verbose=options.verbose)) else 0


if __name__ == "__main__":
    sys.exit(main())
