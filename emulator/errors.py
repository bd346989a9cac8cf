"""Every refusal of the emulator, in one place: HTTP statuses, close codes, ack errors and their texts.

Decides nothing: the modules that raise these know when. The tree:

    EmulatorError
    ├── ConfigurationError      the settings contradict each other; the process exits with 2
    ├── RefusedError            a request is answered with an HTTP error, and nothing else happens
    └── ConnectionClosedError   a client broke the rules; its connection is closed with a code and a reason
"""

from collections.abc import Sequence
from typing import NamedTuple

from common.shortening import shortened

MAX_NAME_CHARACTERS = 1024
"""How much of a name a refusal repeats that is in the words of the service; the longest group fits."""

MAX_MESSAGE_CHARACTERS = 3000
"""How much a refusal says at most, whatever was sent: it goes into the log and into the trace too."""


class EmulatorError(Exception):
    """Base of all errors that the emulator raises on purpose."""


class ConfigurationError(EmulatorError, ValueError):
    """The settings contradict each other; the text is a sentence for people and holds no secret."""


class RefusedError(EmulatorError):
    """An HTTP request that is answered with an error.

    `code` and `target` go into the body and into `x-ms-error-code` of REST answers (Learn: REST API data plane).
    """

    def __init__(
        self,
        status: int,
        message: str,
        code: str = "",
        target: str = "Request",
        retry_after_s: int | None = None,
        allowed: Sequence[str] = (),
    ) -> None:
        self.message = shortened(message, MAX_MESSAGE_CHARACTERS)
        super().__init__(self.message)
        self.status = status
        self.code = code
        self.target = target
        self.retry_after_s = retry_after_s
        self.allowed = allowed  # methods, where it was the method

    @property
    def headers(self) -> dict[str, str]:
        """What the answer says in its head."""
        retry_after = {} if self.retry_after_s is None else {"Retry-After": str(self.retry_after_s)}
        return {**retry_after, **({"Allow": ", ".join(self.allowed)} if self.allowed else {})}


def bad_request(message: str, target: str = "Request") -> RefusedError:
    """An invalid parameter or body: 400."""
    return RefusedError(400, message, "Error.BadRequest", target)


def unauthorized(message: str) -> RefusedError:
    """No token, or one that does not hold: 401. The text says what is wrong with it and never repeats it."""
    return RefusedError(401, message, "Error.Unauthorized")


def not_found(message: str) -> RefusedError:
    """Nothing is at this address: 404."""
    return RefusedError(404, message, "Error.NotFound")


def method_not_allowed(method: str, allowed: Sequence[str]) -> RefusedError:
    """Something is at this address, for other methods: 405."""
    expected = " or ".join(allowed)
    message = f"{shortened(method, MAX_NAME_CHARACTERS)} is not allowed here; expected {expected}."
    return RefusedError(405, message, "Error.MethodNotAllowed", allowed=allowed)


def request_timeout(waited_s: float) -> RefusedError:
    """A body that does not arrive: 408."""
    return RefusedError(408, f"The request body did not arrive within {waited_s:.0f} s.", "Error.RequestTimeout")


# What is not there: 404. The severity that begins the code depends on what was to be done with it: joining a group
# fails (Error), asking for a permission informs (Info), asking whether it exists warns (Warning).


def no_connection(connection_id: str, severity: str) -> RefusedError:
    """No connection has this id."""
    shown = shortened(connection_id, MAX_NAME_CHARACTERS)
    return RefusedError(404, f"Connection `{shown}` is not found.", f"{severity}.Connection.NotExisted", "Connection")


def no_user(user_id: str, severity: str) -> RefusedError:
    """The user has no connection."""
    shown = shortened(user_id, MAX_NAME_CHARACTERS)
    return RefusedError(404, f"User `{shown}` is not found.", f"{severity}.User.NotExisted", "User")


def no_group(group: str) -> RefusedError:
    """No connection is in the group."""
    return RefusedError(404, f"Group `{group}` is not found.", "Warning.Group.NotExisted", "Group")


def no_permission(connection_id: str, permission: str, group: str | None) -> RefusedError:
    """A connection lacks a permission that was asked for; Azure gives the code of one that is not there."""
    where = "every group" if group is None else f"the group `{group}`"
    return RefusedError(
        404,
        f"Connection `{shortened(connection_id, MAX_NAME_CHARACTERS)}` does not have the permission {permission} "
        f"on {where}.",
        "Info.Connection.NotExisted",
        "Connection",
    )


def too_many_literals(limit: int) -> RefusedError:
    """Permissions of a connection for more groups by name than it may have: 409."""
    return RefusedError(
        409,
        f"A permission of a connection can be granted or revoked for at most {limit} groups by name.",
        "Error.Connection.Conflict",
        "Connection",
    )


_MESSAGE_TYPES = "a plain body of application/json, text/plain or application/octet-stream"


