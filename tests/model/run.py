"""One run of a plan: real files, a real agent, a real emulator, and a reader whose account is judged in the end."""

import asyncio
import errno
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import ClassVar

from tests.model.agents import Agent
from tests.model.files import Life, RotatedLog
from tests.model.judge import Got, Verdict, judge
from tests.model.nursery import WAIT_S, Nursery
from tests.model.plan import BY_NAME, LIVE_FILES, Plan
from tests.model.service import Service
from tests.model.story import NotedReceiver, Story
from tests.support.eventually import eventually
from tests.support.reader import Reader

STORE_CALLS = 40
"""Calls of the store in which it is killed or fails: those of locking and of the first saves."""

QUIET_S = 0.3
LAST_S = 2.0
"""How long what the agent sent last may be on its way, once it has ended."""


@dataclass
class Outcome:
    """How a run ended."""

    plan: Plan
    problems: list[str]
    counts: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    story: str = ""
    """All that happened, in order of time, for people who look for a reason."""


async def run(plan: Plan, nursery: Nursery) -> Outcome:
    """Do all that `plan` says, let everything arrive, and judge."""
    return await in_world(plan, nursery, lambda world: world.live())


async def becomes(probe: Callable[[], object], what: str, step_s: float = 0.005) -> None:
    """Wait for something to be true, as long as a busy machine may take."""
    await eventually(probe, what, WAIT_S, step_s)


