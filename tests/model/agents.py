"""The agent of one run, over its many processes: started, killed, stopped, frozen."""

import json
import os
import signal
from collections.abc import Sequence
from pathlib import Path
from random import Random

from tests.model.nursery import Nursery, Order
from tests.model.service import Service, agent_environment
from tests.model.story import Story
from tests.support.system_calls import KILLED


class Agent:
    """One agent with one state directory."""

    def __init__(
        self,
        nursery: Nursery,
        service: Service,
        directory: Path,
        argv: Sequence[str],
        random: Random,
        story: Story,
    ) -> None:
        self.starts = 0
        self.kills = 0
        self._nursery = nursery
        self._service = service
        self._argv = list(argv)
        self._directory = directory
        self._random = random
        self._story = story
        self._pid: int | None = None
        self._may_kill_itself = False

    @property
    def is_up(self) -> bool:
        """Whether it was started and neither killed nor stopped since."""
        return self._pid is not None

    @property
    def output(self) -> str:
        """What all of its processes printed."""
        path = self._directory / "output"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    @property
    def connection_id(self) -> str | None:
        """That of its latest connection."""
        opened = [line for line in self.output.split("\n")[:-1] if '"connection_opened"' in line]
        return json.loads(opened[-1])["connection_id"] if opened else None

    def start(self, kill_at: int | None = None, fail_at: int | None = None, error: int = 0) -> None:
        """Start it, perhaps with a store that ends the process, or fails, at one of its calls."""
        assert self._pid is None
        self.starts += 1
        self._may_kill_itself = kill_at is not None
        order = Order(
            self._argv,
            agent_environment(self._service, self._directory / "state"),
            str(self._directory / "output"),
            seed=self._random.randrange(2**32),
            kill_at=kill_at,
            kill_after=self._random.random() < 0.5,
            fail_at=fail_at,
            error=error,
        )
        self._pid = self._nursery.start(order)
        trouble = f", to die at call {kill_at} of its store" if kill_at is not None else ""
        trouble += f", with error {error} at call {fail_at} of its store" if fail_at is not None else ""
        self._story.note("plan", f"the agent is started{trouble}")

    def kill(self) -> None:
        """End it at once, by SIGKILL."""
        if self._pid is None:
            return
        os.kill(self._pid, signal.SIGKILL)
        self._ended(self._nursery.reap(self._pid), -signal.SIGKILL)
        self.kills += 1

    async def stop(self) -> None:
        """End it in good order, by SIGTERM, and wait until it ended."""
        if self._pid is None:
            return
        os.kill(self._pid, signal.SIGTERM)
        # A signal that comes before it is listened to ends it as any program.
        self._ended(await self._nursery.ended(self._pid), 0, -signal.SIGTERM)

    async def died(self) -> None:
        """Wait until it killed itself."""
        assert self._pid is not None
        self._ended(await self._nursery.ended(self._pid), KILLED)
        self.kills += 1

    def freeze(self) -> None:
        """Hold it still."""
        if self._pid is not None:
            os.kill(self._pid, signal.SIGSTOP)
            self._story.note("plan", "the agent is frozen")

    def thaw(self) -> None:
        """Let it go on."""
        if self._pid is not None:
            os.kill(self._pid, signal.SIGCONT)
            self._story.note("plan", "the agent goes on")

    def _ended(self, code: int, *expected: int) -> None:
        self._pid = None
        self._story.note("plan", f"the agent has ended with {code}")
        if self._may_kill_itself and code == KILLED:
            return
        assert code in expected, f"the agent ended with {code}; expected {expected}"
        assert "Traceback" not in self.output, "the agent printed a traceback"
