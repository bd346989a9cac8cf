"""What event handlers are told."""

import json

import pytest

from emulator.messages import Event
from emulator.payload import DataType, Payload
from emulator.upstream import events
from emulator.upstream.events import ConnectFacts


def test_connect_gathers_what_the_client_says_in_lists() -> None:
    facts = ConnectFacts(
        {"sub": ("a",)},
        query=(("a", "1"), ("A", "2"), ("ACCESS_TOKEN", "secret")),
        headers=(("X-A", "1"), ("authorization", "Bearer secret"), ("x-a", "2")),
        subprotocols=("foo",),
    )
    event = events.connect(facts)
    assert (event.type, event.is_system) == ("azure.webpubsub.sys.connect", True)
    assert json.loads(event.body) == {
        "claims": {"sub": ["a"]},
        "query": {"a": ["1", "2"]},
        "headers": {"X-A": ["1", "2"]},
        "subprotocols": ["foo"],
        "clientCertificates": [],
    }


def test_what_is_no_text_is_replaced() -> None:
    broken = "a\udcffb"
    facts = ConnectFacts({broken: (broken,)}, ((broken, broken),), ((broken, broken),), (broken,))
    body = json.loads(events.connect(facts).body)
    expected = {"a\ufffdb": ["a\ufffdb"]}
    assert (body["claims"], body["query"], body["headers"]) == (expected, expected, expected)
    assert body["subprotocols"] == ["a\ufffdb"]
    assert json.loads(events.disconnected(broken).body) == {"reason": "a\ufffdb"}
    assert json.loads(events.disconnected("😀").body) == {"reason": "😀"}


def test_connected_and_disconnected_are_json() -> None:
    assert events.connected().body == b"{}"
    assert json.loads(events.disconnected('by "me"').body) == {"reason": 'by "me"'}


@pytest.mark.parametrize(
    ("data_type", "content_type"),
    [
        (DataType.JSON, "application/json; charset=utf-8"),
        (DataType.TEXT, "text/plain; charset=utf-8"),
        (DataType.BINARY, "application/octet-stream"),
    ],
)
def test_a_user_event_is_its_payload(data_type: DataType, content_type: str) -> None:
    event = events.user(Event("e", Payload.of(data_type, b"1"), metadata={"k": "v"}))
    assert (event.type, event.is_system, event.metadata) == ("azure.webpubsub.user.e", False, {"k": "v"})
    assert (event.content_type, event.body) == (content_type, b"1")


def test_every_type_of_data_can_be_told() -> None:
    assert set(events._CONTENT_TYPES) == set(DataType)
