"""The headers of an event."""

import re

import pytest

from emulator.upstream import cloud_events, events
from emulator.upstream.cloud_events import Caller, Occasion
from emulator.upstream.errors import DeliveryError
from emulator.upstream.events import UpstreamEvent
from tests.unit.emulator.tokens import KEY

CALLER = Caller("chat", "conn-1", "alice", "json.webpubsub.azure.v1", "state")


def headers(caller: Caller = CALLER, event: UpstreamEvent | None = None) -> dict[str, str]:
    occasion = Occasion(3, 1_800_000_000.9, "guid")
    return cloud_events.headers(caller, event or events.connected(), occasion, origin="localhost", key=KEY.encode())


def test_all_attributes_are_there() -> None:
    assert headers() == {
        "ce-specversion": "1.0",
        "ce-awpsversion": "1.0",
        "ce-type": "azure.webpubsub.sys.connected",
        "ce-source": "/hubs/chat/client/conn-1",
        "ce-id": "3",
        "ce-time": "2027-01-15T08:00:00Z",
        "ce-signature": "sha256=261f7f58ff9fb9bb8be7e4951a807fe6091e5c074885bf63b865eccd28728881",
        "ce-connectionId": "conn-1",
        "ce-hub": "chat",
        "ce-eventName": "connected",
        "ce-userId": "alice",
        "ce-subprotocol": "json.webpubsub.azure.v1",
        "ce-connectionState": "state",
        "WebHook-Request-Origin": "localhost",
        "x-ms-client-request-id": "guid",
        "Content-Type": "application/json; charset=utf-8",
    }


def test_what_is_not_known_is_not_there() -> None:
    assert {"ce-userId", "ce-subprotocol", "ce-connectionState"}.isdisjoint(headers(Caller("chat", "c", "", None, "")))


def test_metadata_keys_lose_their_case_and_the_last_of_two_counts() -> None:
    event = UpstreamEvent("e", False, "text/plain", b"", {"K": "1", "k": "2", "a": ""})
    found = {name: value for name, value in headers(event=event).items() if "metadata" in name}
    assert found == {"x-webpubsub-metadata-k": "2", "x-webpubsub-metadata-a": ""}


@pytest.mark.parametrize("user_id", ["a\r\nX-Evil: 1", "a\x00", "a\x7f", "\ud800"])
def test_no_value_can_break_out_of_its_header(user_id: str) -> None:
    with pytest.raises(DeliveryError, match=re.escape("ce-userId")) as caught:
        headers(Caller("chat", "c", user_id))
    assert "Evil" not in str(caught.value)


def test_user_ids_may_be_in_any_script() -> None:
    assert headers(Caller("chat", "c", "älice 王\t"))["ce-userId"] == "älice 王\t"
