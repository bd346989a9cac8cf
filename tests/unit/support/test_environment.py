import os

import pytest

from tests.support import environment


@pytest.fixture(autouse=True)
def _dirty(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WEBPUBSUB_CONNECTION_STRING", "AZURE_CLIENT_SECRET", "STATE_DIR", "log_level", "https_proxy"):
        monkeypatch.setenv(name, "given")
    monkeypatch.setattr(environment, "service", {})


def test_settings_of_this_machine_are_removed() -> None:
    environment.clean()
    left = {name.upper() for name in os.environ}
    assert not left & {"WEBPUBSUB_CONNECTION_STRING", "AZURE_CLIENT_SECRET", "STATE_DIR", "LOG_LEVEL", "HTTPS_PROXY"}
    assert environment.service == {}


def test_service_is_kept_aside_only_with_the_switch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(environment.SERVICE_SWITCH, "azure")
    environment.clean()
    assert environment.service == {"WEBPUBSUB_CONNECTION_STRING": "given", "AZURE_CLIENT_SECRET": "given"}
    assert "WEBPUBSUB_CONNECTION_STRING" not in os.environ


def test_credentials_alone_name_no_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(environment.SERVICE_SWITCH, "azure")
    monkeypatch.setenv("WEBPUBSUB_CONNECTION_STRING", "")
    environment.clean()
    assert environment.service == {}


def test_the_tests_run_in_a_clean_environment() -> None:
    assert {"PATH"} <= os.environ.keys()
    assert environment.variables() > {"WEBPUBSUB_CONNECTION_STRING", "EMULATOR_ACCESS_KEY", "NEGOTIATE_URL"}
