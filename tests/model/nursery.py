"""Starts agents in milliseconds: a process that has imported all of the agent, and forks for each start.

So every kill of a run is SIGKILL, and every stop SIGTERM, of a real agent process. `python -m tests.model.nursery` is
that process; `Nursery` is its owner's side.
"""

import asyncio
import gc
import json
import os
import random
import signal
import subprocess
import sys
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from streamer_agent import __main__ as entry
from streamer_agent import agent as agent_module
from streamer_agent import reporter, status
from streamer_agent.publish import backoff, publisher, session, websocket
from streamer_agent.settings import StreamerSettings
from streamer_agent.tail import saving, store, suspects, upkeep
from streamer_agent.tail.options import TailOptions
from tests.support.eventually import TIMEOUT_S
from tests.support.processes import ROOT
from tests.support.system_calls import SystemCalls, fail, kill_after, kill_before

WAIT_S = 4 * TIMEOUT_S
"""How long anything may take: several runs share the machine, and only a run that fails waits so long."""
ACK_TIMEOUT_S = 0.2
SEARCH_S = 3.0
"""How long a missed file is searched for, and what may be a copy is waited for. Nothing that the model does to one file
may take so long, however busy the machine, or lines come twice and nobody is to blame."""


@dataclass
class Order:
    """One start of an agent."""

    argv: list[str]
    env: dict[str, str]
    output: str
    """File that its output is added to."""
    seed: int
    kill_at: int | None = None
    """Number of the call of the store before or after which it ends itself."""
    kill_after: bool = False
    fail_at: int | None = None
    """Number of the call of the store that fails."""
    error: int = field(default=0)
    """How it fails: a code of errno."""


class Nursery:
    """Starts agents. As a context manager it ends with its block, and all of its agents with it."""

    def __enter__(self) -> Self:
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.model.nursery"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
            cwd=ROOT,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.communicate(timeout=WAIT_S)

    def start(self, order: Order) -> int:
        """Start an agent; return its process id, which is its own until it is reaped."""
        return self._ask({"start": asdict(order)})

    def reap(self, pid: int) -> int:
        """Wait for an agent that is ending; return its exit code, negative for a signal."""
        return self._ask({"reap": pid})

    async def ended(self, pid: int) -> int:
        """Wait until an agent ended; return its exit code."""
        loop, done = asyncio.get_running_loop(), asyncio.Event()
        descriptor = os.pidfd_open(pid)
        loop.add_reader(descriptor, done.set)
        try:
            await done.wait()
        finally:
            loop.remove_reader(descriptor)
            os.close(descriptor)
        return self.reap(pid)

    def _ask(self, question: dict[str, Any]) -> int:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(json.dumps(question) + "\n")
        self._server.stdin.flush()
        return int(self._server.stdout.readline())


def serve() -> None:
    """Fork and reap as told on standard input, until that is at its end; then end every agent."""
    gc.collect()
    gc.freeze()
    running: set[int] = set()
    for line in sys.stdin:
        question = json.loads(line)
        if "start" in question:
            answer = os.fork()
            if answer == 0:
                _be_agent(Order(**question["start"]))
            running.add(answer)
        else:
            answer = os.waitstatus_to_exitcode(os.waitpid(question["reap"], 0)[1])
            running.discard(question["reap"])
        print(answer, flush=True)
    for pid in running:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _be_agent(order: Order) -> None:
    """Be the agent, in a process of its own, from its entry to its exit."""
    code = 70
    try:
        descriptor = os.open(order.output, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        null = os.open(os.devnull, os.O_RDONLY)
        for number, target in ((null, 0), (descriptor, 1), (descriptor, 2)):
            os.dup2(number, target)
        os.environ.clear()
        os.environ.update(order.env)
        random.seed(order.seed)
        _hurry()
        _trouble_store(order)
        code = entry.main(order.argv)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stderr.flush()
        os._exit(code)


def _hurry() -> None:
    """Let everything that waits for seconds wait for a part of that. Nothing else is changed."""
    backoff.FIRST_S, backoff.MOST_S = 0.01, 0.1
    backoff.growth.__defaults__ = (backoff.FIRST_S, backoff.MOST_S)
    publisher.TICK_S, session.RECOVERY_S = 0.02, 0.5
    websocket.CLOSE_TIMEOUT_S = 0.1
    status.NEWS_INTERVAL_S, reporter.TICK_S = 0.05, 0.02
    saving._RETRY_S = 0.05
    upkeep._MISSING_S = suspects._WAIT_S = SEARCH_S
    own, agent, options = agent_module.tail_options, agent_module.Agent, ("save_interval_s", "scan_interval_s")

    def hurried(settings: StreamerSettings, state_dir: Path) -> TailOptions:
        return replace(own(settings, state_dir), **dict.fromkeys(options, 0.03))

    agent_module.tail_options = hurried
    entry.Agent = lambda settings: agent(settings.model_copy(update={"ack_timeout": ACK_TIMEOUT_S}))  # type: ignore[assignment, misc]


def _trouble_store(order: Order) -> None:
    if order.kill_at is not None:
        store.os = SystemCalls(order.kill_at, kill_after if order.kill_after else kill_before)  # type: ignore[assignment]
    elif order.fail_at is not None:
        store.os = SystemCalls(order.fail_at, fail(order.error))  # type: ignore[assignment]


if __name__ == "__main__":
    serve()
