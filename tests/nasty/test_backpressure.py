"""T38 and T39 through real processes: a backlog costs no memory, and a busy file does not keep a quiet one waiting."""

from pathlib import Path

from tests.nasty.cases import case
from tests.support.eventually import eventually
from tests.support.log_file import numbered
from tests.support.processes import Process
from tests.support.reader import Reader
from tests.support.system import System

MOST_BYTES = 80 * 2**20
"""What the agent may take at its peak; some 58 MB of it are the interpreter and its libraries."""
LINE = b"%0119d\n"
MEGABYTE = b"".join(LINE % number for number in range(8738))


def peak_bytes(process: Process) -> int:
    """The largest resident set so far (proc(5), VmHWM)."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


@case("T38")
async def test_a_backlog_of_300_megabytes_leaves_memory_flat(system: System) -> None:
    agent = await system.agent(system.log_directory)
    async with system.reader() as reader:
        path = system.log_directory / "big.log"
        with path.open("ab") as file:
            for _ in range(300):
                file.write(MEGABYTE)
        await eventually(lambda: reader.acked("big.log") == path.stat().st_size, "all is acknowledged", timeout_s=120)
        assert reader.gaps() == []
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
    for batch in range(20):
        file.append(numbered(batch * 10_000 + 101, batch * 10_000 + 10_100, width=100))
    await agent.said("publishing_interrupted")
    assert peak_bytes(agent) - before < 4 * 2**20
    with agent.frozen():
        await system.start_emulator()
        await eventually(lambda: reader.joins == 2, "the reader is back first")
    assert await reader.lines(len(file.written), timeout_s=120) == file.written
    assert reader.gaps() == []


@case("T39")
async def test_lines_of_quiet_files_overtake_the_backlog_of_a_busy_one(
    system: System, reader: Reader, hints: bool
) -> None:
    await system.agent(system.log_directory, "--hints" if hints else "--no-hints")
    loud = system.log_directory / "loud.log"
    quiet = [system.log_file(f"quiet-{number}.log") for number in range(9)]
    for file in quiet:
        file.append(["first"])
    await reader.lines(9)
    with loud.open("ab") as busy:
        for _ in range(100):
            busy.write(MEGABYTE)
    await reader.lines(1, "loud.log")
    for number in range(5):
        for file in quiet:
            file.append(numbered(number, number, file.path.name))
        for file in quiet:
            await reader.lines(number + 2, file.path.name)
    behind = len(reader.receiver.texts("loud.log"))
    assert behind < 100 * 8738, "the busy file still had lines to come"
