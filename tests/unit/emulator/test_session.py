"""The protocol of a PubSub connection."""

import json
from typing import Any

import pytest

from emulator.errors import ConnectionClosedError
from emulator.messages import Action, Join, Leave, Publish, RaiseEvent, Reply
from emulator.permissions import Permissions
from emulator.protocols.json import JSON
from emulator.session import REMEMBERED_ACK_IDS, AckMemory, PubSubSession

ALL = ("webpubsub.joinLeaveGroup", "webpubsub.sendToGroup")


def session(*roles: str, user_id: str | None = None) -> PubSubSession:
    return PubSubSession(JSON, "c1", user_id, Permissions(roles))


def ask(session: PubSubSession, **request: Any) -> list[Action]:
    return session.received(json.dumps(request).encode(), is_text=True)


def read(action: Action) -> dict[str, Any]:
    assert isinstance(action, Reply)
    start = 2 if action.frame[1] < 126 else 4
    frame: dict[str, Any] = json.loads(action.frame[start:])
    return frame


def test_the_first_thing_is_one_connected_message() -> None:
    (reply,) = session(user_id="alice").opened()
    assert read(reply) == {"type": "system", "event": "connected", "userId": "alice", "connectionId": "c1"}


def test_a_permitted_join_is_done_then_acknowledged() -> None:
    join, ack = ask(session(*ALL), type="joinGroup", group="g", ackId=1)
    assert join == Join("g")
    assert read(ack) == {"type": "ack", "ackId": 1, "success": True}


def test_without_an_ack_id_there_is_no_ack() -> None:
    assert ask(session(*ALL), type="leaveGroup", group="g") == [Leave("g")]


@pytest.mark.parametrize(
    ("request_", "action"),
    [
        ({"type": "joinGroup"}, "join group"),
        ({"type": "leaveGroup"}, "leave group"),
        ({"type": "sendToGroup", "data": 1}, "send to group"),
    ],
)
def test_without_the_role_nothing_is_done_and_only_an_ack_tells(request_: dict[str, Any], action: str) -> None:
    (ack,) = ask(session(), group="g", ackId=1, **request_)
    assert read(ack)["error"] == {
        "name": "Forbidden",
        "message": f"The client does not have permission to {action} 'g'.",
    }
    assert ask(session(), group="g", **request_) == []


def test_a_publication_names_its_sender_and_says_whether_to_echo() -> None:
    publish, _ack = ask(
        session(*ALL, user_id="alice"),
        type="sendToGroup",
        group="g",
        data="x",
        noEcho=True,
        ackId=2,
        metadata={"k": "v"},
    )
    assert isinstance(publish, Publish)
    assert publish.no_echo
    assert (publish.message.group, publish.message.from_user_id) == ("g", "alice")
    assert publish.message.metadata == {"k": "v"}


def test_an_ack_id_that_succeeded_is_a_duplicate_whatever_asks_with_it_again() -> None:
    one = session(*ALL)
    ask(one, type="joinGroup", group="g", ackId=5)
    (ack,) = ask(one, type="sendToGroup", group="g", data=1, ackId=5)
    assert read(ack) == {
        "type": "ack",
        "ackId": 5,
        "success": False,
        "error": {"name": "Duplicate", "message": "Message with ack-id: 5 has been processed"},
    }


def test_an_ack_id_that_failed_may_be_tried_again() -> None:
    one = session()
    ask(one, type="joinGroup", group="g", ackId=6)
    one._permissions.join_leave.grant("g")
    assert ask(one, type="joinGroup", group="g", ackId=6)[0] == Join("g")


def test_a_duplicate_is_found_before_the_permission_is_checked() -> None:
    one = session(*ALL)
    ask(one, type="joinGroup", group="g", ackId=1)
    one._permissions.join_leave.revoke("g")
    (ack,) = ask(one, type="joinGroup", group="g", ackId=1)
    assert read(ack)["error"]["name"] == "Duplicate"


def test_the_oldest_ack_id_is_forgotten_after_a_thousand_more() -> None:
    one = session(*ALL)
    for ack_id in range(REMEMBERED_ACK_IDS + 1):
        ask(one, type="joinGroup", group="g", ackId=ack_id)
    assert ask(one, type="joinGroup", group="g", ackId=0)[0] == Join("g")
    assert read(ask(one, type="joinGroup", group="g", ackId=2)[0])["error"]["name"] == "Duplicate"


def test_memory_keeps_exactly_the_newest() -> None:
    memory = AckMemory(2)
    for ack_id in (1, 2, 3):
        memory.add(ack_id)
    assert [ack_id in memory for ack_id in (1, 2, 3)] == [False, True, True]


def test_an_event_needs_no_role_and_is_raised() -> None:
    (action,) = ask(session(), type="event", event="e", data=1, ackId=1)
    assert isinstance(action, RaiseEvent)
    assert action.event.name == "e"


def test_a_failed_event_is_told_by_its_ack_and_may_be_tried_again() -> None:
    one = session()
    (action,) = ask(one, type="event", event="e", data=1, ackId=4)
    assert isinstance(action, RaiseEvent)
    (ack,) = one.event_failed(action.event)
    assert read(ack)["error"]["name"] == "InternalServerError"
    assert isinstance(ask(one, type="event", event="e", data=1, ackId=4)[0], RaiseEvent)


def test_a_failed_event_without_ack_id_is_silent() -> None:
    one = session()
    (action,) = ask(one, type="event", event="e", data=1)
    assert isinstance(action, RaiseEvent)
    assert one.event_failed(action.event) == []


def test_ping_gets_pong_and_a_sequence_ack_gets_nothing() -> None:
    assert read(ask(session(), type="ping")[0]) == {"type": "pong"}
    assert ask(session(), type="sequenceAck", sequenceId=1) == []


def test_a_broken_message_ends_the_connection() -> None:
    with pytest.raises(ConnectionClosedError):
        session().received(b"hello", is_text=True)
