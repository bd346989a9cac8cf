"""The protocol of simple clients."""

from typing import Any

import pytest

from emulator.errors import Closes, ConnectionClosedError
from emulator.messages import CloseConnection, Event, Message, Publish, RaiseEvent, Respond
from emulator.payload import DataType, Payload
from emulator.permissions import Permissions
from emulator.raw_session import RawMode, RawSession

SEND = Permissions(["webpubsub.sendToGroup.g"])


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"webpubsub_mode": ""},
        {"webpubsub_mode": "SENDEVENT"},
        {"webpubsub_mode": "sendEvent", "group": " ", "noecho": "maybe"},
    ],
)
def test_messages_are_events_by_default_and_group_and_no_echo_are_ignored(query: dict[str, str]) -> None:
    assert RawMode.from_query(query) == RawMode()


@pytest.mark.parametrize(("no_echo", "expected"), [({}, False), ({"noecho": ""}, False), ({"noecho": "TRUE"}, True)])
def test_messages_are_publications_in_the_other_mode(no_echo: dict[str, str], expected: bool) -> None:
    assert RawMode.from_query({"webpubsub_mode": "SendToGroup", "group": "g", **no_echo}) == RawMode("g", expected)


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"webpubsub_mode": "other"}, "webpubsub_mode"),
        ({"webpubsub_mode": "sendToGroup"}, "group"),
        ({"webpubsub_mode": "sendToGroup", "group": "  "}, "group"),
        ({"webpubsub_mode": "sendToGroup", "group": "g", "noecho": "maybe"}, "noEcho"),
    ],
)
def test_other_modes_invalid_groups_and_no_booleans_are_refused(query: dict[str, str], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        RawMode.from_query(query)


@pytest.mark.parametrize(("is_text", "data_type"), [(True, DataType.TEXT), (False, DataType.BINARY)])
def test_a_message_is_the_event_named_message(is_text: bool, data_type: DataType) -> None:
    (action,) = RawSession(RawMode(), None, Permissions()).received(b"hi", is_text)
    assert isinstance(action, RaiseEvent)
    assert (action.event.name, action.event.payload.data_type) == ("message", data_type)
    assert action.event.payload.content == b"hi"


def test_a_failed_event_ends_the_connection_with_1011() -> None:
    session = RawSession(RawMode(), None, Permissions())
    (raised,) = session.received(b"hi", is_text=True)
    assert isinstance(raised, RaiseEvent)
    assert session.event_failed(raised.event) == [CloseConnection(Closes.RAW_EVENT_FAILED)]


def test_all_that_a_simple_client_gets_of_an_event_is_the_answer() -> None:
    session, reply = RawSession(RawMode(), None, Permissions()), Message(Payload.of(DataType.TEXT, b"x"))
    event = Event("message", reply.payload)
    assert session.event_succeeded(event, reply) == [Respond(reply)]
    assert session.event_succeeded(event, None) == []


def test_a_message_is_published_with_its_sender() -> None:
    (action,) = RawSession(RawMode("g", no_echo=True), "bob", SEND).received(b"hi", is_text=True)
    assert isinstance(action, Publish)
    assert (action.message.group, action.message.from_user_id, action.no_echo) == ("g", "bob", True)


@pytest.mark.parametrize(
    ("mode", "data", "close"),
    [
        (RawMode("other"), b"hi", Closes.RAW_SEND_FORBIDDEN),
        (RawMode("g"), b"\xff", Closes.INVALID_TEXT),
        (RawMode(), b"\xff", Closes.INVALID_TEXT),
    ],
)
def test_a_missing_role_or_broken_text_ends_the_connection(mode: RawMode, data: bytes, close: Any) -> None:
    with pytest.raises(ConnectionClosedError) as caught:
        RawSession(mode, None, SEND).received(data, is_text=True)
    assert caught.value.close == close


def test_nothing_is_said_first() -> None:
    assert RawSession(RawMode(), None, Permissions()).opened(None) == []
