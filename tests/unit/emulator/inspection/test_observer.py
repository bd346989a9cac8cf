"""What the trace says of what a client asked for: the answers to "why does it not get messages"."""

import json
from typing import Any

import pytest

from emulator.connection import Connection
from emulator.errors import Closes
from emulator.hub import Hub, Hubs
from emulator.inspection.excerpt import KEPT_BYTES
from emulator.inspection.record import NOTE, PROBLEM, Record
from emulator.permissions import Permissions
from tests.unit.emulator.doubles import connection, observer


class Scene:
    """A hub, and one client in it that is observed."""

    def __init__(self, *roles: str) -> None:
        self.hubs = Hubs()
        self.observer = observer(self.hubs)
        self.sender = self.member("sender")
        self.sender.session.permissions = Permissions(roles or ("webpubsub.sendToGroup", "webpubsub.joinLeaveGroup"))
        self.seen = self.observer.seen("h", self.sender)

    @property
    def hub(self) -> Hub:
        hub = self.hubs.get("h")
        assert hub is not None
        return hub

    def member(self, name: str, *groups: str, hub: str = "h") -> Connection:
        made = connection(name)
        joined = self.hubs.add(hub, made)
        for group in groups:
            joined.join(made, group)
        return made

    def say(self, **message: Any) -> Record:
        """What is recorded of a message of the client."""
        data = json.dumps(message).encode()
        actions = self.sender.session.received(data, True)
        self.observer.received(self.seen, self.hub, data, True, actions)
        return self.records()[-1]

    def send(self, group: str = "g", **more: Any) -> Record:
        return self.say(type="sendToGroup", group=group, dataType="text", data="x", **more)

    def records(self) -> list[Record]:
        return [entry.record() for entry in self.observer.trace.since(0)]


def test_a_publication_says_who_got_it() -> None:
    scene = Scene()
    scene.member("a", "g"), scene.member("b", "g")
    record = scene.send()
    assert (record.receivers, set(record.ids), record.words) == (2, {"a", "b"}, "2 receivers.")
    assert record.payload is not None
    assert '"data": "x"' in record.payload.text


def test_who_got_it_is_told_as_it_was_then() -> None:
    scene = Scene()
    first = scene.member("a", "g")
    scene.send()
    scene.hub.leave(first, "g")
    scene.member("b", "g")
    scene.send()
    assert [record.ids for record in scene.records()] == [("a",), ("b",)]


def test_of_many_receivers_the_number_is_exact() -> None:
    scene = Scene()
    for number in range(150):
        scene.member(f"m{number}", "g")
    record = scene.send()
    assert (record.receivers, len(record.ids)) == (150, 100)
    assert len(record.as_json()["receivers"]["first"]) == 10


def test_a_sender_with_no_echo_is_left_out_by_name() -> None:
    scene = Scene()
    scene.member("a", "g"), scene.hub.join(scene.sender, "g")
    record = scene.send(noEcho=True)
    assert (record.receivers, record.ids, record.left_out[0].connection) == (1, ("a",), "sender")
    assert "noEcho" in record.words


def test_a_sender_alone_with_no_echo_reaches_nobody() -> None:
    scene = Scene()
    scene.hub.join(scene.sender, "g")
    record = scene.send(noEcho=True)
    assert (record.receivers, record.level) == (0, NOTE)
    assert "the sender alone" in record.words


def test_nobody_in_the_group_is_said() -> None:
    record = Scene().send()
    assert (record.receivers, record.level) == (0, NOTE)
    assert "Nobody is in group 'g' of hub 'h'" in record.words


def test_another_spelling_of_the_group_is_pointed_out() -> None:
    scene = Scene()
    scene.member("a", "G")
    assert "There is a group 'G': names of groups have case." in scene.send().words


def test_another_hub_with_the_group_is_pointed_out() -> None:
    scene = Scene()
    scene.member("a", "g", hub="other")
    assert "Hub 'other' has members in a group of this name" in scene.send().words


