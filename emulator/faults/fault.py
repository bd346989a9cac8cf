"""What all faults have in common, as it is written in JSON; the kinds are in `kinds`, and nothing is applied here.

Every fault has a kind, a scope (all that is given of `hub`, `group`, `user` and `connection` must fit; nothing given is
everything), a life (`seconds`, `count`, or until it is deleted) and perhaps a fault that follows it (`then`).
"""

from enum import StrEnum
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, InstanceOf, field_validator, model_validator

from emulator import names


class Point(StrEnum):
    """Where a fault can meet somebody."""

    SOCKET = "socket"  # a connection with its socket, when the fault is set, when it comes and when it joins a group
    REQUEST = "request"  # a request of a client, before it is performed
    ACK = "ack"  # the answer to a request with an ack id
    CONNECT = "connect"  # a client that wants a new connection, past its token
    RECOVERY = "recovery"  # a client that wants to go on with a connection
    REST = "rest"  # a REST call, past its token


_SCOPE = ("hub", "group", "user", "connection")
_KNOWN_AT = {Point.CONNECT: ("hub", "group", "user"), Point.REST: ("hub",)}  # elsewhere, all of the scope

Seconds = Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False)]
"""A duration of at most a day."""


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
    seconds: Seconds | None = Field(None, description="Over after so long")
    count: int | None = Field(None, ge=1, le=1_000_000, description="Over after so many applications")
    after: int = Field(0, ge=0, le=1_000_000, description="Leave the first so many alone")
    then: InstanceOf["Fault"] | None = Field(
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
