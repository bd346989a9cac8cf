"""The protocol of a PubSub connection."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.errors import ConnectionClosedError
from emulator.messages import Acknowledge, Action, Event, Join, Leave, Message, Publish, RaiseEvent, Reply, Respond
from emulator.payload import DataType, Payload
from emulator.permissions import Permissions
from emulator.protocols.json import JSON, RELIABLE_JSON
from emulator.session import REMEMBERED_ACK_IDS, AckMemory, PubSubSession
from tests.unit.emulator.doubles import ManualClock

ALL = ("webpubsub.joinLeaveGroup", "webpubsub.sendToGroup")


def session(*roles: str, user_id: str | None = None) -> PubSubSession:
    return PubSubSession(JSON, "c1", user_id, Permissions(roles), ManualClock().now)


def ask(session: PubSubSession, **request: Any) -> list[Action]:
    return session.received(json.dumps(request).encode(), is_text=True)


def read(action: Action) -> dict[str, Any]:
    assert isinstance(action, Reply)
    start = 2 if action.frame[1] < 126 else 4
    frame: dict[str, Any] = json.loads(action.frame[start:])
    return frame


def test_the_first_thing_is_one_connected_message() -> None:
    (reply,) = session(user_id="alice").opened(None)
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
    one.permissions.join_leave.grant("g")
    assert ask(one, type="joinGroup", group="g", ackId=6)[0] == Join("g")


def test_a_duplicate_is_found_before_the_permission_is_checked() -> None:
    one = session(*ALL)
    ask(one, type="joinGroup", group="g", ackId=1)
    one.permissions.join_leave.revoke("g")
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


def raised(session: PubSubSession, ack_id: int | None = 4) -> Event:
    (action,) = ask(session, type="event", event="e", data=1, ackId=ack_id)
    assert isinstance(action, RaiseEvent)
    return action.event


def test_the_answer_to_an_event_comes_before_its_ack() -> None:
    one, reply = session(), Message(Payload.of(DataType.TEXT, b"x"))
    respond, ack = one.event_succeeded(raised(one), reply)
    assert respond == Respond(reply)
    assert read(ack) == {"type": "ack", "ackId": 4, "success": True}
    assert one.event_succeeded(raised(one, None), None) == []


def test_an_event_that_succeeded_is_not_raised_again() -> None:
    one = session()
    one.event_succeeded(raised(one), None)
    (ack,) = ask(one, type="event", event="e", data=1, ackId=4)
    assert read(ack)["error"]["name"] == "Duplicate"


def test_what_repeats_the_id_of_an_event_under_way_waits_for_its_answer() -> None:
    one = session(*ALL)
    event = raised(one)
    assert ask(one, type="event", event="e", data=1, ackId=4) == []
    assert ask(one, type="joinGroup", group="g", ackId=4) == []
    acks = [read(action) for action in one.event_succeeded(event, None)]
    assert [ack.get("error", {}).get("name") for ack in acks] == [None, "Duplicate", "Duplicate"]


def test_repetitions_of_an_event_that_fails_fail_with_it() -> None:
    one = session()
    event = raised(one)
    ask(one, type="event", event="e", data=1, ackId=4)
    acks = [read(action) for action in one.event_failed(event)]
    assert [ack["error"]["name"] for ack in acks] == ["InternalServerError"] * 2


def test_a_failed_event_without_ack_id_is_silent() -> None:
    one = session()
    (action,) = ask(one, type="event", event="e", data=1)
    assert isinstance(action, RaiseEvent)
    assert one.event_failed(action.event) == []


def test_a_reliable_client_is_greeted_with_its_token_and_releases_what_it_has() -> None:
    one = PubSubSession(RELIABLE_JSON, "c1", None, Permissions(), ManualClock().now)
    assert read(one.opened("token")[0])["reconnectionToken"] == "token"
    assert ask(one, type="sequenceAck", sequenceId=5) == [Acknowledge(5)]


def test_a_recovered_client_is_greeted_only_where_that_is_asked_for() -> None:
    one = PubSubSession(RELIABLE_JSON, "c1", None, Permissions(), ManualClock().now)
    assert one.recovered("token", announces=False) == []
    assert read(one.recovered("token", announces=True)[0])["reconnectionToken"] == "token"


def test_a_recovered_client_with_an_open_stream_is_always_greeted_since_it_waits_for_it() -> None:
    one = session(*ALL)
    ask(one, type="sendToGroup", group="g", stream={"streamId": "s"})
    assert read(one.recovered("token", announces=False)[0])["event"] == "connected"
    ask(one, type="streamEnd", streamId="s")
    assert one.recovered("token", announces=False) == []


def test_an_ack_id_of_a_stream_counts_with_all_others() -> None:
    one = session(*ALL)
    ask(one, type="joinGroup", group="g", ackId=1)
    (ack,) = ask(one, type="sendToGroup", group="g", stream={"streamId": "s"}, ackId=1)
    assert read(ack)["error"]["name"] == "Duplicate"
    (closed,) = ask(one, type="streamEnd", streamId="s")
    assert read(closed)["error"]["name"] == "StreamNotFound"


def invoked(session: PubSubSession, invocation_id: str = "i") -> Event:
    (action,) = ask(session, type="invoke", invocationId=invocation_id, target="event", event="e")
    assert isinstance(action, RaiseEvent)
    return action.event


def test_the_answer_to_an_invocation_is_its_result_and_no_message() -> None:
    one = session()
    (response,) = one.event_succeeded(invoked(one), Message(Payload.of(DataType.TEXT, b"x")))
    assert read(response) == {
        "type": "invokeResponse",
        "invocationId": "i",
        "success": True,
        "dataType": "text",
        "data": "x",
    }
    (response,) = one.event_failed(invoked(one))
    assert (read(response)["success"], read(response)["error"]["name"]) == (False, "InternalServerError")


def test_a_cancelled_invocation_is_not_answered_also_if_its_id_is_used_again() -> None:
    one = session()
    first = invoked(one)
    assert ask(one, type="cancelInvocation", invocationId="i") == []
    second = invoked(one)
    assert one.event_succeeded(first, None) == []
    assert len(one.event_succeeded(second, None)) == 1
    assert one.event_failed(second) == []


def test_an_invocation_that_is_repeated_while_it_is_under_way_is_answered_once() -> None:
    one = session()
    event = invoked(one)
    assert ask(one, type="invoke", invocationId="i", target="event", event="e") == []
    assert len(one.event_succeeded(event, None)) == 1


def test_ping_gets_pong_and_a_sequence_ack_gets_nothing() -> None:
    assert read(ask(session(), type="ping")[0]) == {"type": "pong"}
    assert ask(session(), type="sequenceAck", sequenceId=1) == []


KINDS = ["joinGroup", "leaveGroup", "sendToGroup", "event", "ping", "sequenceAck", "invoke", "cancelInvocation"]
KINDS += ["streamData", "streamEnd", "setGroupState", "other"]
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 3),
    st.sampled_from(["", "s", "g", "e", "text", "json", "binary", "event", "AQI="]),
    st.just({"streamId": "s"}),
    st.just({"k": "v"}),
)
NAMES = ["group", "data", "dataType", "ackId", "noEcho", "ttlSeconds", "metadata", "stream", "event", "sequenceId"]
NAMES += ["invocationId", "target", "streamId", "streamSequenceId", "error"]
FRAMES = st.dictionaries(st.sampled_from(NAMES), VALUES).flatmap(
    lambda fields: st.sampled_from(KINDS).map(lambda kind: {"type": kind, **fields})
)


@given(st.lists(st.one_of(FRAMES, st.integers(0, 400)), max_size=30))
def test_any_frames_are_answered_or_end_the_connection(steps: list[dict[str, Any] | int]) -> None:
    clock = ManualClock()
    one = PubSubSession(RELIABLE_JSON, "c1", None, Permissions(["webpubsub.sendToGroup"]), clock.now)
    raised: list[Event] = []
    for step in steps:
        if isinstance(step, int):
            clock.advance(step)
            actions = one.tick()
            actions += [action for event in raised for action in one.event_failed(event)]
            raised.clear()
        else:
            with suppress(ConnectionClosedError):
                actions = ask(one, **step)
                raised += [action.event for action in actions if isinstance(action, RaiseEvent)]
                assert sum(read(action).get("type") == "ack" for action in actions if isinstance(action, Reply)) <= 1
    assert all(isinstance(action, Publish) for action in one.ended())
    assert one.ended() == []


def test_a_broken_message_ends_the_connection() -> None:
    with pytest.raises(ConnectionClosedError):
        session().received(b"hello", is_text=True)