def test_a_missing_role_is_named_where_the_client_is_told() -> None:
    record = Scene("webpubsub.joinLeaveGroup").send(ackId=1)
    assert (record.level, record.receivers) == (PROBLEM, None)
    assert "webpubsub.sendToGroup.g" in record.words


def test_a_missing_role_is_named_where_the_client_is_not_told() -> None:
    record = Scene("webpubsub.joinLeaveGroup").send()
    assert "not told, since there is no ackId" in record.words
    assert "webpubsub.sendToGroup.g" in record.words


def test_a_group_that_may_not_be_joined_is_named_with_its_role() -> None:
    record = Scene("webpubsub.sendToGroup").say(type="joinGroup", group="g", ackId=1)
    assert (record.level, record.group) == (PROBLEM, "g")
    assert "webpubsub.joinLeaveGroup.g" in record.words


def test_a_join_says_what_it_means() -> None:
    assert "now gets what is sent to group 'g'" in Scene().say(type="joinGroup", group="g").words


def test_a_repeated_ack_id_is_said_to_be_one() -> None:
    scene = Scene()
    scene.send(ackId=1)
    record = scene.send(ackId=1)
    assert (record.level, record.receivers) == (NOTE, None)
    assert "has succeeded before" in record.words


def test_a_large_message_is_kept_in_part_and_told_like_a_small_one() -> None:
    scene = Scene()
    scene.member("a", "g")
    record = scene.say(type="sendToGroup", group="g", dataType="text", data="x" * 100_000)
    assert (record.what, record.receivers) == ("sendToGroup g", 1)
    assert record.payload is not None
    assert (record.payload.is_cut, record.payload.size_bytes > 100_000) == (True, True)
    assert len(record.payload.text) <= KEPT_BYTES


def test_a_large_message_that_is_refused_says_why() -> None:
    record = Scene("none").say(type="sendToGroup", group="g", dataType="text", data="x" * 100_000)
    assert "webpubsub.sendToGroup.g" in record.words


def test_a_message_of_the_wrong_type_is_shown_with_what_is_wrong() -> None:
    scene = Scene()
    scene.observer.broke_off(scene.seen, b"\x00\x01", False, Closes.NOT_TEXT, Closes.NOT_TEXT.reason)
    record = scene.records()[-1]
    assert (record.status, record.level) == (1003, PROBLEM)
    assert record.payload is not None
    assert (record.payload.form, record.payload.text) == ("hex", "00 01")
    assert "requires text" in record.words


def test_a_slow_consumer_is_called_one() -> None:
    scene = Scene()
    scene.observer.closed(scene.seen, Closes.OUTBOUND_QUEUE_FULL)
    record = scene.records()[-1]
    assert (record.status, record.level) == (1008, PROBLEM)
    assert "slow consumer" in record.words


@pytest.mark.parametrize(("error", "level"), [(None, "info"), ("Forbidden", PROBLEM)])
def test_an_ack_says_how_it_went(error: str | None, level: str) -> None:
    scene = Scene(*([] if error is None else ["none"]))
    for action in scene.sender.session.received(b'{"type":"joinGroup","group":"g","ackId":7}', True):
        if hasattr(action, "frame"):
            scene.observer.sent(scene.seen, action.frame)
    record = scene.records()[-1]
    assert (record.kind, record.level) == ("out", level)
    assert record.what == ("ack 7" if error is None else "ack 7: Forbidden")


def test_without_frames_the_rest_is_kept() -> None:
    scene = Scene()
    scene.observer._keeps_frames = False
    data = b'{"type":"ping"}'
    scene.observer.received(scene.seen, scene.hub, data, True, [])
    scene.observer.closed(scene.seen, Closes.LOST)
    assert [record.what for record in scene.records()] == ["closed"]
    assert scene.seen.last_frame_at is not None
