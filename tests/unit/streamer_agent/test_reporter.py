"""reporter: a status goes out when it is due and can be sent, and not before."""

import asyncio

import orjson

from streamer_agent.block import EpochKey
from streamer_agent.publish.message import Message
from streamer_agent.publish.pacing import Pacing
from streamer_agent.publish.window import AckWindow
from streamer_agent.reporter import Reporter
from streamer_agent.status import StatusReport
from streamer_agent.tail.facts import SourceFacts


class Facts:
    """One source that can make news."""

    revision = 1

    def facts(self, since: int = 0) -> list[SourceFacts]:
        key = EpochKey("a3c1e07b", 1)
        return [SourceFacts(key, "/var/log/app.log", "tailing", 0, 0, 0, (), (), "", self.revision)]


class Sink:
    """Takes messages while it is connected and has room."""

    def __init__(self) -> None:
        self.window = AckWindow(1, 1000)
        self.is_connected = True
        self.sent: list[Message] = []

    def publish(self, message: Message) -> bool:
        self.sent.append(message)
        return self.window.offer(message, 0.0) is not None


def reporter(sink: Sink) -> Reporter:
    report = StatusReport("9f86d081884c7d65", "web-1", 0, 3600.0)
    return Reporter(report, Facts(), sink, Pacing(sink.window, 1000), lambda: 5)


async def test_the_first_goes_at_once_and_the_next_waits() -> None:
    sink = Sink()
    task = asyncio.create_task(reporter(sink).run())
    await asyncio.sleep(0)
    task.cancel()
    (message,) = sink.sent
    assert orjson.loads(message.data)["kind"] == "status"
    assert (message.key, orjson.loads(message.data)["at"]) == (None, 5)


async def test_none_is_built_that_cannot_be_sent() -> None:
    sink = Sink()
    telling = reporter(sink)
    sink.is_connected = False
    telling.tell()
    assert sink.sent == []
    sink.is_connected = True
    telling.tell()
    telling.tell()  # the window is full
    assert len(sink.sent) == 1
