"""The fixture for other people's tests, used as they would, with the published SDK."""

import json

import pytest
from azure.messaging.webpubsubservice import WebPubSubServiceClient
from pydantic import ValidationError
from websockets.sync.client import connect

from emulator.errors import ConfigurationError
from emulator.in_thread import RunningEmulator, emulator_in_thread
from emulator.pytest_plugin import webpubsub_emulator

__all__ = ["webpubsub_emulator"]


def test_synchronous_test_publishes_and_receives(webpubsub_emulator: RunningEmulator) -> None:
    service = WebPubSubServiceClient.from_connection_string(webpubsub_emulator.connection_string, hub="chat")
    url = service.get_client_access_token(groups=["g"])["url"]
    with connect(url, subprotocols=["json.webpubsub.azure.v1"]) as client:  # type: ignore[list-item]
        assert json.loads(client.recv(10))["event"] == "connected"
        service.send_to_group("g", "hi", content_type="text/plain")
        assert json.loads(client.recv(10))["data"] == "hi"


def test_each_has_its_own_connections(webpubsub_emulator: RunningEmulator) -> None:
    with emulator_in_thread() as other:
        assert other.endpoint != webpubsub_emulator.endpoint
        here, there = (
            WebPubSubServiceClient.from_connection_string(running.connection_string, hub="chat")
            for running in (webpubsub_emulator, other)
        )
        with connect(here.get_client_access_token(groups=["g"])["url"]):
            assert here.group_exists("g")
            assert not there.group_exists("g")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EMULATOR_ACCESS_KEY", "short"),
        ("EMULATOR_HUBS", "{"),
        ("WebPubSub__Hubs__chat__EventHandlers", "nonsense"),
    ],
)
def test_what_the_environment_says_of_other_emulators_does_not_count(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with emulator_in_thread() as running:
        service = WebPubSubServiceClient.from_connection_string(running.connection_string, hub="chat")
        assert not service.group_exists("g")


def test_a_setting_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValidationError, match="recovery_windw"), emulator_in_thread(recovery_windw=1.0):
        pass


def test_the_key_is_not_in_the_repr(webpubsub_emulator: RunningEmulator) -> None:
    assert webpubsub_emulator.access_key not in repr(webpubsub_emulator)


def test_wrong_settings_are_raised_where_it_is_started() -> None:
    with pytest.raises(ConfigurationError, match="public default"), emulator_in_thread(host="0.0.0.0"):
        pass
