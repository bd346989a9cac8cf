"""`--format text`: plain clients see plain lines, as the page of Azure's subprotocol tutorial prints them."""

from tests.support.eventually import eventually
from tests.support.log_file import numbered
from tests.support.peer import Peer
from tests.support.reader import Reader
from tests.support.system import System, access


def page_text(frames: list[dict[str, object]]) -> str:
    """What the tutorial's page shows: `data` of every frame of type message, one after the other."""
    return "".join(str(frame["data"]) for frame in frames if frame["type"] == "message")


async def test_each_line_is_one_text_message_that_ends_in_a_newline(system: System) -> None:
    url = (await access(system.negotiate_url))["url"]
    async with Peer.open(url) as page:
        await page.join(system.group)
        agent = system.launch_agent("-", "--format", "text", stdin=True)
        agent.write(b"GET / 200\n\n<b>caf\xc3\xa9</b>\r\n")
        frames = [await page.expect(type="message", group=system.group, dataType="text") for _ in range(3)]
        assert page_text(frames) == "GET / 200\n\n<b>café</b>\n"
        assert {frame["from"] for frame in frames} == {"group"}


async def test_lines_of_a_file_arrive_in_order(system: System, reader: Reader) -> None:
    await system.agent(system.log_directory, "--format", "text")
    system.log_file().append(numbered(1, 500))
    await eventually(lambda: len(reader.texts) >= 500, "500 text messages")
    assert reader.texts == [line + "\n" for line in numbered(1, 500)]


async def test_a_restart_continues_behind_what_was_acknowledged(system: System, reader: Reader) -> None:
    agent = await system.agent(system.log_directory, "--format", "text")
    file = system.log_file()
    file.append(numbered(1, 100))
    await eventually(lambda: len(reader.texts) >= 100, "100 text messages")
    assert await agent.stop() == 0
    file.append(numbered(101, 200))
    await system.agent(system.log_directory, "--format", "text")
    await eventually(lambda: len(reader.texts) >= 200, "200 text messages")
    assert reader.texts == [line + "\n" for line in numbered(1, 200)]
