"""One agent that is killed again and again, at any moment of its life, while lines are written and files rotated."""

import asyncio

from tests.model.nursery import Nursery
from tests.model.plan import BY_NAME, Plan
from tests.model.run import Outcome, World, in_world

MOST_S = 0.3
"""The longest life of an agent; the shortest ends before its first instruction."""
WRITE_S = 0.004
ROTATE_SHARE = 0.01
"""Of writes that are followed by a rotation: a few in a second."""
LOSE_SHARE = 0.03
"""Of writes before which the service loses the next messages, so that kills meet lines that were sent and are nowhere:
on a loopback all others arrive, and an agent that saves positions before the acks would seem to lose nothing."""


def kill_plan(seed: int) -> Plan:
    """Two files, small batches, and nothing else that goes wrong but messages that are lost."""
    return Plan(seed=seed, files=2, input=BY_NAME, options=("--batch-bytes=1024",), actions=("kill", "lose requests"))


async def kill_often(count: int, seed: int, nursery: Nursery) -> Outcome:
    """Kill an agent `count` times, let everything arrive, and judge."""

    async def live(world: World) -> list[str]:
        await world.begin()
        for log in world.logs:
            log.write(1)
            await world.is_seen(log)
        writing = asyncio.create_task(write(world))
        for _ in range(count):
            await asyncio.sleep(world.random.uniform(0, MOST_S))
            world.agent.kill()
            world.agent.start()
        writing.cancel()
        return await world.settle()

    return await in_world(kill_plan(seed), nursery, live)


async def write(world: World) -> None:
    """Write and rotate, for ever."""
    while True:
        log = world.log
        if world.random.random() < LOSE_SHARE:
            world.service.faults.lose_requests(request="sendToGroup", count=world.random.randrange(1, 4))
        log.write(world.random.randrange(1, 4))
        if world.random.random() < ROTATE_SHARE:
            world.random.choice((log.rename, log.rename, log.begin_line))()
        await asyncio.sleep(WRITE_S)
