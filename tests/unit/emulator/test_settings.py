"""The settings' own checks, and what the command line makes of them."""

import pytest
from pydantic import SecretStr, ValidationError

from common.settings import load
from emulator.settings import EmulatorSettings


def test_the_defaults_listen_on_loopback() -> None:
    settings = EmulatorSettings()
    assert (settings.host, settings.port, settings.access_key) == ("127.0.0.1", 8080, None)


def test_the_command_line_names_host_and_port() -> None:
    settings = load(EmulatorSettings, ["--host", "::1", "--port", "0"], "emulator")
    assert (settings.host, settings.port) == ("::1", 0)


def test_public_endpoints_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMULATOR_PUBLIC_ENDPOINTS", "https://a.example , http://b:8080/x,")
    assert EmulatorSettings().public_endpoints == ("https://a.example", "http://b:8080/x")


@pytest.mark.parametrize("url", ["localhost:8080", "ws://localhost", "http://", "http://a;b", "ftp://a"])
def test_an_endpoint_is_an_http_url(url: str) -> None:
    for field in ({"endpoint": url}, {"public_endpoints": url}):
        with pytest.raises(ValidationError, match="expected http://host:port"):
            EmulatorSettings.model_validate(field)


def test_an_endpoint_loses_its_trailing_slash() -> None:
    assert EmulatorSettings(endpoint="http://emulator:8080/").endpoint == "http://emulator:8080"


@pytest.mark.parametrize("seconds", [0, 121])
def test_pings_are_sent_every_1_to_120_seconds(seconds: float) -> None:
    with pytest.raises(ValidationError):
        EmulatorSettings(keep_alive_interval=seconds)


def test_delays_before_repetitions_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    assert EmulatorSettings().handler_retry_delays == (1, 3, 5)
    monkeypatch.setenv("EMULATOR_HANDLER_RETRY_DELAYS", "0, 0.5")
    assert EmulatorSettings().handler_retry_delays == (0, 0.5)


@pytest.mark.parametrize("delays", ["-1", "1,601", "x"])
def test_delays_are_seconds(delays: str) -> None:
    with pytest.raises(ValidationError):
        EmulatorSettings.model_validate({"handler_retry_delays": delays})


def test_variables_of_microsofts_emulator_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WebPubSub__Hubs__chat__AnonymousConnectPolicy", "allow")
    assert EmulatorSettings().foreign_variables == {"WebPubSub__Hubs__chat__AnonymousConnectPolicy": "allow"}


def test_secrets_do_not_show_in_a_repr() -> None:
    settings = EmulatorSettings(
        access_key=SecretStr("k3y"), unused_in_favour_of=SecretStr("Endpoint=s3cret"), hubs="c0de"
    )
    assert "c0de" not in repr(settings)
    assert "k3y" not in repr(settings)
    assert "s3cret" not in repr(settings)
