"""The faults that can be asked for, as they are written in JSON; says what each means and applies none.

Every fault has a kind, a scope (all that is given of `hub`, `group`, `user` and `connection` must fit; nothing given is
everything), a life (`seconds`, `count`, or until it is deleted) and perhaps a fault that follows it (`then`).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, SerializeAsAny, ValidationError, field_validator, model_validator

from emulator import names
from emulator.protocols import frames


class Point(StrEnum):
    """Where a fault can meet somebody."""

    SOCKET = "socket"  # a connection with its socket, when the fault is set, when it comes and when it joins a group
    REQUEST = "request"  # a request of a client, before it is performed
    ACK = "ack"  # the answer to a request with an ack id
    CONNECT = "connect"  # a client that wants a new connection, past its token
    RECOVERY = "recovery"  # a client that wants to go on with a connection
    REST = "rest"  # a REST call, past its token


RequestKind = Literal["joinGroup", "leaveGroup", "sendToGroup", "event", "invoke", "stream"]
"""Requests by their names in the JSON subprotocols; a stream is a `sendToGroup` that begins one. What a simple client
sends is an `event` or a `sendToGroup`.
"""

MAX_CHAIN = 10
"""How many faults may follow one another in one request."""

_SCOPE = ("hub", "group", "user", "connection")
_KNOWN_AT = {Point.CONNECT: ("hub", "group", "user"), Point.REST: ("hub",)}  # elsewhere, all of the scope
_Seconds = Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False)]


class Fault(BaseModel):
    """What all kinds have in common.

    Without `seconds` and `count` a fault lasts until it is deleted, but for those that happen in a moment (drop,
    close): they happen once, now, to all that are in their scope.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    kind: ClassVar[str]
    is_momentary: ClassVar[bool] = False
    holds: ClassVar[bool] = False  # it goes on for whom it met, also when its count is used up

    hub: str | None = Field(None, description="Only in this hub")
    group: str | None = Field(
        None, description="Only for members of this group; of requests, those for this group, by whomever"
    )
    user: str | None = Field(None, description="Only for connections of this user")
    connection: str | None = Field(None, min_length=1, description="Only for the connection with this id")
    seconds: _Seconds | None = Field(None, description="Over after so long")
    count: int | None = Field(None, ge=1, le=1_000_000, description="Over after so many applications")
    after: int = Field(0, ge=0, le=1_000_000, description="Leave the first so many alone")
    then: SerializeAsAny["Fault"] | None = Field(
        None, description="A fault that is set each time this one was applied, for the same connection"
    )

    @property
    def points(self) -> frozenset[Point]:
        """Where it waits."""
        raise NotImplementedError

    @field_validator("hub")
    @classmethod
    def _check_hub(cls, value: str | None) -> str | None:
        if value is not None and not names.is_hub(value):
            raise ValueError(f"{value!r} is not a name of a hub")
        return value

    @field_validator("group")
    @classmethod
    def _check_group(cls, value: str | None) -> str | None:
        if value is not None and not names.is_group(value):
            raise ValueError("expected 1 to 1024 characters, not only white space")
        return value

    @field_validator("then", mode="before")
    @classmethod
    def _read_then(cls, value: Any) -> Any:
        return value if value is None or isinstance(value, Fault) else parse(value)

    @model_validator(mode="after")
    def _check_scope(self) -> "Fault":
        given = [name for name in _SCOPE if getattr(self, name) is not None]
        if not any(set(given) <= set(_KNOWN_AT.get(point, _SCOPE)) for point in self.points):
            where = " and ".join(sorted(self.points))
            known = " and ".join(dict.fromkeys(name for point in self.points for name in _KNOWN_AT[point]))
            raise ValueError(f"at {where} only {known} is known; got {', '.join(given)}")
        return self

    def following(self, hub: str | None, user: str | None, connection: str | None) -> "Fault":
        """Itself as what follows a fault that met a connection: for that one, unless it has a scope of its own."""
        if any(getattr(self, name) is not None for name in _SCOPE):
            return self
        met = {"hub": hub, "user": user, "connection": connection}
        if all(point not in _KNOWN_AT for point in self.points):
            return self.model_copy(update=met if connection is None else {"hub": hub, "connection": connection})
        known = [name for name in met if all(name in _KNOWN_AT.get(point, _SCOPE) for point in self.points)]
        return self.model_copy(update={name: met[name] for name in known})

    def as_json(self) -> dict[str, Any]:
        """As it was asked for, without what is left at its default."""
        rest = self.model_dump(mode="json", exclude_defaults=True, exclude={"then"})
        return {"fault": self.kind, **rest, **({"then": self.then.as_json()} if self.then else {})}


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
    by: _Seconds = Field(description="Seconds")
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


def parse(value: Any) -> Fault:
    """The fault that a JSON object describes.

    Raises:
        ValueError: it describes none; the text says every problem, what was seen and what is expected.
    """
    if not isinstance(value, dict):
        raise ValueError('expected an object such as {"fault": "drop", "hub": "chat"}')
    if _length(value) > MAX_CHAIN:
        raise ValueError(f"then: more than {MAX_CHAIN} faults follow one another")
    kind = value.get("fault")
    model = KINDS.get(kind) if isinstance(kind, str) else None
    if model is None:
        raise ValueError(f"fault is {_shown(kind)}; expected one of {', '.join(KINDS)}")
    try:
        return model.model_validate({name: one for name, one in value.items() if name != "fault"})
    except ValidationError as error:
        raise ValueError("; ".join(problems(model, error))) from error


def problems(model: type[Fault], error: ValidationError) -> list[str]:
    """Each problem as one clause: the field, what was expected, what was seen."""
    found = []
    for problem in error.errors(include_url=False, include_context=False):
        name = ".".join(str(part) for part in problem["loc"])
        if problem["type"] == "extra_forbidden":
            found.append(f"{model.kind} has no {name!r}; expected some of {', '.join(model.model_fields)}")
        elif problem["type"] == "missing":
            found.append(f"{name} is missing: {model.model_fields[name].description}")
        elif problem["type"] == "value_error":
            found.append(f"{name}: {problem['msg'].removeprefix('Value error, ')}".removeprefix(": "))
        else:
            found.append(f"{name} is {_shown(problem['input'])}: {problem['msg'].removeprefix('Input ')}")
    return found


def _length(value: Any) -> int:
    """How many faults follow one another."""
    length = 0
    while isinstance(value, dict):
        length, value = length + 1, value.get("then")
    return length


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
