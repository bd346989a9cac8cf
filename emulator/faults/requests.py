"""What faults do to the requests of clients: lose them, fail them, lose or delay their acks.

Asked only while a fault waits for requests.
"""

from collections.abc import Mapping
from functools import partial

from emulator.faults.fault import Point
from emulator.faults.injector import Injector, Victim, subject_of
from emulator.faults.kinds import Delay, FailRequests, LoseAcks, LoseRequests
from emulator.faults.rules import Rule, Subject
from emulator.messages import Ack, Action, Event, JoinGroup, LeaveGroup, Request, SendToGroup, StreamStart

_KINDS: Mapping[type[Request], str] = {
    JoinGroup: "joinGroup",
    LeaveGroup: "leaveGroup",
    SendToGroup: "sendToGroup",
    StreamStart: "stream",
}


def received(faults: Injector, victim: Victim, data: bytes, is_text: bool) -> list[Action]:
    """What a message of a client demands, as the faults in force will have it.

    Raises:
        ConnectionClosedError: the message breaks the protocol.
    """
    session = victim.connection.session
    request = session.decoded(data, is_text)
    kind = _kind(request)
    if kind is None:  # pings, sequence acks, parts of streams: they ask for nothing
        return session.requested(request)
    subject = _subject(victim, request, kind)
    rule = faults.apply(Point.REQUEST, (LoseRequests, FailRequests), subject)
    if rule is not None:
        faults.note(rule, connection_id=subject.connection_id, hub=victim.hub, request=kind)
        if isinstance(rule.fault, LoseRequests):
            faults.follow(rule, subject)  # at once: nothing that is behind it comes through before
            return []
        faults.later(0, partial(faults.follow, rule, subject))
        return session.failed(request)
    ack_id = getattr(request, "ack_id", None)
    if ack_id is not None and (rule := faults.apply(Point.ACK, (LoseAcks, Delay), subject)) is not None:
        victim.ack_faults = [*victim.ack_faults, (ack_id, rule)]
    return session.requested(request)


def withholds(faults: Injector, victim: Victim, ack: Ack) -> bool:
    """Whether an ack is not to be sent now; a delayed one is sent later."""
    rule = next((rule for ack_id, rule in victim.ack_faults if ack_id == ack.ack_id), None)
    if rule is None:
        return False
    victim.ack_faults = [one for one in victim.ack_faults if one != (ack.ack_id, rule)]
    subject = subject_of(victim)
    faults.note(rule, connection_id=subject.connection_id, hub=victim.hub, ack_id=ack.ack_id)
    if isinstance(rule.fault, Delay):
        faults.later(rule.fault.by, partial(_send, faults, victim, ack, rule))
    else:
        faults.follow(rule, subject)
    return True


def _send(faults: Injector, victim: Victim, ack: Ack, rule: Rule) -> None:
    victim.post(ack.frame)
    faults.later(0, partial(faults.follow, rule, subject_of(victim)))


def _kind(request: Request) -> str | None:
    if isinstance(request, Event):
        return "event" if request.invocation_id is None else "invoke"
    return _KINDS.get(type(request))


def _subject(victim: Victim, request: Request, kind: str) -> Subject:
    """A request is in the group that it is for; one that is for none, in those of its connection."""
    connection, group = victim.connection, getattr(request, "group", None)
    groups = connection.groups if group is None else (group,)
    return Subject(victim.hub, connection.connection_id, connection.user_id, groups, kind)
