"""The streams that one client publishes: parts in order, each once, to the members of a group; keeps no part.

A stream is a row of messages that belong together (client specification, section 3.6). Its parts are numbered by the
publisher, who sends again what was not taken: what comes twice is published once.
"""

from collections.abc import Callable
from typing import Protocol

from emulator.errors import AckError, forbidden
from emulator.messages import (
    Action,
    Message,
    Publish,
    Reply,
    StreamEnd,
    StreamError,
    StreamInfo,
    StreamPart,
    StreamStart,
    Wake,
)
from emulator.payload import DataType, Payload
from emulator.permissions import Permissions

MAX_STREAMS = 1000
"""Streams that one connection may have open at once. Ours: Microsoft gives no number."""

_NOTHING = Payload.of(DataType.TEXT, b"")  # clients want data in every message, and take an empty text for none
_NOT_FOUND = AckError("StreamNotFound", "There is no such stream on this connection.")
_IDLE = AckError("IdleTimeout", "The stream was silent for too long.")
_CANCELLED = StreamError("Cancelled", "The publisher's connection has ended.")


class Codec(Protocol):
    """The frames that tell a publisher about its streams."""

    def stream_ack(self, stream_id: str, expected_id: int) -> bytes:
        """Everything before `expected_id` has been published."""
        ...

    def stream_nack(self, stream_id: str, expected_id: int, error: AckError) -> bytes:
        """A part was not published; go on with `expected_id`."""
        ...

    def stream_closed(self, stream_id: str, error: AckError | None) -> bytes:
        """The stream is over, or was refused."""
        ...


class _Stream:
    """One that is open."""

    __slots__ = ("active_at", "expected_id", "start")

    def __init__(self, start: StreamStart, now: float) -> None:
        self.start = start
        self.expected_id = 1  # of the next part
        self.active_at = now  # when the client last gave a sign of it

    @property
    def expires_at(self) -> float:
        return self.active_at + self.start.idle_timeout_s


class Streams:
    """All streams of one connection. They outlive its socket, and end with it."""

    def __init__(self, codec: Codec, user_id: str | None, permissions: Permissions, now: Callable[[], float]) -> None:
        """Publish as `user_id`, where `permissions` allow it; `now` is a clock in seconds."""
        self._codec = codec
        self._user_id = user_id
        self._permissions = permissions
        self._now = now
        self._open: dict[str, _Stream] = {}
        self._wakes_at: float | None = None  # when `tick` is to be called next

    def __len__(self) -> int:
        return len(self._open)

    def start(self, request: StreamStart) -> AckError | None:
        """Open a stream, or say why not. The client learns it from `started` or `refused`."""
        if not request.stream_id:
            return AckError("BadRequest", "The id of a stream must not be empty.")
        if request.stream_id in self._open:
            return AckError("BadRequest", "A stream with this id is open already.")
        if request.idle_timeout_s <= 0:
            return AckError("BadRequest", "The idle timeout of a stream must be above 0.")
        if len(self._open) >= MAX_STREAMS:
            return AckError("BadRequest", f"{MAX_STREAMS} streams are open already.")
        if not self._permissions.send.allows(request.group):
            return forbidden("send to group", request.group)
        self._open[request.stream_id] = _Stream(request, self._now())
        return None

    def started(self, request: StreamStart) -> list[Action]:
        """Tell the client that it may begin."""
        return [Reply(self._codec.stream_ack(request.stream_id, 1)), *self._wake()]

    def refused(self, request: StreamStart, error: AckError) -> list[Action]:
        """Tell the client that it may not."""
        return [Reply(self._codec.stream_closed(request.stream_id, error))]

    def part(self, request: StreamPart) -> list[Action]:
        """Publish the next part, and no other; one without content only keeps the stream alive."""
        stream = self._open.get(request.stream_id)
        if stream is None:
            return [Reply(self._codec.stream_closed(request.stream_id, _NOT_FOUND))]
        if request.content is None:
            stream.active_at = self._now()
            return []
        number, payload = request.content
        if number > stream.expected_id:
            error = AckError("InvalidSequenceId", f"{stream.expected_id} was expected, and {number} came.")
            return [Reply(self._codec.stream_nack(request.stream_id, stream.expected_id, error))]
        if number < stream.expected_id:
            return [self._ack(stream)]
        if not self._permissions.send.allows(stream.start.group):  # revoked since it began
            return self._close(stream, forbidden("send to group", stream.start.group))
        publish = self._publish(stream, payload, StreamInfo(request.stream_id, number))
        stream.expected_id += 1
        stream.active_at = self._now()
        return [publish, self._ack(stream)]

    def end(self, request: StreamEnd) -> list[Action]:
        """End a stream as its publisher wishes: receivers get a last message, with its error if there is one."""
        stream = self._open.pop(request.stream_id, None)
        if stream is None:
            return [Reply(self._codec.stream_closed(request.stream_id, _NOT_FOUND))]
        return [self._last(stream, request.error), Reply(self._codec.stream_closed(request.stream_id, None))]

    def tick(self) -> list[Action]:
        """End the streams that were silent for too long, and see to the next."""
        now = self._now()
        silent = [stream for stream in self._open.values() if stream.expires_at <= now]
        self._wakes_at = None
        return [*(action for stream in silent for action in self._close(stream, _IDLE)), *self._wake()]

    def cancel(self) -> list[Action]:
        """End all of them because the connection ends; nobody is left to be told but the receivers."""
        cancelled = list(self._open.values())
        self._open.clear()
        return [self._last(stream, _CANCELLED) for stream in cancelled]

    def _wake(self) -> list[Action]:
        """Ask to be called when the first stream may have been silent for too long."""
        first = min((stream.expires_at for stream in self._open.values()), default=None)
        if first is None or (self._wakes_at is not None and self._wakes_at <= first):
            return []
        self._wakes_at = first
        return [Wake(first - self._now())]

    def _close(self, stream: _Stream, error: AckError) -> list[Action]:
        """End a stream against its publisher's will."""
        del self._open[stream.start.stream_id]
        last = self._last(stream, StreamError(error.name, error.message))
        return [last, Reply(self._codec.stream_closed(stream.start.stream_id, error))]

    def _ack(self, stream: _Stream) -> Action:
        return Reply(self._codec.stream_ack(stream.start.stream_id, stream.expected_id))

    def _last(self, stream: _Stream, error: StreamError | None) -> Action:
        return self._publish(stream, _NOTHING, StreamInfo(stream.start.stream_id, stream.expected_id, True, error))

    def _publish(self, stream: _Stream, payload: Payload, info: StreamInfo) -> Action:
        start = stream.start
        message = Message(payload, start.group, self._user_id, start.metadata, start.ttl_s, info)
        return Publish(message, start.no_echo)
