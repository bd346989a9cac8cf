"""Positions wait for the acks: what was read and sent and not acknowledged comes again after a kill.

Each test lets a position be saved while an ack is missing, so an agent that saves what it read, or what it sent, or
what was acknowledged out of order, loses lines here.
"""

from streamer_agent.tail.store import STATE
from tests.nasty.breakable import Breakable, metric
from tests.nasty.cases import case
from tests.support.eventually import eventually
from tests.support.log_file import LogFile, numbered
from tests.support.processes import Process
from tests.support.reader import Reader

UNHURRIED = {"ACK_TIMEOUT": "60", "STATUS_INTERVAL": "60"}
"""Nothing is asked for again, and no message but lines is sent once the file is told of."""


async def unhurried_agent(broken: Breakable, reader: Reader, looking: str) -> tuple[Process, LogFile]:
    """An agent, and a file of which ten lines were acknowledged, and which was told of."""
    options = (looking, "--health-port", "0", "--batch-bytes", "1024")
    agent = broken.launch_agent(broken.log_directory, *options, env=UNHURRIED)
    await agent.said("connection_opened")
    file = broken.log_file()
    file.append(numbered(1, 10))
    await reader.settled("app.log")
    await counted(agent, "tailcast_acked_bytes_total", file.path.stat().st_size)
    return agent, file


async def counted(agent: Process, name: str, value: float) -> None:
    """Wait until a metric of the agent has a value."""

    async def is_there() -> bool:
        return await metric(agent, name) == value

    await eventually(is_there, f"{name} is {value}", step_s=0.02)


async def saved_again(broken: Breakable) -> None:
    """Have the agent save whatever it would save: it tells a new file of no line before it has saved its identity."""
    state = broken.state_directory() / STATE
    path = broken.log_directory / "new.log"
    path.touch()

    def is_saved() -> bool:
        try:
            return path.name.encode() in state.read_bytes()
        except FileNotFoundError:  # between the two moves of a save
            return False

    await eventually(is_saved, "positions are saved")


async def assert_comes(broken: Breakable, reader: Reader, file: LogFile, looking: str) -> None:
    """All lines come from the next run, once and in order of the file."""
    broken.launch_agent(broken.log_directory, looking)
    await reader.lines(len(file.written), "app.log")
    lines = [line for line in reader.receiver.lines if line.text in set(file.written)]
    assert [line.text for line in sorted(lines, key=lambda line: line.offset)] == file.written
    assert reader.gaps() == []


@case("T41")
async def test_lines_that_never_arrived_come_after_a_kill(broken: Breakable, witness: Reader, looking: str) -> None:
    agent, file = await unhurried_agent(broken, witness, looking)
    with broken.faults.lose_requests(request="sendToGroup"):
        file.append(numbered(11, 500))
        await counted(agent, "tailcast_read_bytes_total", file.path.stat().st_size)
        await saved_again(broken)
        agent.kill()
    assert witness.receiver.texts("app.log") == numbered(1, 10)
    await assert_comes(broken, witness, file, looking)


@case("T41", "W1")
async def test_lines_whose_acks_are_held_back_are_repeated_after_a_kill(
    broken: Breakable, witness: Reader, looking: str
) -> None:
    agent, file = await unhurried_agent(broken, witness, looking)
    with broken.faults.delay(60, at="ack", request="sendToGroup"):
        file.append(numbered(11, 500))
        await witness.lines(500, "app.log")
        await saved_again(broken)
        agent.kill()
    await assert_comes(broken, witness, file, looking)
    await eventually(lambda: witness.receiver.repeats == 490, "the reader has dropped what it had")


@case("T41")
async def test_later_acks_do_not_stand_for_an_earlier_one(broken: Breakable, witness: Reader, looking: str) -> None:
    agent, file = await unhurried_agent(broken, witness, looking)
    lost = broken.faults.lose_requests(request="sendToGroup", count=1)
    file.append(numbered(11, 500))
    await lost.wait_async()
    await counted(agent, "tailcast_read_bytes_total", file.path.stat().st_size)
    await counted(agent, "tailcast_window_messages", 1)
    arrived = witness.receiver.texts("app.log")
    assert arrived[:10] == numbered(1, 10)
    assert arrived[10] > numbered(11, 11)[0]
    assert arrived[-1:] == numbered(500, 500)
    await saved_again(broken)
    agent.kill()
    await assert_comes(broken, witness, file, looking)


@case("T41")
async def test_the_rest_of_a_rotated_file_waits_for_its_acks_too(
    broken: Breakable, witness: Reader, looking: str
) -> None:
    agent, file = await unhurried_agent(broken, witness, looking)
    with broken.faults.lose_requests(request="sendToGroup"):
        file.append(numbered(11, 500))
        size = file.path.stat().st_size
        await counted(agent, "tailcast_read_bytes_total", size)
        file.rename_rotate()
        file.append(numbered(501, 600))
        await saved_again(broken)
        agent.kill()
    broken.launch_agent(broken.log_directory, looking)
    assert await witness.lines(600, "app.log") == file.written
    assert witness.gaps() == []