async def in_world(plan: Plan, nursery: Nursery, live: Callable[["World"], Awaitable[list[str]]]) -> Outcome:
    """Have a world for as long as `live` takes; that returns what is wrong."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="tailcast-model-") as directory:
        async with Service() as service, Reader(service.negotiate_url) as reader:
            world = World(plan, nursery, service, reader, Path(directory))
            try:
                problems = await live(world)
            except Exception as error:
                problems = [f"{type(error).__name__}: {error}"]
            try:
                world.close()
            except AssertionError as error:
                problems.append(str(error))
            story = world.story.told(world.agent.output) if problems else ""
            return Outcome(plan, problems, world.counts, time.monotonic() - began, story)


class World:
    """Everything that takes part in one run."""

    def __init__(self, plan: Plan, nursery: Nursery, service: Service, reader: Reader, directory: Path) -> None:
        self.plan = plan
        self.random = Random(plan.seed)
        self.counts: Counter[str] = Counter()
        self.story = Story(str(directory / "logs"))
        logs = directory / "logs"
        logs.mkdir()
        note = partial(self.story.note, "files")
        self.logs = [RotatedLog(logs, number, self.random, note) for number in range(plan.files)]
        self.service = service
        self.reader = reader
        self.receiver = reader.receiver = NotedReceiver(self.story)
        inputs = [log.path for log in self.logs] if plan.input == BY_NAME else [logs / plan.input]
        self.agent = Agent(nursery, service, directory, [*plan.options, *map(str, inputs)], self.random, self.story)
        self.reader_was_away = False

    @property
    def lives(self) -> list[Life]:
        """Of all files."""
        return [life for log in self.logs for life in log.lives]

    async def live(self) -> list[str]:
        """Do everything, and return what is wrong."""
        await self.begin()
        for action in self.plan.actions:
            self.story.note("plan", f"{action}:")
            await self.actions[action](self, self.log)
            await asyncio.sleep(0)
        self.story.note("plan", "over: let everything arrive")
        return await self.settle()

    async def begin(self) -> None:
        """Start the agent for the first time: what was rotated before its first look is nobody's business."""
        self.log.write(self.random.choice((0, 1, 5)))
        self.agent.start()
        await becomes(lambda: '"agent_started"' in self.agent.output, "the agent has started")

    async def settle(self) -> list[str]:
        """Let everything that is left arrive, with nothing going wrong any more."""
        self.service.faults.clear()
        if not self.agent.is_up:
            self.agent.start()
        for log in self.logs:
            log.write(1)
        with suppress(AssertionError):  # the verdict then says what is missing
            await becomes(self.is_decided, "everything is accounted for", step_s=0.05)
        if self.reader_was_away:  # then what is missing does not say whether anything is still to come
            await self.is_quiet()
        await self.agent.stop()
        with suppress(AssertionError):
            await eventually(self.is_decided, timeout_s=LAST_S)
        verdict = self.verdict()
        self.counts.update(verdict.counts)
        self.counts["written"] += sum(len(life.lines) for life in self.lives)
        self.counts["lives"] += len(self.lives)
        self.counts["repeats dropped"] += self.receiver.repeats
        self.counts["agent starts"] += self.agent.starts
        self.counts["agent kills"] += self.agent.kills
        return verdict.problems

    async def is_quiet(self) -> None:
        """Wait until the last line of each file came, and no more do."""
        last = {log.lives[-1].lines[-1].text for log in self.logs}
        await becomes(lambda: last <= {line.text for line in self.receiver.lines}, "the last lines arrive")
        count = -1
        while count != (count := len(self.receiver.lines)):
            await asyncio.sleep(QUIET_S)

    def is_decided(self) -> bool:
        """Whether everything arrived, or so much is wrong that it does not matter."""
        verdict = self.verdict()
        return bool(verdict.wrong) or not verdict.missing

    def verdict(self) -> Verdict:
        """What is to be said of what arrived so far."""
        self.reader.check()
        receiver = self.receiver
        got = Got(receiver.lines, receiver.gaps(), receiver.told, receiver.unknown(), receiver.returns)
        return judge(
            self.lives,
            got,
            keeps_order=self.plan.keeps_order,
            keeps_lives=self.plan.keeps_lives,
            reader_was_away=self.reader_was_away,
        )

    def close(self) -> None:
        """Leave nothing open and nothing running."""
        self.agent.kill()
        for log in self.logs:
            log.close()

    @property
    def log(self) -> RotatedLog:
        """Any of the files."""
        return self.random.choice(self.logs)

    def some(self) -> int:
        return self.random.choice((1, 1, 2, 5, 20))

    async def write(self, log: RotatedLog) -> None:
        log.write(self.some())

    async def write_much(self, log: RotatedLog) -> None:
        log.write(300)

    async def begin_line(self, log: RotatedLog) -> None:
        log.begin_line()

    async def write_late(self, log: RotatedLog) -> None:
        log.write_late(self.some())

    async def rename(self, log: RotatedLog) -> None:
        await self.is_known(log)
        log.rename()
        if self.random.random() < 0.5:
            log.write_late(self.some())
        if self.random.random() < 0.7:
            log.write(self.random.choice((0, 1, 5)))

    async def rename_several_times(self, log: RotatedLog) -> None:
        for _ in range(self.random.randrange(2, 5)):
            log.write(self.some())
            await self.rename(log)

    async def copytruncate(self, log: RotatedLog) -> None:
        if log.life is not None and self.plan.is_gentle:
            # Of a file that nobody looked into yet, nobody can tell later that it was emptied.
            await self.is_seen(log)
        await self.is_known(log)
        if log.life is not None and not self.plan.is_gentle and not self.has_come(log.life):
            log.life.is_destroyed = True
        log.copytruncate()

    async def copytruncate_and_regrow(self, log: RotatedLog) -> None:
        await self.copytruncate(log)
        log.write(50)

    async def truncate(self, log: RotatedLog) -> None:
        await self.is_known(log)
        log.truncate()

    async def truncate_and_regrow(self, log: RotatedLog) -> None:
        await self.truncate(log)
        log.write(50)

    async def delete(self, log: RotatedLog) -> None:
        await self.is_known(log)
        log.delete()
        if self.random.random() < 0.5:
            log.write(self.some())

    async def delete_rotated(self, log: RotatedLog) -> None:
        log.delete_rotated(self.random.randrange(3))

    async def pause(self, _log: RotatedLog) -> None:
        await asyncio.sleep(self.random.choice((0.001, 0.01, 0.03, 0.08)))

    async def arrive(self, _log: RotatedLog) -> None:
        """Wait until everything that is still there has arrived."""
        if not self.agent.is_up:
            self.agent.start()
        for log in self.logs:
            if log.life is None:  # what came and went unseen is found when there is a file at the path again
                log.write(1)
        missing = [(life, line.text) for life in self.lives for line in life.lines]

        def has_come() -> bool:
            self.reader.check()
            came = {line.text for line in self.receiver.lines}
            missing[:] = [(life, text) for life, text in missing if text not in came and not life.is_destroyed]
            return not missing or self.reader_was_away

        try:
            await becomes(has_come, "everything arrives")
        except AssertionError as error:
            life, text = missing[0]
            raise AssertionError(f"{len(missing)} lines do not arrive, such as {text[:20]!r} of {life.name}") from error

    async def is_known(self, log: RotatedLog) -> None:
        """Wait until the agent knows the path, if it does not mean rotated files too.

        Of a path that a glob leads to and that nobody saw yet, nobody can tell that there was a file before.
        """
        if self.plan.input == LIVE_FILES and log.life is not None and not any(map(self.has_come, log.lives)):
            await self.is_seen(log)

    async def is_seen(self, log: RotatedLog) -> None:
        """Wait until a line of the file arrived."""
        life = log.life
        assert life is not None
        if not life.lines or (self.reader_was_away and not self.has_come(life)):
            log.write(1)
        if not self.has_come(life) and not self.agent.is_up:
            self.agent.start()
        await becomes(lambda: self.has_come(life), f"a line of {life.name} arrives")

    def has_text(self, text: str) -> bool:
        """Whether a line arrived; the latest ones are looked at first."""
        self.reader.check()
        return any(line.text == text for line in reversed(self.receiver.lines))

    def has_come(self, life: Life) -> bool:
        self.reader.check()
        texts = {line.text for line in life.lines}
        return any(line.text in texts for line in self.receiver.lines)

    async def kill(self, _log: RotatedLog) -> None:
        self.agent.kill()
        self.agent.start()

    async def kill_and_write(self, log: RotatedLog) -> None:
        self.agent.kill()
        await self.while_down(log)

    async def stop(self, _log: RotatedLog) -> None:
        await self.agent.stop()
        self.agent.start()

    async def stop_and_write(self, log: RotatedLog) -> None:
        await self.agent.stop()
        await self.while_down(log)

    async def while_down(self, log: RotatedLog) -> None:
        """Let something happen that the agent does not see; then start it."""
        for _ in range(self.random.randrange(1, 4)):
            await self.random.choice((self.write, self.rename, self.rename_several_times))(log)
        if not self.agent.is_up:
            self.agent.start()

    async def freeze(self, log: RotatedLog) -> None:
        await self.write(log)
        await self.is_known(log)
        self.agent.freeze()
        await self.write(log)
        await self.rename(log)
        await asyncio.sleep(0.03)
        self.agent.thaw()

    async def kill_in_a_save(self, log: RotatedLog) -> None:
        log.write(1)
        await self.is_known(log)
        self.agent.kill()
        self.agent.start(kill_at=self.random.randrange(STORE_CALLS))
        for _ in range(5):
            log.write(self.some())
            log.rename()
            await asyncio.sleep(0.02)
        self.agent.kill()
        self.agent.start()

    async def fail_a_save(self, log: RotatedLog) -> None:
        self.agent.kill()
        error = self.random.choice((errno.ENOSPC, errno.EIO, errno.EDQUOT))
        self.agent.start(fail_at=self.random.randrange(10, STORE_CALLS), error=error)
        await self.write(log)
        await self.rename(log)

    async def drop(self, _log: RotatedLog) -> None:
        self.cut()

    def cut(self, kind: str = "drop", **how: object) -> None:
        """Let something happen to the connection of the agent, if it has one."""
        connection = self.agent.connection_id
        if connection is not None:
            self.service.faults.set(kind, connection=connection, **how)

    async def reset(self, _log: RotatedLog) -> None:
        self.cut(reset=True)

    async def lose_acks(self, log: RotatedLog) -> None:
        self.service.faults.lose_acks(request="sendToGroup", count=self.random.randrange(1, 4))
        await self.write(log)

    async def lose_acks_and_drop(self, log: RotatedLog) -> None:
        self.service.faults.lose_acks(request="sendToGroup", count=1, then={"fault": "drop"})
        await self.write(log)

    async def lose_acks_and_end(self, log: RotatedLog) -> None:
        end = {"fault": "close", "code": 1011, "recoverable": False}
        self.service.faults.lose_acks(request="sendToGroup", count=1, then=end)
        await self.write(log)

    async def delay_acks(self, log: RotatedLog) -> None:
        by = self.random.choice((0.01, 0.1, 0.3))
        self.service.faults.delay(by, "ack", request="sendToGroup", count=self.random.randrange(1, 10))
        await self.write(log)

    async def lose_requests_and_kill(self, log: RotatedLog) -> None:
        """Kill it when it has read lines that the service never gets, and had the time to save what it may."""
        log.write(1)
        assert log.life is not None
        last = log.life.lines[-1].text
        if not self.agent.is_up:
            self.agent.start()
        await becomes(lambda: self.has_text(last), "the line arrives, so that the agent is connected")
        self.service.faults.lose_requests(request="sendToGroup", connection=self.agent.connection_id)
        log.write(self.some())
        await asyncio.sleep(self.random.choice((0.02, 0.1, 0.15)))
        self.agent.kill()
        self.agent.start()

    async def fail_requests(self, log: RotatedLog) -> None:
        self.service.faults.fail_requests(request="sendToGroup", count=self.random.randrange(1, 4))
        await self.write(log)

    async def lose_requests(self, log: RotatedLog) -> None:
        self.service.faults.lose_requests(request="sendToGroup", count=self.random.randrange(1, 4))
        await self.write(log)

    async def end(self, _log: RotatedLog) -> None:
        self.cut("close", code=self.random.choice((1000, 1001, 1008, 1011)), recoverable=False)

    async def close_connection(self, _log: RotatedLog) -> None:
        self.cut("close", code=1001, recoverable=True)

    async def stall(self, log: RotatedLog) -> None:
        self.cut("stall", seconds=self.random.choice((0.02, 0.3)), direction=self.random.choice(("both", "in", "out")))
        await self.write(log)

    async def refuse_recovery_and_drop(self, _log: RotatedLog) -> None:
        self.service.faults.refuse(
            "recovery", status=self.random.choice((None, 502)), count=self.random.randrange(1, 3)
        )
        self.cut()

    async def refuse_and_end(self, _log: RotatedLog) -> None:
        self.service.faults.refuse("connect", count=self.random.randrange(1, 3))
        self.cut("close", code=1001, recoverable=False)

    async def throttle_and_end(self, _log: RotatedLog) -> None:
        self.service.faults.throttle("connect", retry_after=0, count=self.random.randrange(1, 3))
        self.cut("close", code=1001, recoverable=False)

    async def expire_tokens_and_end(self, _log: RotatedLog) -> None:
        self.service.faults.expire_tokens("connect", count=self.random.randrange(1, 4))
        self.cut("close", code=1001, recoverable=False)

    async def restart_service(self, _log: RotatedLog) -> None:
        joins = self.reader.joins
        if careful := self.random.random() < 0.5:
            self.agent.freeze()
            for _ in range(20):  # what it sent arrives: the emulator, a thread of this process, gets as many turns
                await asyncio.sleep(0.005)
        self.reader_was_away |= not careful
        await self.service.restart()
        await becomes(lambda: self.reader.joins > joins, "the reader is back")
        self.agent.thaw()

    actions: ClassVar[dict[str, Callable[["World", RotatedLog], Awaitable[None]]]] = {
        "write": write,
        "write much": write_much,
        "begin a line": begin_line,
        "write late": write_late,
        "rename": rename,
        "rename several times": rename_several_times,
        "copytruncate": copytruncate,
        "copytruncate and regrow": copytruncate_and_regrow,
        "truncate": truncate,
        "truncate and regrow": truncate_and_regrow,
        "delete": delete,
        "delete rotated": delete_rotated,
        "pause": pause,
        "arrive": arrive,
        "kill": kill,
        "kill and write": kill_and_write,
        "stop": stop,
        "stop and write": stop_and_write,
        "freeze": freeze,
        "kill in a save": kill_in_a_save,
        "fail a save": fail_a_save,
        "drop": drop,
        "reset": reset,
        "lose acks": lose_acks,
        "lose acks and drop": lose_acks_and_drop,
        "lose acks and end": lose_acks_and_end,
        "delay acks": delay_acks,
        "lose requests and kill": lose_requests_and_kill,
        "fail requests": fail_requests,
        "lose requests": lose_requests,
        "end": end,
        "close": close_connection,
        "stall": stall,
        "refuse recovery and drop": refuse_recovery_and_drop,
        "refuse and end": refuse_and_end,
        "throttle and end": throttle_and_end,
        "expire tokens and end": expire_tokens_and_end,
        "restart the service": restart_service,
    }