def unsupported_media_type(what: str, target: str = "Content-Type", expected: str = _MESSAGE_TYPES) -> RefusedError:
    """A body of a type that the operation does not take: 415."""
    return RefusedError(415, f"{what} is not supported; expected {expected}.", "Error.UnsupportedMediaType", target)


def throttled(message: str, retry_after_s: int) -> RefusedError:
    """Too many requests, or too much used: 429."""
    return RefusedError(429, message, "Error.TooManyRequests", retry_after_s=retry_after_s)


def too_many_faults(limit: int) -> RefusedError:
    """More faults in force than any test needs: 409."""
    return RefusedError(
        409, f"There are {limit} faults in force; delete some: DELETE /_emulator/faults.", "Error.Conflict", "Fault"
    )


def too_many_watchers(limit: int) -> RefusedError:
    """More live traces than the emulator has time for: 429."""
    return RefusedError(
        429,
        f"{limit} others watch the trace at this moment; close a page, or ask again and again for GET "
        "/_emulator/trace?since=….",
        "Error.TooManyRequests",
        "Watchers",
        retry_after_s=5,
    )


def not_implemented(feature: str, target: str = "Request", status: int = 501) -> RefusedError:
    """Something that Azure has and this emulator does not, refused by name."""
    return RefusedError(status, f"The emulator does not support {feature} yet.", "Error.NotImplemented", target)


class Close(NamedTuple):
    """How the emulator ends a connection: the status code and the reason in its close frame."""

    code: int
    reason: str
    why: str = ""  # what logs and event handlers are told, where the frame does not say it

    @property
    def cause(self) -> str:
        """Why, in words for people."""
        return self.why or self.reason


def closed_by_server(reason: str) -> Close:
    """Closed over REST: the frame has no reason, a `disconnected` message before it has (C207, C208)."""
    detail = f" Reason: {reason}" if reason else ""
    return Close(1000, "", f"Application server closed the connection.{detail}")


class Closes:
    """The closes with a fixed text. Codes other than 1000 and the 1008 of a refused recovery are undocumented for
    the cloud service; they and the texts follow Microsoft's own emulator.
    """

    SHUTTING_DOWN = Close(1001, "The emulator is shutting down.")
    INVALID_FRAME = Close(1002, "The client frame is invalid.")
    NOT_TEXT = Close(1003, "The JSON subprotocol requires text messages.")
    NOT_BINARY = Close(1003, "The protobuf.webpubsub.azure.v1 subprotocol requires binary messages.")
    INVALID_JSON_MESSAGE = Close(1007, "The client message is not a valid JSON protocol message.")
    INVALID_PROTOBUF_MESSAGE = Close(
        1007, "The client message is not a valid protobuf.webpubsub.azure.v1 protocol message."
    )
    INVALID_TEXT = Close(1007, "The client message is not valid UTF-8.")
    RECOVERY_REFUSED = Close(1008, "The connection could not be recovered.")
    RAW_SEND_FORBIDDEN = Close(1008, "The connection is not authorized for raw sendToGroup mode.")
    RELIABLE_BUFFER_FULL = Close(1008, "The reliable message buffer is full.")
    QUOTA_SPENT = Close(1008, "The message quota of today is used up.")
    OUTBOUND_QUEUE_FULL = Close(1008, "The outbound message queue is full.")
    MESSAGE_TOO_LARGE = Close(1009, "The client message is too large.")
    RAW_EVENT_FAILED = Close(1011, "Internal server error")
    LOST = Close(1006, "The connection was lost.")  # a code that is never sent
    FAILED = Close(1006, "The emulator failed.")
    REPLACED = Close(1006, "The connection was recovered on another socket.")
    NOT_RECOVERED = Close(1006, "The connection recovery timeout expired.")
    PING_TIMEOUT = Close(1011, "The client did not answer a ping.")


class ConnectionClosedError(EmulatorError):
    """A client broke a rule that ends its connection."""

    def __init__(self, close: Close) -> None:
        super().__init__(f"{close.code} {close.reason}")
        self.close = close


def unsupported_message(what: str) -> ConnectionClosedError:
    """A message of the protocol that Azure has and this emulator does not: closed like an unknown one, by name."""
    return ConnectionClosedError(Close(1007, f"The emulator does not support {what} yet."))


class AckError(NamedTuple):
    """The error of an ack with `success` false (Learn: JSON subprotocol, response types)."""

    name: str
    message: str


INTERNAL_SERVER_ERROR = AckError("InternalServerError", "Internal server error")


def forbidden(action: str, group: str) -> AckError:
    """The permission for `action` ("join group", "leave group", "send to group") on `group` is missing."""
    return AckError("Forbidden", f"The client does not have permission to {action} '{group}'.")


def duplicate(ack_id: int) -> AckError:
    """A request with this ack id has succeeded before on this connection: clients take it for success."""
    return AckError("Duplicate", f"Message with ack-id: {ack_id} has been processed")
