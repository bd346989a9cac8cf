"""Start servers on the servers' core, wait until they answer, and end them.

Knows nothing of what a server does.
"""

import contextlib
import os
import resource
import signal
import socket
import subprocess
import time
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from types import TracebackType

from tests.benchmarks.cores import Cores

START_S = 20.0
STOP_S = 5.0


class ServerError(Exception):
    """A server did not start or ended early. The text carries its last output."""


class Servers:
    """The processes of one measured system; all are ended when the block is left."""

    def __init__(self, cores: Cores, directory: Path) -> None:
        self.cores = cores
        self.directory = directory
        self.processes: list[subprocess.Popen[bytes]] = []
        self.logs: dict[int, Path] = {}  # by process id

    def __enter__(self) -> "Servers":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in reversed(self.processes):
            self.stop(process)

    def start(
        self,
        command: Sequence[str | Path],
        environment: Mapping[str, str] | None = None,
        port: int | None = None,
        directory: Path | None = None,
    ) -> subprocess.Popen[bytes]:
        """Run `command` with a bare environment and `environment`, and wait until `port` accepts connections.

        Raises:
            ServerError: it ended, or the port stayed closed for `START_S`.
        """
        bare = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        log = self.directory / f"server-{len(self.processes)}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [str(part) for part in command],
                env=bare | dict(environment or {}),
                cwd=directory or self.directory,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # so that what it starts ends with it
                preexec_fn=self.cores.pin_server,
            )
        self.processes.append(process)
        self.logs[process.pid] = log
        if port is not None:
            self.wait_for_port(process, port)
        return process

    def wait_for_port(self, process: subprocess.Popen[bytes], port: int) -> None:
        """Return once something listens on the loopback `port`."""
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            if ended := self.ended():
                raise ServerError(ended)
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.02)
        raise ServerError(f"port {port} stayed closed for {START_S:.0f} s: {self.last_output(process)}")

    def resident_bytes(self) -> int:
        """Memory that the servers and what they have started hold at this moment; proc(5), statm."""
        page = os.sysconf("SC_PAGE_SIZE")
        leaders = {process.pid for process in self.processes}
        return sum(page * int((Path(f"/proc/{pid}/statm").read_text()).split()[1]) for pid in members(leaders))

    def ended(self) -> str:
        """Which server has ended although it should run, with its last output; empty if none has."""
        for process in self.processes:
            if process.poll() is not None:
                return f"{self.logs[process.pid].stem} ended with {process.returncode}: {self.last_output(process)}"
        return ""

    def last_output(self, process: subprocess.Popen[bytes]) -> str:
        """The last line that `process` has printed."""
        lines = self.logs[process.pid].read_text(encoding="utf-8", errors="replace").split("\n")
        return next((line for line in reversed(lines) if line.strip()), "no output")

    def stop(self, process: subprocess.Popen[bytes]) -> None:
        """End `process` and everything it has started."""
        if process.poll() is None:
            process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_S)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(STOP_S)


def members(sessions: Collection[int]) -> list[int]:
    """Ids of the processes that belong to these sessions; proc(5), stat, whose second field may hold anything."""
    stats = {int(path.parent.name): path.read_text() for path in Path("/proc").glob("[0-9]*/stat")}
    return [pid for pid, stat in stats.items() if int(stat.rpartition(")")[2].split()[3]) in sessions]


def peak_bytes(process: subprocess.Popen[bytes]) -> int:
    """The most memory that `process` has held so far; proc(5), status, VmHWM."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


def processor_s(process: subprocess.Popen[bytes]) -> float:
    """Seconds that `process` has worked so far; proc(5), stat, fields 14 and 15."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def descendants_s() -> float:
    """Seconds that all processes which this one has started, and which those have, have worked so far; as above."""
    stats = [path.read_text().rpartition(")") for path in Path("/proc").glob("[0-9]*/stat") if path.exists()]
    fields = {int(head.split()[0]): rest.split() for head, _, rest in stats}
    ours = {os.getpid()}
    while more := {pid for pid, found in fields.items() if int(found[1]) in ours and pid not in ours}:
        ours |= more
    ticks = sum(int(fields[pid][11]) + int(fields[pid][12]) for pid in ours - {os.getpid()})
    return ticks / os.sysconf("SC_CLK_TCK")


def allow_open_files(count: int) -> None:
    """Let this process, and the servers that it starts, open so many files.

    Raises:
        ValueError: the machine does not allow as many; the text says how many it does.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < count:
        raise ValueError(f"needs {count:,} open files; this user may have {hard:,} (ulimit -Hn)")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, count), hard))


def free_port() -> int:
    """A loopback port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
