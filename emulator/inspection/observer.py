"""What the shells tell of what happens, one method for each sort of thing; makes records of it for the trace.

What happens often costs little here: frames are kept as they are, and who received them is found once per group.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from common.shortening import shortened
from emulator.connection import Connection
from emulator.errors import Close
from emulator.hub import Hub, Hubs
from emulator.inspection import closes, excerpt, requests
from emulator.inspection.excerpt import KEPT_BYTES, Excerpt
from emulator.inspection.frames_seen import FrameIn, FrameOut, FrameRefused, record_in
from emulator.inspection.masking import Masking
from emulator.inspection.outcome import Outcome
from emulator.inspection.receivers import KEPT_IDS, Members, Receivers
from emulator.inspection.record import INFO, MAX_NAME_CHARACTERS, NOTE, PROBLEM, Record, Seen
from emulator.inspection.requests import Sending
from emulator.inspection.trace import Trace
from emulator.messages import Action, Message, Publish
from emulator.permissions import Permissions


class Observer:
    """Sees everything and touches nothing."""

    def __init__(
        self, hubs: Hubs, epoch: str, now: Callable[[], float], masking: Masking, *, keeps_frames: bool = True
    ) -> None:
        """`now` gives seconds since 1970; `epoch` is as in `Trace`. Without frames, the trace has everything else."""
        self.trace = Trace(epoch)
        self.masking = masking
        self._now = now
        self._keeps_frames = keeps_frames
        self._add_frame = self.trace.add_frame
        self._members = Members(hubs)
        self._fault = ""  # the one that was applied last, until the request that it met is told
        self._last_receivers = Receivers("", 0)  # mostly those of the next message too

    # Clients come and go.

    def seen(self, hub: str, connection: Connection) -> Seen:
        """What the trace is to know of a connection that begins."""
        user = connection.user_id
        if user is not None and len(user) > MAX_NAME_CHARACTERS:
            user = shortened(self.masking.text(user), MAX_NAME_CHARACTERS)
        return Seen(hub, connection.connection_id, user, connection.protocol, self._now())

    def opened(self, seen: Seen, permissions: Permissions, groups: Sequence[str]) -> None:
        """A client is connected, and in `groups` by its token or handler."""
        where = f"In {_named(groups)} from the start." if groups else "In no group: it gets what it joins or is sent."
        speaks = f"Speaks {seen.protocol or 'no subprotocol, so it gets bare payloads'}."
        joins, sends = _listed(permissions.join_leave.described()), _listed(permissions.send.described())
        self._of(seen, "connected", f"{speaks} {where} It may join {joins}; it may send to {sends}.")

    def refused(self, hub: str, address: str, remote: str, status: int, why: str) -> None:
        """A client may not connect."""
        words = f"{why} ({remote} asked for {address})"
        self._add("connection", "refused", words, level=PROBLEM, hub=hub, status=status)

    def recovery_refused(self, hub: str, connection_id: str, why: str) -> None:
        """A client may not go on with an earlier connection."""
        self._add("connection", "recovery refused", why, level=PROBLEM, hub=hub, connection=connection_id, status=1008)

    def recovered(self, seen: Seen, resent: int, replaces: bool) -> None:
        """A client goes on over another socket."""
        what_else = " Its earlier socket was still open, and is cut." if replaces else ""
        self._of(
            seen, "recovered", f"Back on another socket; sent again first: {_count(resent, 'message')}.{what_else}"
        )

    def detached(self, seen: Seen, close: Close, window_s: float) -> None:
        """A socket is gone whose connection may be recovered."""
        words = f"{closes.words(close)} Its messages are kept for {window_s:g} s, for its recovery."
        self._of(seen, "detached", words, NOTE, close.code)

    def closed(self, seen: Seen, close: Close) -> None:
        """A connection ends for good."""
        self._of(seen, "closed", closes.words(close), closes.level(close), close.code)

    def fault_applied(self, fault: str, fault_id: str, facts: Mapping[str, Any]) -> None:
        """A fault that was asked for does what it is for."""
        about = {name: facts.get(fact) for name, fact in (("hub", "hub"), ("connection", "connection_id"))}
        met = " ".join(f"{name} {value}" for name, value in facts.items() if name not in ("hub", "connection_id"))
        self._add("fault", f"{fault} {met}".rstrip(), f"Fault {fault_id}, as asked for.", level=NOTE, **about)
        self._fault = f"{fault} ({fault_id})" if "request" in facts else ""

    # Frames.

    def received(self, seen: Seen, hub: Hub, data: bytes, is_text: bool, actions: Sequence[Action]) -> None:
        """A message came, and the session decided on `actions`, which are not done yet."""
        seen.last_frame_at = at = self._now()
        if not self._keeps_frames:
            return
        trace = self.trace
        trace.number = number = trace.number + 1  # as next_number does; a call less in the fast path
        if len(data) > KEPT_BYTES:
            self._received_much(FrameIn(number, at, seen, data, is_text, actions), hub)
        elif actions and type(first := actions[0]) is Publish:
            receivers = self._last_receivers
            group = first.message.group
            if receivers.membership is not hub.membership or receivers.group != group:
                receivers = self._last_receivers = self._members.of(hub, group or "")
            leaves_out = _sender(seen, hub, receivers.group) if first.no_echo else None
            self._add_frame(FrameIn(number, at, seen, data, is_text, (), receivers, leaves_out))
        else:
            fault, self._fault = self._fault, ""
            self._add_frame(FrameIn(number, at, seen, data, is_text, actions, fault=fault))

    def broke_off(self, seen: Seen, data: bytes, is_text: bool, close: Close, why: str) -> None:
        """A message came that ends its connection."""
        seen.last_frame_at = at = self._now()
        number = self.trace.next_number()
        kept = bytes(data[:KEPT_BYTES])
        self._add_frame(FrameRefused(number, at, seen, kept, len(data), is_text, why, close.code))

    def sent(self, seen: Seen, frame: bytes) -> None:
        """A frame of the service's own is on its way to a client."""
        if self._keeps_frames:
            entry = FrameOut(self.trace.next_number(), self._now(), seen, frame)
            self._add_frame(entry if len(frame) <= KEPT_BYTES else entry.record().bounded(self.masking))

    def answered(self, seen: Seen, message: Message) -> None:
        """What an event handler answered is on its way to its client."""
        self._of(seen, "message", "The answer of its event handler.", kind="out", payload=_content(message))

    def published(self, seen: Seen, hub: Hub, actions: Sequence[Action]) -> None:
        """Messages that no frame caused are on their way: the ends of a client's streams."""
        for action in actions:
            if isinstance(action, Publish):
                sending = self._sending(seen, hub, action)
                self._of(
                    seen,
                    "stream ended",
                    sending.words,
                    sending.level,
                    kind="message",
                    group=sending.group,
                    receivers=sending.count,
                    ids=sending.ids,
                    payload=_content(action.message),
                )

    # Application servers.

    def asked(
        self,
        what: str,
        hub: str | None,
        status: int,
        words: str,
        duration_s: float,
        *,
        connection: str | None = None,
        user: str | None = None,
        group: str | None = None,
        outcome: Outcome | None = None,
    ) -> None:
        """A REST request was answered; with an `outcome` it was one for an operation."""
        came = outcome or Outcome()
        receivers, message = came.receivers, came.message
        is_lost = receivers is not None and not receivers
        self._add(
            "rest",
            what,
            words,
            level=PROBLEM if status >= 400 else NOTE if is_lost else INFO,
            hub=hub,
            connection=connection,
            user=user,
            group=group,
            status=status,
            duration_ms=round(duration_s * 1000, 1),
            receivers=None if receivers is None else len(receivers),
            ids=tuple(one.connection_id for one in (receivers or ())[:KEPT_IDS]),
            left_out=tuple(came.left_out),
            payload=None if message is None else _content(message),
        )

    def why_nobody(self, hub: Hub, group: str) -> str:
        """Why a message to a group reaches nobody, as far as it can be seen."""
        return self._members.of(hub, group).why_none

    def called(
        self,
        hub: str,
        connection_id: str,
        user_id: str | None,
        event: str,
        words: str,
        status: int | None,
        duration_s: float | None = None,
        content: bytes | None = None,
    ) -> None:
        """An event handler was told of an event, or could not be."""
        is_well = status is not None and status < 300
        self._add(
            "handler",
            f"event {event}",
            words,
            level=INFO if is_well else PROBLEM,
            hub=hub,
            connection=connection_id,
            user=user_id,
            status=status,
            duration_ms=None if duration_s is None else round(duration_s * 1000, 1),
            payload=None if content is None else excerpt.readable(content),
        )

    def _received_much(self, frame: FrameIn, hub: Hub) -> None:
        """A message too large to be kept: say now what is to be said of it, and keep its beginning."""
        publish = next((action for action in frame.actions if isinstance(action, Publish)), None)
        sending = None if publish is None else self._sending(frame.seen, hub, publish)
        request = None if frame.seen.protocol is None else requests.large(frame.actions) or frame.request()
        account = requests.account(request, sending, frame.actions)
        shown_request = None if request is None or frame.is_text else request
        record = record_in(frame, account, sending, shown_request, len(frame.data))
        self._add_frame(record.bounded(self.masking))

    def _sending(self, seen: Seen, hub: Hub, publish: Publish) -> Sending:
        group = publish.message.group or ""
        return Sending(self._members.of(hub, group), _sender(seen, hub, group) if publish.no_echo else None)

    def _of(
        self, seen: Seen, what: str, words: str, level: str = INFO, status: int | None = None, **fields: Any
    ) -> None:
        about = {"hub": seen.hub, "connection": seen.connection_id, "user": seen.user_id}
        self._add(fields.pop("kind", "connection"), what, words, level=level, status=status, **about, **fields)

    def _add(self, kind: str, what: str, words: str, **fields: Any) -> None:
        number, at = self.trace.next_number(), self._now()
        record = Record(number=number, at=at, kind=kind, what=what, words=words, **fields)
        self.trace.add(record.bounded(self.masking))


def _sender(seen: Seen, hub: Hub, group: str) -> str | None:
    """The sender, if it is in the group itself."""
    connection = hub.connections.get(seen.connection_id)
    return seen.connection_id if connection is not None and group in connection.groups else None


def _content(message: Message) -> Excerpt:
    payload = message.payload
    return excerpt.of(payload.content, is_text=not payload.data_type.is_bytes)


def _listed(allowed: Sequence[str]) -> str:
    more = f" and {len(allowed) - 5} more" if len(allowed) > 5 else ""
    return f"{', '.join(allowed[:5])}{more}" if allowed else "no group"


def _named(groups: Sequence[str]) -> str:
    shown = ", ".join(repr(group) for group in groups[:5])
    return f"group{'s' if len(groups) > 1 else ''} {shown}{f' and {len(groups) - 5} more' if len(groups) > 5 else ''}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
