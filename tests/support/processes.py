"""Start services as processes of their own, watch what they print, and end every one of them by its id.

Knows no service's settings: `tests/support/system.py` does.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self

from tests.support.eventually import TIMEOUT_S, eventually

ROOT = Path(__file__).parents[2]
KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "TZ")
"""What a service inherits of the tests' environment; everything else it is told by the test."""


class Process:
    """One running program. Its output goes to files, so that it never waits for a reader."""

    def __init__(self, name: str, argv: Sequence[str], directory: Path, env: Mapping[str, str], stdin: bool) -> None:
        self.name = name
        self.was_killed = False
        number = len(list(directory.glob(f"{name}-*.out"))) + 1
        self._stdout, self._stderr = directory / f"{name}-{number}.out", directory / f"{name}-{number}.err"
        # The kernel ends it with us, should the test run itself be killed (Linux; elsewhere setpriv does not exist).
        guard = ["setpriv", "--pdeathsig", "KILL", "--"] if shutil.which("setpriv") else []
        with self._stdout.open("wb") as out, self._stderr.open("wb") as err:
            self._popen = subprocess.Popen(
                [*guard, *argv],
                stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                cwd=directory,  # not this repository: what `make run` keeps in it is not the tests' business
                env={key: os.environ[key] for key in KEPT if key in os.environ} | {"PYTHONPATH": str(ROOT)} | dict(env),
            )

    @property
    def stdout(self) -> str:
        return self._stdout.read_text("utf-8", "replace")

    @property
    def stderr(self) -> str:
        return self._stderr.read_text("utf-8", "replace")

    @property
    def output(self) -> str:
        return self.stdout + self.stderr

    def events(self, event: str) -> list[dict[str, Any]]:
        """The fields of every log event of that name; it logs as JSON."""
        whole_lines = self.stderr.split("\n")[:-1]
        logged = [json.loads(line) for line in whole_lines if line.startswith("{")]
        return [fields for fields in logged if fields["event"] == event]

    @property
    def pid(self) -> int:
        return self._popen.pid

    @property
    def exit_code(self) -> int | None:
        return self._popen.poll()

    @property
    def is_running(self) -> bool:
        return self._popen.poll() is None

    def write(self, data: bytes) -> None:
        """Write to its standard input."""
        assert self._popen.stdin is not None
        self._popen.stdin.write(data)
        self._popen.stdin.flush()

    def end_input(self) -> None:
        assert self._popen.stdin is not None
        self._popen.stdin.close()

    def signal(self, number: signal.Signals) -> None:
        self._popen.send_signal(number)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Hold it still inside the context (SIGSTOP, SIGCONT): others get somewhere before it does."""
        self.signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.signal(signal.SIGCONT)

    def kill(self) -> None:
        """End it at once, as a power cut would (SIGKILL)."""
        self.was_killed = True
        self._popen.kill()
        self._popen.wait()
        self._close_input()

    async def stop(self, timeout_s: float = TIMEOUT_S) -> int:
        """Ask it to end (SIGTERM), wait until it has, and return its exit code."""
        self.signal(signal.SIGTERM)
        return await self.ended(timeout_s)

    async def ended(self, timeout_s: float = TIMEOUT_S) -> int:
        """Wait until it ended by itself and return its exit code."""
        await eventually(lambda: not self.is_running, f"{self.name} ends; it said:\n{self.output[-2000:]}", timeout_s)
        self._close_input()
        return self._popen.wait()

    async def said(self, text: str, times: int = 1, timeout_s: float = TIMEOUT_S) -> str:
        """Wait until its output holds `text` so many times; return the output. An ended program says nothing more."""
        await eventually(
            lambda: self.output.count(text) >= times or not self.is_running, f"{self.name} says {text!r}", timeout_s
        )
        assert self.output.count(text) >= times, f"{self.name} did not say {text!r} but:\n{self.output[-4000:]}"
        return self.output

    def _close_input(self) -> None:
        if self._popen.stdin is not None:
            with suppress(BrokenPipeError):
                self._popen.stdin.close()


class Processes:
    """The processes of one test, with a directory for their output. Leaving the context ends them all."""

    running: ClassVar[set[int]] = set()  # ids of every process of this test run that was not yet ended

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.all: list[Process] = []

    def start(self, name: str, argv: Sequence[str], env: Mapping[str, str], *, stdin: bool = False) -> Process:
        """Start a program; `name` is that of its output files, which are numbered."""
        process = Process(name, argv, self.directory, env, stdin)
        self.all.append(process)
        self.running.add(process.pid)
        return process

    def start_module(
        self, name: str, module: str, *arguments: str, env: Mapping[str, str], stdin: bool = False
    ) -> Process:
        """Start `python -m module` of this repository."""
        return self.start(name, [sys.executable, "-m", module, *arguments], env, stdin=stdin)

    def assert_well(self) -> None:
        """No process ended that was not ended by the test, save with exit code 0."""
        for process in self.all:
            code = None if process.was_killed else process.exit_code
            assert not code, f"{process.name} ended with exit code {code}:\n{process.output[-4000:]}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self.all:
            process.kill()
            self.running.discard(process.pid)
