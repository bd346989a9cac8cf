"""Every refusal of the emulator, in one place: HTTP statuses, close codes, ack errors and their texts.

Decides nothing: the modules that raise these know when. The tree:

    EmulatorError
    ├── ConfigurationError      the settings contradict each other; the process exits with 2
    ├── RefusedError            a request is answered with an HTTP error, and nothing else happens
    └── ConnectionClosedError   a client broke the rules; its connection is closed with a code and a reason
"""

from typing import NamedTuple


class EmulatorError(Exception):
    """Base of all errors that the emulator raises on purpose."""


class ConfigurationError(EmulatorError, ValueError):
    """The settings contradict each other; the text is a sentence for people and holds no secret."""


class RefusedError(EmulatorError):
    """An HTTP request that is answered with an error.

    `code` and `target` go into the body and into `x-ms-error-code` of REST answers (Learn: REST API data plane).
    """

    def __init__(self, status: int, message: str, code: str = "", target: str = "Request") -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.target = target


def bad_request(message: str, target: str = "Request") -> RefusedError:
    """An invalid parameter or body: 400."""
    return RefusedError(400, message, "Error.BadRequest", target)


def unauthorized(message: str) -> RefusedError:
    """No token, or one that does not hold: 401. The text says what is wrong with it and never repeats it."""
    return RefusedError(401, message, "Error.Unauthorized")


def not_found(message: str) -> RefusedError:
    """Nothing is at this address: 404."""
    return RefusedError(404, message, "Error.NotFound")


def unsupported_media_type(what: str, target: str = "Content-Type") -> RefusedError:
    """A body that cannot become a message: 415."""
    return RefusedError(
        415,
        f"{what} is not supported; expected a plain body of application/json, text/plain or application/octet-stream.",
        "Error.UnsupportedMediaType",
        target,
    )


def not_implemented(feature: str, target: str = "Request", status: int = 501) -> RefusedError:
    """Something that Azure has and this emulator does not, refused by name."""
    return RefusedError(status, f"The emulator does not support {feature} yet.", "Error.NotImplemented", target)


class Close(NamedTuple):
    """How the emulator ends a connection: the status code and the reason in its close frame."""

    code: int
    reason: str


class Closes:
    """The closes with a fixed text. Codes other than 1000 and the 1008 of a refused recovery are undocumented for
    the cloud service; they and the texts follow Microsoft's own emulator.
    """

    SHUTTING_DOWN = Close(1001, "The emulator is shutting down.")
    INVALID_FRAME = Close(1002, "The client frame is invalid.")
    NOT_TEXT = Close(1003, "The JSON subprotocol requires text messages.")
    INVALID_JSON_MESSAGE = Close(1007, "The client message is not a valid JSON protocol message.")
    INVALID_TEXT = Close(1007, "The client message is not valid UTF-8.")
    RECOVERY_REFUSED = Close(1008, "The connection could not be recovered.")
    RAW_SEND_FORBIDDEN = Close(1008, "The connection is not authorized for raw sendToGroup mode.")
    OUTBOUND_QUEUE_FULL = Close(1008, "The outbound message queue is full.")
    MESSAGE_TOO_LARGE = Close(1009, "The client message is too large.")
    RAW_EVENT_FAILED = Close(1011, "Internal server error")
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
