"""The kinds of faults and what each of them does to whom it meets; applies none."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, field_validator

from emulator.faults.fault import Fault, Point, Seconds
from emulator.protocols import frames

RequestKind = Literal["joinGroup", "leaveGroup", "sendToGroup", "event", "invoke", "stream"]
"""Requests by their names in the JSON subprotocols; a stream is a `sendToGroup` that begins one. What a simple client
sends is an `event` or a `sendToGroup`.
"""


class _OfConnections(Fault):
    @property
    def points(self) -> frozenset[Point]:
        return frozenset([Point.SOCKET])


class _OfRequests(Fault):
    request: RequestKind | None = Field(None, description="Only requests of this kind")

    @property
    def points(self) -> frozenset[Point]:
        return frozenset([Point.REQUEST])


class Drop(_OfConnections):
    """Cut the socket without a close frame; what a reliable client has not acknowledged waits for its recovery."""

    kind = "drop"
    is_momentary = True

    reset: bool = Field(False, description="End TCP by a reset; else by FIN, as a proxy or a peer that dies does")


class Close(_OfConnections):
    """Close with a close frame."""

    kind = "close"
    is_momentary = True

    code: int = Field(description="1000 to 1003, 1007 to 1014 or 3000 to 4999")
    reason: str = Field("", description="At most 123 bytes")
    recoverable: bool = Field(False, description="The client may recover the connection; else it has ended for good")

    @field_validator("code")
    @classmethod
    def _check_code(cls, value: int) -> int:
        if not (1000 <= value <= 1003 or 1007 <= value <= 1014 or 3000 <= value <= 4999):
            raise ValueError(f"{value} may not be in a close frame; expected 1000 to 1003, 1007 to 1014, 3000 to 4999")
        return value

    @field_validator("reason")
    @classmethod
    def _check_reason(cls, value: str) -> str:
        size = len(value.encode(errors="replace"))
        if size > frames.MAX_CLOSE_REASON_BYTES:
            raise ValueError(f"{size} bytes; a close frame has room for {frames.MAX_CLOSE_REASON_BYTES}")
        return value


class Stall(_OfConnections):
    """Neither read nor write while it lasts: a half-open connection. The emulator does not ping it meanwhile."""

    kind = "stall"
    holds = True

    direction: Literal["both", "in", "out"] = Field(
        "both", description="in: what the client sends is not read; out: nothing is written to it"
    )


class LoseAcks(Fault):
    """Perform the request and never say so. A client that tries again is told Duplicate."""

    kind = "lose_acks"

    request: RequestKind | None = Field(None, description="Only of requests of this kind")

    @property
    def points(self) -> frozenset[Point]:
        return frozenset([Point.ACK])


class LoseRequests(_OfRequests):
    """Neither perform the request nor answer it, as if it had been lost on its way."""

    kind = "lose_requests"


class FailRequests(_OfRequests):
    """Do not perform the request and answer InternalServerError; a simple client is closed (1011)."""

    kind = "fail_requests"


class _AtPoints(Fault):
    at: tuple[Point, ...]

    @field_validator("at", mode="before")
    @classmethod
    def _read_at(cls, value: Any) -> Any:
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list | tuple) or not values or not set(map(str, values)) <= set(cls.choices()):
            raise ValueError(f"{value!r} is not one or several of {', '.join(cls.choices())}")
        return tuple(Point(one) for one in values)

    @classmethod
    def choices(cls) -> tuple[str, ...]:
        """What `at` may name."""
        return Point.CONNECT, Point.RECOVERY, Point.REST

    @property
    def points(self) -> frozenset[Point]:
        return frozenset(self.at)


class Delay(_AtPoints):
    """Answer later: acks, new connections, recoveries or REST calls."""

    kind = "delay"

    at: tuple[Point, ...] = Field(description="ack, connect, recovery, rest, or a list of these")
    by: Seconds = Field(description="Seconds")
    request: RequestKind | None = Field(None, description="Only acks of requests of this kind")

    @classmethod
    def choices(cls) -> tuple[str, ...]:
        return Point.ACK, Point.CONNECT, Point.RECOVERY, Point.REST


class Refuse(_AtPoints):
    """Refuse with an HTTP status; a recovery without one by 101 and then close 1008, which ends the connection."""

    kind = "refuse"

    at: tuple[Point, ...] = Field(description="connect, recovery, rest, or a list of these")
    status: int | None = Field(None, ge=400, le=599, description="503 if it is not given, but for a recovery")
    retry_after: int | None = Field(None, ge=0, le=86_400, description="Seconds for the header Retry-After")


class Throttle(_AtPoints):
    """Answer 429 with Retry-After."""

    kind = "throttle"

    at: tuple[Point, ...] = Field(
        (Point.CONNECT, Point.RECOVERY, Point.REST), description="connect, recovery, rest, or a list of these"
    )
    retry_after: int = Field(1, ge=0, le=86_400, description="Seconds for the header Retry-After")


class ExpireTokens(_AtPoints):
    """Answer 401 as for a token that is too old. Who is connected stays so, and recovery needs no token."""

    kind = "expire_tokens"

    at: tuple[Point, ...] = Field((Point.CONNECT, Point.REST), description="connect, rest, or a list of these")

    @classmethod
    def choices(cls) -> tuple[str, ...]:
        return Point.CONNECT, Point.REST


KINDS: Mapping[str, type[Fault]] = {
    kind.kind: kind
    for kind in (Drop, Close, Stall, LoseAcks, LoseRequests, FailRequests, Delay, Refuse, Throttle, ExpireTokens)
}
