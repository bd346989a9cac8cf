"""Frames as they are kept while nobody looks: what passed, and no words yet. Each becomes a record on demand.

At full speed a hundred thousand frames pass in a second, and hardly one of them is ever looked at.
"""

from collections.abc import Sequence

from msgspec import Struct

from emulator import protocols
from emulator.inspection import downstream, requests
from emulator.inspection.excerpt import KEPT_BYTES
from emulator.inspection.receivers import Receivers
from emulator.inspection.record import PROBLEM, Record, Seen
from emulator.inspection.requests import Account, Sending
from emulator.messages import Action, Request


class FrameIn(Struct, frozen=True, gc=False):
    """A message of a client, small enough to be kept whole, and what the session made of it.

    `receivers` are those of a publication; without one, `actions` tell what happened.
    """

    number: int
    at: float
    seen: Seen
    data: bytes
    is_text: bool
    actions: Sequence[Action]
    receivers: Receivers | None = None
    leaves_out: str | None = None
    fault: str = ""  # that met the request, in place of what it asked for

    def record(self) -> Record:
        """Read the message once more, and say what came of it."""
        sending = None if self.receivers is None else Sending(self.receivers, self.leaves_out)
        request = self.request()
        account = requests.account(request, sending, self.actions, self.fault)
        return record_in(self, account, sending, request, len(self.data))

    def request(self) -> Request | None:
        if self.seen.protocol is None:
            return None
        selected = protocols.select([self.seen.protocol])
        assert selected is not None
        return selected[1].decode(self.data, self.is_text)


def record_in(
    frame: FrameIn, account: Account, sending: Sending | None, request: Request | None, size_bytes: int
) -> Record:
    """The record of a message of `size_bytes`, of which `frame` has at least the beginning."""
    return Record(
        number=frame.number,
        at=frame.at,
        kind="in",
        what=account.what,
        words=account.words,
        level=account.level,
        hub=frame.seen.hub,
        connection=frame.seen.connection_id,
        user=frame.seen.user_id,
        group=account.group,
        receivers=None if sending is None else sending.count,
        ids=() if sending is None else sending.ids,
        left_out=() if sending is None else sending.left_out,
        payload=requests.shown(request, frame.data[:KEPT_BYTES], size_bytes, frame.is_text),
    )


class FrameRefused(Struct, frozen=True):
    """A message that broke the protocol and ended its connection."""

    number: int
    at: float
    seen: Seen
    data: bytes
    size_bytes: int
    is_text: bool
    why: str
    code: int

    def record(self) -> Record:
        """Say what was wrong with it."""
        return Record(
            number=self.number,
            at=self.at,
            kind="in",
            what=f"{'text' if self.is_text else 'binary'} message, refused",
            words=f"It breaks the rules of its protocol: {self.why.rstrip('.')}. The connection is closed.",
            level=PROBLEM,
            hub=self.seen.hub,
            connection=self.seen.connection_id,
            user=self.seen.user_id,
            payload=requests.shown(None, self.data, self.size_bytes, self.is_text),
            status=self.code,
        )


class FrameOut(Struct, frozen=True):
    """A frame of the service's own to one client; with `data` that is not cut."""

    number: int
    at: float
    seen: Seen
    data: bytes

    def record(self) -> Record:
        """Read it, and say what it says."""
        said = downstream.read(self.data)
        return Record(
            number=self.number,
            at=self.at,
            kind="out",
            what=said.what,
            words=said.words,
            level=said.level,
            hub=self.seen.hub,
            connection=self.seen.connection_id,
            user=self.seen.user_id,
            payload=said.payload,
        )
