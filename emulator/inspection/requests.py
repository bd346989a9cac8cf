"""What a client asked for and what came of it, in words: why a message reached nobody, why a group was not joined.

Judges by what the session decided, and decides nothing again.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from emulator import messages
from emulator.inspection import excerpt
from emulator.inspection.downstream import Answer, read
from emulator.inspection.excerpt import Excerpt
from emulator.inspection.receivers import Receivers
from emulator.inspection.record import INFO, NOTE, PROBLEM, LeftOut
from emulator.messages import Action, Join, Leave, Publish, RaiseEvent, Reply, Request
from emulator.payload import Payload

NO_ECHO = "noEcho: the sender gets no copy"


class Account(Struct, frozen=True):
    """What a record says of a request; `group` is the one that it is about."""

    what: str
    words: str = ""
    level: str = INFO
    group: str | None = None


class Sending(Struct, frozen=True):
    """A publication: who was in the group, and whether the sender was and wanted no copy."""

    receivers: Receivers
    leaves_out: str | None = None  # the sender's connection id

    @property
    def group(self) -> str:
        """Where it went."""
        return self.receivers.group

    @property
    def count(self) -> int:
        """How many received it."""
        return self.receivers.count - (self.leaves_out is not None)

    @property
    def ids(self) -> tuple[str, ...]:
        """Those that are known by id."""
        return tuple(id_ for id_ in self.receivers.ids if id_ != self.leaves_out)

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """Who was in the group and did not get it."""
        return () if self.leaves_out is None else (LeftOut(self.leaves_out, NO_ECHO),)

    @property
    def words(self) -> str:
        """How many got it, and why nobody did."""
        if self.count:
            return reached(self.count) + (" Not the sender, because of noEcho." if self.leaves_out else "")
        if self.leaves_out is not None:
            return "0 receivers: the sender alone is in the group, and with noEcho it gets no copy."
        return f"0 receivers: {self.receivers.why_none}"

    @property
    def level(self) -> str:
        """A message for nobody may not be what was meant."""
        return INFO if self.count else NOTE


def reached(count: int) -> str:
    """So many got it."""
    return "1 receiver." if count == 1 else f"{count} receivers."


def account(request: Request | None, sending: Sending | None, actions: Sequence[Action], fault: str = "") -> Account:
    """What to say of a request, which `fault` met; None stands for a message of a simple client."""
    what, group = _name(request), getattr(request, "group", None)
    if fault:
        return Account(what, f"Not done: a fault that was asked for met it, {fault}.", NOTE, group)
    if sending is not None:
        return Account(what, sending.words, sending.level, sending.group)
    if request is None or isinstance(request, messages.Event):
        if any(isinstance(action, RaiseEvent) for action in actions):
            return Account(what)  # what its handler says is told next
        return Account(what, *_not_done(request, actions, ""))
    if isinstance(request, messages.SendToGroup):
        return Account(what, *_not_done(request, actions, role_for("send to", request.group)), group)
    if isinstance(request, messages.JoinGroup):
        if any(isinstance(action, Join) for action in actions):
            return Account(what, f"It now gets what is sent to group {request.group!r}.", INFO, group)
        return Account(what, *_not_done(request, actions, role_for("join", request.group)), group)
    if isinstance(request, messages.LeaveGroup):
        if any(isinstance(action, Leave) for action in actions):
            return Account(what, f"It no longer gets what is sent to group {request.group!r}.", INFO, group)
        return Account(what, *_not_done(request, actions, role_for("leave", request.group)), group)
    return Account(what, group=group)


def role_for(action: str, group: str) -> str:
    """What a connection lacks that may not do `action` ("send to", "join" or "leave") with a group."""
    role = "webpubsub.sendToGroup" if action == "send to" else "webpubsub.joinLeaveGroup"
    return f"The connection may not {action} group {group!r}: it needs the role {role} or {role}.{group}."


def shown(request: Request | None, data: bytes, size_bytes: int, is_text: bool) -> Excerpt:
    """A frame of a client; a message of Protocol Buffers as JSON that means the same."""
    if request is not None and not is_text:
        text = msgspec.json.encode({"type": _type(request), **_fields(request)})
        return msgspec.structs.replace(excerpt.of(text), form="protobuf", size_bytes=size_bytes)
    return excerpt.of(data, size_bytes, is_text)


def large(actions: Sequence[Action]) -> Request | None:
    """What a request must have been, by what came of it, where reading it once more would take too long."""
    for action in actions:
        if isinstance(action, RaiseEvent):
            return action.event
        if isinstance(action, Publish):
            message = action.message
            return messages.SendToGroup(message.group or "", message.payload, no_echo=action.no_echo)
    return None


def _not_done(request: Any, actions: Sequence[Action], missing_role: str) -> tuple[str, str]:
    """Why nothing was done, and how bad that is."""
    answers = [read(action.frame) for action in actions if isinstance(action, Reply)]
    refusal = next((answer for answer in answers if answer.error), Answer("", ""))
    if refusal.error == "Duplicate":
        return "Not done again: a request with this ackId has succeeded before on this connection.", NOTE
    if refusal.error == "Forbidden" and missing_role:
        return f"Refused: {missing_role}", PROBLEM
    if refusal.error:
        return f"Refused: {refusal.words}", PROBLEM
    if getattr(request, "ack_id", None) is not None or getattr(request, "invocation_id", None) is not None:
        return "Not begun again: a request with this id is under way.", NOTE
    return f"Refused, and its client is not told, since there is no ackId. {missing_role}".rstrip(), PROBLEM


_NAMES = {
    messages.JoinGroup: "joinGroup",
    messages.LeaveGroup: "leaveGroup",
    messages.SendToGroup: "sendToGroup",
    messages.Event: "event",
    messages.CancelInvocation: "cancelInvocation",
    messages.StreamStart: "sendToGroup",
    messages.StreamPart: "streamData",
    messages.StreamEnd: "streamEnd",
    messages.Ping: "ping",
    messages.SequenceAck: "sequenceAck",
}


def _type(request: Request) -> str:
    is_invocation = isinstance(request, messages.Event) and request.invocation_id is not None
    return "invoke" if is_invocation else _NAMES[type(request)]


def _name(request: Request | None) -> str:
    """What it is, and of what."""
    if request is None:
        return "message"
    target = next((found for name in _TARGETS if (found := getattr(request, name, None)) is not None), "")
    return f"{_type(request)} {target}".rstrip()


_TARGETS = ("group", "name", "stream_id", "invocation_id", "sequence_id")


def _fields(request: Request) -> dict[str, Any]:
    return {name: _plain(value) for name, value in msgspec.structs.asdict(request).items() if value is not None}


def _plain(value: Any) -> Any:
    """A value as JSON can hold it; data that is no text as the Base64 of it."""
    if isinstance(value, Payload):
        return {"dataType": value.data_type.value, "data": msgspec.Raw(value.json)}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value
