"""The publisher's side of one logical conversation with the service, over as many connections as it takes.

Takes what happened and the time, returns what to do. Opens nothing, sends nothing, reads no clock, logs nothing.
"""

from dataclasses import dataclass
from enum import Enum

from streamer_agent.block import EpochKey
from streamer_agent.errors import ConnectionLostError, HttpRefusalError, PublishRefusedError, StreamerError
from streamer_agent.publish.backoff import Backoff, growth, retryable
from streamer_agent.publish.frames import (
    Ack,
    Connected,
    Disconnected,
    GroupWriter,
    Recovery,
    Sequenced,
    decode,
    sequence_ack,
)
from streamer_agent.publish.message import Message
from streamer_agent.publish.window import AckWindow, InFlight

WELCOME_TIMEOUT_S = 30.0
"""How long the service may take for its `connected` frame; the official Python client waits as long."""
ASKS_PER_CONNECTION = 3
"""How often one message is sent on one connection before the connection is taken for dead."""
RECOVERY_S = 30.0
"""How long the service keeps a lost connection at least (client specification, 1.4)."""
TOKEN_PATIENCE_S = 30.0
"""How long fresh tokens may be refused in a row. While a key is regenerated, or one of the two is restarted, negotiate
and the service have different keys; after this long a person has to act."""
UNRECOVERABLE = 1008
"""The close code which says that a connection is gone for good (client specification, 1.4)."""
NORMAL_CLOSURE = 1000
GOING_AWAY = 1001


class State(Enum):
    """See `Session`."""

    CLOSED = "closed"
    OPENING = "opening"
    CONNECTED = "connected"


@dataclass(frozen=True, slots=True)
class Send:
    """Send this text, in order."""

    frame: bytes
    is_delivered: bool = True
    """Whether readers get it: what the connection carried before the service delivers once."""


@dataclass(frozen=True, slots=True)
class Settle:
    """Everything of `key` before `end` is acknowledged: its position may be saved."""

    key: EpochKey
    end: int


@dataclass(frozen=True, slots=True)
class Welcome:
    """Messages are accepted from now on; `repeated` of them were in flight on an earlier connection."""

    connection_id: str
    repeated: int


@dataclass(frozen=True, slots=True)
class Resumed:
    """The connection goes on; `repeated` messages are sent again under their ack ids."""

    connection_id: str
    repeated: int


@dataclass(frozen=True, slots=True)
class Proven:
    """The first message of this connection was accepted: the service does not only say that it is well."""


@dataclass(frozen=True, slots=True)
class Ask:
    """For people: `messages` had no ack in time and are sent again under the same ids."""

    messages: int


@dataclass(frozen=True, slots=True)
class Refused:
    """For people: the service could not take a message; it is sent again in `after_s`."""

    error: PublishRefusedError
    after_s: float


@dataclass(frozen=True, slots=True)
class Close:
    """Close the connection with this code; if the peer does not answer, drop it."""

    code: int
    reason: str


@dataclass(frozen=True, slots=True)
class Fail:
    """Give up: a person has to act."""

    error: StreamerError


@dataclass(frozen=True, slots=True)
class Open:
    """Connect, after this many seconds: by a fresh URL, or to recover the connection that was lost."""

    after_s: float
    recovery: Recovery | None = None


Action = Send | Settle | Welcome | Resumed | Proven | Ask | Refused | Close | Fail


