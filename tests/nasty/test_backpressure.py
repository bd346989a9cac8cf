"""T38 and T39 through real processes: a backlog costs no memory, and a busy file does not keep a quiet one waiting."""

from pathlib import Path

from tests.nasty.breakable import metric
from tests.nasty.cases import case
from tests.support.eventually import eventually
from tests.support.log_file import LogFile, numbered
from tests.support.peer import Peer
from tests.support.processes import Process
from tests.support.reader import Reader
from tests.support.system import System, access

MOST_BYTES = 80 * 2**20
"""What the agent may take at its peak; some 58 MB of it are the interpreter and its libraries."""
LINE = b"%0119d\n"
MEGABYTE = b"".join(LINE % number for number in range(8738))

BACKLOG_MEGABYTES = 12
"""Below what the service keeps for a reader that is slow."""


def peak_bytes(process: Process) -> int:
    """The largest resident set so far (proc(5), VmHWM)."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


@case("T38")
async def test_a_backlog_of_300_megabytes_leaves_memory_flat(system: System) -> None:
    agent = system.launch_agent(system.log_directory, "--health-port", "0")
    await agent.said("connection_opened")
    path = system.log_directory / "big.log"
    with path.open("ab") as file:
        for _ in range(300):
            file.write(MEGABYTE)

    async def is_level() -> bool:
        return await metric(agent, "tailcast_acked_bytes_total") == path.stat().st_size

    await eventually(is_level, "all is acknowledged", timeout_s=120, step_s=0.2)
    assert peak_bytes(agent) < MOST_BYTES


@case("T38")
async def test_an_outage_costs_no_memory_and_no_line(system: System, reader: Reader, hints: bool) -> None:
    agent = await system.agent(system.log_directory, "--hints" if hints else "--no-hints")
    file = system.log_file()
    file.append(numbered(1, 100))
    await reader.lines(100)
    assert system.emulator is not None
    system.emulator.kill()
    before = peak_bytes(agent)
    for batch in range(BACKLOG_MEGABYTES):
        file.append(numbered(batch * 10_000 + 101, batch * 10_000 + 10_100, width=100))
    await agent.said("publishing_interrupted")
    assert peak_bytes(agent) - before < 4 * 2**20
    with agent.frozen():
        await system.start_emulator()
        await eventually(lambda: reader.joins == 2, "the reader is back first")
    assert await reader.lines(len(file.written), timeout_s=120) == file.written
    assert reader.gaps() == []


@case("T39")
async def test_lines_of_quiet_files_overtake_the_backlog_of_a_busy_one(system: System, hints: bool) -> None:
    agent = await system.agent(system.log_directory, "--hints" if hints else "--no-hints")
    files = [system.log_file(f"quiet-{number}.log") for number in range(9)]
    url = (await access(system.negotiate_url))["url"]
    async with Peer.open(url) as peer:
        await peer.join(system.group)
        for file in files:
            file.append(["first"])
        await lines_of(peer, files)
        with agent.frozen():  # so that all is there when it looks again
            with (system.log_directory / "busy.log").open("ab") as busy:
                for _ in range(BACKLOG_MEGABYTES):
                    busy.write(MEGABYTE)
            for file in files:
                file.append(["second"])
        assert await lines_of(peer, files) < BACKLOG_MEGABYTES * len(MEGABYTE) / 4


async def lines_of(peer: Peer, files: list[LogFile]) -> int:
    """Receive until a line of each of `files` came; return how many bytes of other files came meanwhile."""
    waiting, others = {str(file.path) for file in files}, 0
    while waiting:
        content = (await peer.receive())["data"]
        if content["kind"] == "lines" and content["path"] in waiting:
            waiting.remove(content["path"])
        elif content["kind"] == "lines":
            others += sum(content["lengths"])
    return others
