"""The life of a connection over its sockets, with a clock that is set by hand."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest
from aiohttp import WSMessage, WSMsgType, web

from emulator.audience import Audiences
from emulator.auth import TokenVerifier
from emulator.client_socket import ClientSocket
from emulator.errors import Close, Closes
from emulator.handshake import Admission
from emulator.inspection.masking import Masking
from emulator.live_connection import LiveConnection
from emulator.messages import Event, Message
from emulator.payload import DataType, Payload
from emulator.permissions import Permissions
from emulator.protocols.json import JSON, RELIABLE_JSON, JsonCodec
from emulator.quota import Limits, Quota
from emulator.raw_session import RawMode
from emulator.reconnection import ReconnectionTokens
from emulator.service import Recovery, Service
from emulator.upstream.conversation import FAILED, Conversation, Outcome
from tests.unit.emulator.doubles import ManualClock, RecordingTransport, connection, json_frames
from tests.unit.emulator.tokens import KEY

WINDOW_S = 30.0


class Talk:
    """What event handlers are told."""

    is_full = False

    def __init__(self) -> None:
        self.told: list[str] = []
        self.then: Callable[[Outcome], None] | None = None  # what a user event waits for

    def connected(self, user_id: str | None, subprotocol: str | None) -> None:
        self.told.append("connected")

    def tell(self, event: Event, then: Callable[[Outcome], None]) -> None:
        self.told.append(event.name)
        self.then = then

    def disconnected(self, reason: str) -> None:
        self.told.append(f"disconnected: {reason}")


class Socket:
    """One socket: what the client sends is put in, what it gets is read from `transport`."""

    def __init__(self) -> None:
        self.incoming: asyncio.Queue[WSMessage] = asyncio.Queue()
        self.transport = CuttableTransport(self)
        self.on_protocol_error: Callable[[int], None] | None = None

    async def receive(self) -> WSMessage:
        return await self.incoming.get()

    def put(self, kind: WSMsgType, data: Any = None, extra: str = "") -> None:
        self.incoming.put_nowait(WSMessage(kind, data, extra))

    @property
    def frames(self) -> list[dict[str, Any]]:
        return json_frames(b"".join(self.transport.writes))


class CuttableTransport(RecordingTransport):
    """Ends the socket when it is cut."""

    def __init__(self, socket: Socket) -> None:
        super().__init__()
        self._socket = socket

    def abort(self) -> None:
        self.is_closed = True
        self._socket.put(WSMsgType.CLOSED)

    def write_eof(self) -> None:
        self.abort()


class Life:
    """One connection of a hub, with everything that it needs."""

    def __init__(self, codec: JsonCodec = RELIABLE_JSON, announces: bool = False) -> None:
        self.clock, self.talk = ManualClock(), Talk()
        verifier = TokenVerifier(KEY, Audiences([], lenient=True))
        recovery, quota = Recovery(WINDOW_S, announces), Quota(Limits(), lambda: 0.0)
        self.service = Service(verifier, ReconnectionTokens(KEY), self.clock, recovery, quota, Masking())
        permissions = Permissions(["webpubsub.joinLeaveGroup", "webpubsub.sendToGroup"])
        admission = Admission("h", "u", permissions, ("g",), RawMode(), codec.subprotocol, codec)
        self.gone = 0
        conversation = cast("Conversation", self.talk)
        self.live = LiveConnection(self.service, admission, "c1", conversation, self._forget)
        self.serving: list[asyncio.Task[None]] = []

    def _forget(self, _live: LiveConnection) -> None:
        self.gone += 1

    async def open(self) -> Socket:
        return await self._over(self.live.serve)

    async def recover(self) -> Socket:
        return await self._over(self.live.recover)

    async def _over(self, serve: Callable[[ClientSocket, web.Request, str], Awaitable[None]]) -> Socket:
        socket = Socket()
        request = cast("web.Request", socket)  # its transport is all that is asked for
        self.serving.append(asyncio.ensure_future(serve(cast("ClientSocket", socket), request, "token")))
        await self.settle()
        return socket

    async def settle(self) -> None:
        """Let everything happen that can happen now."""
        for _ in range(10):
            await asyncio.sleep(0)
        self.clock.end_turn()

    async def say(self, socket: Socket, text: str) -> None:
        socket.put(WSMsgType.TEXT, text.encode())
        await self.settle()

    async def lose(self, socket: Socket) -> None:
        socket.transport.abort()
        await self.settle()

    def publish(self, data: str = "x") -> None:
        hub = self.service.hubs.get("h")
        if hub is not None:
            self.service.deliver(hub.publish("g", Message(Payload.of(DataType.TEXT, data.encode()), "g")))
        self.clock.end_turn()


@asynccontextmanager
async def life(**options: Any) -> Any:
    one = Life(**options)
    yield one
    one.live.close(Close(1000, ""))
    one.live.abort()
    await asyncio.gather(*one.serving)
    assert one.gone == 1
    assert sum(told.startswith("disconnected") for told in one.talk.told) == 1
    assert one.service.hubs.get("h") is None


async def test_a_lost_connection_is_kept_for_its_time_and_not_longer() -> None:
    async with life() as one:
        await one.lose(await one.open())
        one.clock.advance(WINDOW_S - 0.1)
        assert one.live.is_recoverable
        assert one.service.hubs.get("h") is not None
        one.clock.advance(0.1)
        assert not one.live.is_recoverable
        assert one.talk.told == ["connected", "disconnected: The connection recovery timeout expired."]


async def test_the_time_begins_anew_with_each_loss() -> None:
    async with life() as one:
        await one.lose(await one.open())
        for _ in range(3):
            one.clock.advance(WINDOW_S - 1)
            await one.lose(await one.recover())
        assert one.live.is_recoverable
        assert one.talk.told == ["connected"]


async def test_a_connection_that_came_back_stays() -> None:
    async with life() as one:
        await one.lose(await one.open())
        await one.recover()
        one.clock.advance(10 * WINDOW_S)
        assert one.live.is_recoverable


async def test_messages_from_the_time_without_a_socket_come_first() -> None:
    async with life() as one:
        first = await one.open()
        one.publish("1")
        await one.say(first, '{"type":"sequenceAck","sequenceId":1}')
        await one.lose(first)
        one.publish("2")
        second = await one.recover()
        one.publish("3")
        assert [frame["data"] for frame in second.frames] == ["2", "3"]


async def test_a_plain_connection_ends_with_its_socket() -> None:
    async with life(codec=JSON) as one:
        await one.lose(await one.open())
        assert (one.gone, one.live.is_recoverable) == (1, False)
        assert one.talk.told[-1] == "disconnected: The connection was lost."


@pytest.mark.parametrize("code", [0, 1000])
async def test_a_farewell_ends_it_at_once(code: int) -> None:
    async with life() as one:
        socket = await one.open()
        socket.put(WSMsgType.CLOSE, code, "bye")
        await one.settle()
        assert not one.live.is_recoverable
        assert socket.transport.writes[-1][-4:] == b"\x88\x02\x03\xe8"
        assert one.talk.told[-1] == "disconnected: bye"


async def test_another_close_frame_is_answered_and_begins_the_time_to_recover() -> None:
    async with life() as one:
        socket = await one.open()
        socket.put(WSMsgType.CLOSE, 1001, "")
        await one.settle()
        assert socket.transport.writes[-1] == b"\x88\x02\x03\xe9"
        one.publish()
        assert len(socket.frames) == 1
        assert [frame["data"] for frame in (await one.recover()).frames] == ["x"]


async def test_the_first_socket_is_cut_by_the_second_and_heard_no_more() -> None:
    async with life() as one:
        first = await one.open()
        second = await one.recover()
        assert first.transport.is_closed
        await one.say(first, "broken")
        assert one.live.is_recoverable
        one.publish()
        assert [frame["data"] for frame in second.frames] == ["x"]
        one.clock.advance(2 * WINDOW_S)
        assert one.live.is_recoverable


async def test_what_breaks_the_protocol_ends_it_for_good() -> None:
    async with life() as one:
        socket = await one.open()
        await one.say(socket, "broken")
        assert not one.live.is_recoverable
        assert one.talk.told[-1] == f"disconnected: {Closes.INVALID_JSON_MESSAGE.reason}"


async def test_nothing_is_taken_from_a_client_that_is_being_closed() -> None:
    async with life() as one:
        socket = await one.open()
        one.live.close(Close(1000, ""))
        await one.say(socket, '{"type":"event","event":"late","data":1}')
        await one.say(socket, "broken")
        assert one.talk.told == ["connected", "disconnected: "]


async def test_a_connection_without_a_socket_can_be_closed() -> None:
    async with life() as one:
        await one.lose(await one.open())
        one.live.close(Close(1000, "", "enough"))
        assert (one.gone, one.talk.told[-1]) == (1, "disconnected: enough")


async def test_too_much_for_a_client_that_is_away_ends_it() -> None:
    async with life() as one:
        await one.lose(await one.open())
        for _ in range(1001):
            one.publish()
        assert not one.live.is_recoverable
        assert one.talk.told[-1] == f"disconnected: {Closes.RELIABLE_BUFFER_FULL.reason}"


async def test_too_much_in_the_turn_in_which_the_client_leaves_ends_it() -> None:
    async with life() as one:
        socket = await one.open()
        hub = one.service.hubs.get("h")
        assert hub is not None
        for _ in range(1001):
            one.service.deliver(hub.publish("g", Message(Payload.of(DataType.TEXT, b"x"), "g")))
        one.live.left(Close(1001, ""), b"\x88\x02\x03\xe9")
        assert not one.live.is_recoverable
        await one.lose(socket)
        assert one.gone == 1


async def test_too_much_in_the_turn_in_which_the_client_comes_back_is_told_to_it() -> None:
    async with life() as one:
        await one.lose(await one.open())
        hub = one.service.hubs.get("h")
        assert hub is not None
        for _ in range(1001):
            one.service.deliver(hub.publish("g", Message(Payload.of(DataType.TEXT, b"x"), "g")))
        one.clock.turn.clear()
        socket = await one.recover()
        assert not one.live.is_recoverable
        assert socket.transport.writes[-1].endswith(Closes.RELIABLE_BUFFER_FULL.reason.encode())


async def test_an_answer_of_a_handler_waits_for_a_client_that_is_away() -> None:
    async with life() as one:
        socket = await one.open()
        await one.say(socket, '{"type":"event","event":"e","data":1,"ackId":1}')
        await one.lose(socket)
        one.talk.then(Outcome(True, Message(Payload.of(DataType.TEXT, b"answer"))))
        assert [frame["data"] for frame in (await one.recover()).frames] == ["answer"]


async def test_an_answer_of_a_handler_after_the_end_goes_nowhere() -> None:
    async with life() as one:
        socket = await one.open()
        await one.say(socket, '{"type":"event","event":"e","data":1,"ackId":1}')
        one.live.close(Close(1000, ""))
        written = len(socket.transport.writes)
        one.talk.then(FAILED)
        one.clock.end_turn()
        assert len(socket.transport.writes) == written


async def test_members_learn_that_the_publisher_of_a_stream_is_gone() -> None:
    async with life() as one:
        socket = await one.open()
        await one.say(socket, '{"type":"sendToGroup","group":"g","stream":{"streamId":"s"}}')
        transport = RecordingTransport()
        member = connection("m", transport)
        hub = one.service.hubs.add("h", member)
        hub.join(member, "g")
        one.live.close(Close(1000, ""))
        one.clock.end_turn()
        (last,) = json_frames(b"".join(transport.writes))
        assert last["stream"]["error"]["name"] == "Cancelled"
        one.service.hubs.remove(hub, member)


async def test_a_recovered_client_is_greeted_where_the_settings_say_so() -> None:
    async with life(announces=True) as one:
        await one.lose(await one.open())
        (greeting,) = (await one.recover()).frames
        assert (greeting["event"], greeting["reconnectionToken"]) == ("connected", "token")


async def test_a_stream_that_falls_silent_while_its_publisher_is_away_is_closed() -> None:
    async with life() as one:
        socket = await one.open()
        stream = '{"type":"sendToGroup","group":"g","stream":{"streamId":"s","idleTimeoutMs":5000}}'
        await one.say(socket, stream)
        await one.lose(socket)
        one.clock.advance(5)
        (last,) = (await one.recover()).frames
        assert last["stream"]["error"]["name"] == "IdleTimeout"


async def test_who_does_not_answer_a_ping_is_cut_off_and_may_come_back() -> None:
    async with life() as one:
        socket = await one.open()
        one.live.ping()
        one.live.ping()
        await one.settle()
        assert socket.transport.is_closed
        assert one.live.is_recoverable
        one.live.ping()


async def test_who_is_stalled_by_a_fault_is_not_pinged_and_not_cut_off() -> None:
    async with life() as one:
        socket = await one.open()
        written = len(socket.transport.writes)
        one.live.stall(reads=True, writes=False)
        for _ in range(3):
            one.live.ping()
        one.clock.end_turn()
        assert (len(socket.transport.writes), socket.transport.is_closed) == (written, False)
        one.live.stall(reads=False, writes=False)
        one.live.ping()
        one.clock.end_turn()
        assert len(socket.transport.writes) == written + 1


async def test_a_stalled_connection_that_is_lost_keeps_what_it_could_not_send_for_its_recovery() -> None:
    async with life() as one:
        socket = await one.open()
        one.live.stall(reads=True, writes=True)
        one.publish("held")
        assert [frame.get("data") for frame in socket.frames if frame["type"] == "message"] == []
        one.live.drop(reset=False)
        await one.settle()
        assert [frame["data"] for frame in (await one.recover()).frames] == ["held"]