class Session:
    """One conversation.

    CLOSED --opened--> OPENING --`connected` frame--> CONNECTED --ended--> CLOSED, again and again until `Fail`.
    From OPENING, `ended` leads to CLOSED as well. Messages are accepted in CONNECTED alone.
    CLOSED --recovered--> CONNECTED, where `ended` had asked for it: the same connection, its ack ids and all, goes on.
    """

    def __init__(self, window: AckWindow, backoff: Backoff, ack_timeout_s: float) -> None:
        self.window = window
        self.state = State.CLOSED
        self._backoff = backoff
        self._ack_timeout_s = ack_timeout_s
        self._writer = GroupWriter("")  # set by `opened`: the group comes with each URL
        self._opened_at = 0.0  # set by `opened`
        self._last_ack_at = 0.0  # set by every ack
        self._highest_answered = 0  # highest ack id that was answered at all
        self._farewell = ""  # what a `disconnected` frame said on this connection
        self._is_proven = False  # a message was accepted on this connection
        self._recovery: Recovery | None = None  # what the service gave for this connection, while it is any good
        self._lost_at = 0.0  # when a connection that was welcomed ended
        self._highest_sequence_id = 0  # of the messages to this connection
        self._refused_since: float | None = None  # when the first token was refused, of those refused in a row

    def opened(self, group: str, now: float) -> None:
        """A WebSocket is open; messages go to `group` once the service has welcomed us."""
        self.state = State.OPENING
        self._writer = GroupWriter(group)
        self._opened_at = now
        self._farewell = ""
        self._is_proven = False
        self._recovery = None
        self._highest_sequence_id = 0

    def received(self, text: bytes | str, now: float) -> list[Action]:
        """A frame came from the service."""
        match decode(text):
            case Ack() as ack:
                return self._answered(ack, now)
            case Connected(connection_id, recovery):
                self._recovery = recovery
                return self._welcomed(connection_id, now) if self.state is State.OPENING else []
            case Sequenced(sequence_id):
                self._highest_sequence_id = max(self._highest_sequence_id, sequence_id)
                return [Send(sequence_ack(self._highest_sequence_id), is_delivered=False)]
            case Disconnected(message):
                self._farewell = message
        return []

    def offer(self, message: Message, now: float) -> Send | None:
        """Take `message` for sending; None when it must wait: not connected, or the window is full."""
        if self.state is not State.CONNECTED:
            return None
        ack_id = self.window.offer(message, now + self._ack_timeout_s)
        return None if ack_id is None else Send(self._writer.frame(ack_id, message))

    def skip(self, key: EpochKey, end: int) -> Settle | None:
        """Note that bytes of `key` up to `end` are left out; None when earlier ones must be acknowledged first."""
        floor = self.window.skip(key, end)
        return None if floor is None else Settle(key, floor)

    def tick(self, now: float) -> list[Action]:
        """Time has passed: ask again for what is overdue, or give the connection up. Call it about once a second."""
        if self.state is State.OPENING and now - self._opened_at >= WELCOME_TIMEOUT_S:
            return [Close(GOING_AWAY, f"no connected frame within {WELCOME_TIMEOUT_S:.0f} s")]
        if self.state is not State.CONNECTED:
            return []
        overdue = [entry for entry in self.window.overdue(now) if self._is_missing(entry, now)]
        if any(entry.asked >= ASKS_PER_CONNECTION for entry in overdue):
            self._recovery = None  # the service may have lost more of it than acks
            return [Close(GOING_AWAY, f"no ack within {ASKS_PER_CONNECTION * self._ack_timeout_s:.0f} s")]
        if not overdue:
            return []
        return [Ask(len(overdue)), *(self._again(entry, now) for entry in overdue)]

    def ended(self, error: StreamerError, now: float) -> Open | Fail:
        """The connection, or the attempt at one, is over because of `error`."""
        if self.state is State.CONNECTED:
            self._lost_at = now
        is_recovering = self.state is State.CLOSED and self._recovery is not None
        self.state = State.CLOSED
        if self._farewell and isinstance(error, ConnectionLostError):
            error.seen += f" after it said: {self._farewell}"
        if not is_recovering and _is_token_refused(error):
            return self._ask_for_another_token(error, now)
        self._refused_since = None
        if not retryable(error) and not is_recovering:
            return Fail(error)
        delay = self._backoff.next_delay(error)
        if _ends_recovery(error) or now + delay - self._lost_at >= RECOVERY_S:
            self._recovery = None
        return Open(delay, self._recovery)

    def _ask_for_another_token(self, error: StreamerError, now: float) -> Open | Fail:
        if self._refused_since is None:
            # It may have expired between the two requests. A fresh one tells.
            self._refused_since = now
            return Open(0.0)
        if now - self._refused_since >= TOKEN_PATIENCE_S:
            return Fail(error)
        return Open(self._backoff.next_delay(error))

    def recovered(self, now: float) -> list[Action]:
        """The connection that `ended` asked to recover is open again; the service does not greet a second time.

        Should it refuse, it closes with 1008 at once, and all that is sent here goes again over a new connection.
        """
        assert self._recovery is not None
        self.state = State.CONNECTED
        self._farewell = ""
        self._is_proven = False
        self._last_ack_at = now
        repeats: list[Action] = []
        for entry in self.window.unacked():
            entry.asked, entry.due_at = 1, now + self._ack_timeout_s
            repeats.append(Send(self._frame(entry), is_delivered=False))
        return [Resumed(self._recovery.connection_id, len(repeats)), *repeats]

    def _welcomed(self, connection_id: str, now: float) -> list[Action]:
        self.state = State.CONNECTED
        self._refused_since = None
        self._last_ack_at = now
        self.window.renumber(now + self._ack_timeout_s)
        repeats: list[Action] = [Send(self._frame(entry)) for entry in self.window.unacked()]
        return [Welcome(connection_id, len(repeats)), *repeats]

    def _answered(self, ack: Ack, now: float) -> list[Action]:
        entry = self.window.get(ack.ack_id)
        if entry is None:
            return []  # answered before: what was asked for twice may be answered twice
        self._last_ack_at = now
        self._highest_answered = max(self._highest_answered, ack.ack_id)
        if ack.error and ack.error != "Duplicate":
            return self._refused(entry, ack, now)
        actions: list[Action] = []
        if not self._is_proven:
            # A service whose quota is used up may welcome and then close: that must not start the delays anew.
            self._is_proven = True
            self._backoff.reset()
            actions.append(Proven())
        if floor := self.window.settle(ack.ack_id):
            actions.append(Settle(*floor))
        return actions

    def _refused(self, entry: InFlight, ack: Ack, now: float) -> list[Action]:
        error = PublishRefusedError(
            ack.error,
            f"The service refused a message: {ack.error}, {ack.message!r}",
            "The URL from negotiate must carry the permission to publish to the group it names"
            if ack.error == "Forbidden"
            else "",
        )
        if not retryable(error):
            return [Fail(error)]
        delay = growth(entry.refusals)
        entry.due_at, entry.asked, entry.refusals = now + delay, 0, entry.refusals + 1
        return [Refused(error, delay)]

    def _is_missing(self, entry: InFlight, now: float) -> bool:
        """Acks come in order, so a message behind the last answered one is only waiting for its turn on a slow line."""
        return entry.ack_id <= self._highest_answered or now - self._last_ack_at >= self._ack_timeout_s

    def _again(self, entry: InFlight, now: float) -> Send:
        entry.asked += 1
        entry.due_at = now + self._ack_timeout_s
        return Send(self._frame(entry), is_delivered=False)

    def _frame(self, entry: InFlight) -> bytes:
        return self._writer.frame(entry.ack_id, entry.message)


def _is_token_refused(error: StreamerError) -> bool:
    """Whether the service refused what negotiate gave us. That may pass, unlike a key that negotiate refuses."""
    return isinstance(error, HttpRefusalError) and error.status == 401 and error.by_service


def _ends_recovery(error: StreamerError) -> bool:
    """Whether a lost connection cannot be recovered after `error`; trying again is for what may pass within seconds."""
    match error:
        case ConnectionLostError(code=code):
            return code == UNRECOVERABLE
        case HttpRefusalError(status=status):
            return status < 500 and status != 429
    return not retryable(error)
