from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from common.settings import problems
from negotiate_service.settings import EMULATOR, NegotiateSettings
from tests.unit.negotiate_service import conftest
from tests.unit.negotiate_service.conftest import AZURE, AZURE_KEY, settings


def problem_of(**given: Any) -> str:
    """What the operator reads when these settings are given."""
    with pytest.raises(ValidationError) as caught:
        NegotiateSettings(**given)
    return "\n".join(problems(NegotiateSettings, caught.value))


def test_with_nothing_set_the_emulator_of_this_machine_is_used() -> None:
    found = NegotiateSettings()
    assert (found.mode, found.endpoint) == ("emulator", "http://localhost:8080")
    assert (found.webpubsub_hub, found.stream_group) == ("stream", "stream")
    assert found.negotiate_host == "127.0.0.1"


def test_a_connection_string_is_azure_mode() -> None:
    found = settings(webpubsub_connection_string=AZURE)
    assert (found.mode, found.endpoint) == ("azure", "https://tailcast.webpubsub.azure.com")
    assert found.connection_string is not None
    assert found.connection_string.access_key == AZURE_KEY


@pytest.mark.parametrize("given", ["tailcast.webpubsub.azure.com", "https://tailcast.webpubsub.azure.com/"])
def test_an_endpoint_alone_is_azure_mode_with_entra_id(given: str) -> None:
    found = settings(webpubsub_endpoint=given)
    assert (found.mode, found.endpoint) == ("azure", "https://tailcast.webpubsub.azure.com")
    assert found.connection_string is None


def test_an_empty_variable_is_no_azure_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBPUBSUB_CONNECTION_STRING", "")
    monkeypatch.setenv("WEBPUBSUB_ENDPOINT", "")
    assert NegotiateSettings().mode == "emulator"


def test_the_emulators_connection_string_can_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "cs").write_text(conftest.EMULATOR + "\n")
    assert NegotiateSettings(emulator_connection_string_file=tmp_path / "cs").endpoint == "http://emulator:8080"


def test_azure_mode_needs_no_file_of_the_emulator(tmp_path: Path) -> None:
    found = NegotiateSettings(webpubsub_connection_string=AZURE, emulator_connection_string_file=tmp_path / "none")
    assert found.mode == "azure"


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"webpubsub_connection_string": "s3cret"}, "WEBPUBSUB_CONNECTION_STRING: part 1 of the connection string"),
        ({"emulator_connection_string": "s3cret"}, "EMULATOR_CONNECTION_STRING: part 1 of the connection string"),
        ({"emulator_connection_string": AZURE}, "put it into WEBPUBSUB_CONNECTION_STRING"),
        ({"webpubsub_endpoint": "http://a"}, "WEBPUBSUB_ENDPOINT: expected https://"),
        ({"webpubsub_connection_string": AZURE, "webpubsub_endpoint": "a"}, "both set"),
        ({"publisher_key": "s3cret", "publisher_key_file": "f"}, "PUBLISHER_KEY and PUBLISHER_KEY_FILE are both set"),
        ({"webpubsub_hub": "1st"}, "WEBPUBSUB_HUB: expected a letter"),
        ({"webpubsub_hub": "a/b"}, "WEBPUBSUB_HUB: expected a letter"),
        ({"webpubsub_hub": "a" * 129}, "WEBPUBSUB_HUB: expected a letter"),
        ({"stream_group": "  "}, "STREAM_GROUP: expected 1 to 1024"),
        ({"stream_group": "g" * 1025}, "STREAM_GROUP: expected 1 to 1024"),
        ({"public_url": "logs.example.com"}, "PUBLIC_URL: expected a URL"),
        ({"trusted_proxies": "10.0.0.0/99"}, "TRUSTED_PROXIES: '10.0.0.0/99' is no address"),
        ({"allowed_hosts": "http://a"}, "ALLOWED_HOSTS: 'http://a' does not parse"),
        ({"allowed_origins": "*"}, r"ALLOWED_ORIGINS: '*' is no origin"),
        ({"token_lifetime_minutes": 0}, "TOKEN_LIFETIME_MINUTES: "),
        ({"negotiate_port": 65536}, "NEGOTIATE_PORT: "),
        (
            {"emulator_connection_string_file": "/nowhere/cs"},
            "EMULATOR_CONNECTION_STRING_FILE: cannot read /nowhere/cs",
        ),
    ],
)
def test_a_wrong_setting_is_named_and_explained(given: dict[str, Any], problem: str) -> None:
    said = problem_of(**given)
    assert problem in said
    assert "s3cret" not in said
    assert AZURE_KEY not in said


def test_every_wrong_setting_is_told_at_once() -> None:
    said = problem_of(webpubsub_hub="1", stream_group="", allowed_origins="*")
    assert [line.split(":")[0] for line in said.splitlines()] == ["WEBPUBSUB_HUB", "STREAM_GROUP", "ALLOWED_ORIGINS"]


def test_a_malformed_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "cs").write_text("s3cret")
    said = problem_of(emulator_connection_string_file=tmp_path / "cs")
    assert said == (
        "EMULATOR_CONNECTION_STRING_FILE: part 1 of the connection string has no '='; expected "
        "Endpoint=https://NAME.webpubsub.azure.com;AccessKey=KEY;Version=1.0;"
    )


def test_the_tutorial_stays_away_from_azure() -> None:
    assert "NEGOTIATE_TUTORIAL_ANYWHERE=1" in problem_of(negotiate_tutorial=True, webpubsub_connection_string=AZURE)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"emulator_connection_string": conftest.EMULATOR},
        {"webpubsub_connection_string": "Endpoint=http://localhost:8888;AccessKey=K"},
        {"webpubsub_connection_string": AZURE, "negotiate_tutorial_anywhere": True},
    ],
)
def test_the_tutorial_is_allowed_at_home_and_where_insisted(given: dict[str, Any]) -> None:
    assert NegotiateSettings(negotiate_tutorial=True, **given).negotiate_tutorial


@pytest.mark.parametrize(
    ("given", "origin"),
    [
        ({}, None),
        ({"public_url": "https://logs.example.com/tail"}, "wss://logs.example.com"),
        ({"webpubsub_connection_string": AZURE}, "wss://tailcast.webpubsub.azure.com"),
        ({"webpubsub_endpoint": "pubsub.example.com"}, "wss://pubsub.example.com"),
        ({"webpubsub_connection_string": "Endpoint=http://localhost:8888;AccessKey=K"}, "ws://localhost:8888"),
    ],
)
def test_the_page_is_told_where_it_may_connect(given: dict[str, Any], origin: str | None) -> None:
    assert NegotiateSettings(**given).connect_origin == origin


@pytest.mark.parametrize(
    ("origin", "ours"),
    [
        ("http://localhost:8080", True),
        ("http://[::1]:3000", True),
        ("https://logs.example.com", True),
        ("https://status.example.com", True),
        ("https://public.example.com", True),
        ("http://public.example.com", False),
        ("https://evil.example", False),
        ("null", False),
        ("file://", False),
    ],
)
def test_a_page_is_ours_if_its_origin_was_named_or_is_loopback(origin: str, ours: bool) -> None:
    found = settings(
        allowed_hosts="logs.example.com",
        allowed_origins="https://status.example.com",
        public_url="https://public.example.com/logs",
    )
    assert found.is_own_origin(origin) is ours


@pytest.mark.parametrize(
    ("host", "ours"),
    [("localhost:1", True), ("logs.example.com", True), ("evil.example", False), ("", False), ("a b", False)],
)
def test_a_host_is_ours_if_it_was_named_or_is_loopback(host: str, ours: bool) -> None:
    assert settings(allowed_hosts="logs.example.com").is_own_host(host) is ours


def test_no_secret_is_in_the_repr(tmp_path: Path) -> None:
    shown = repr(settings(webpubsub_connection_string=AZURE))
    assert AZURE_KEY not in shown
    assert conftest.KEY not in shown
    assert conftest.EMULATOR_KEY not in shown


def test_the_default_is_the_emulators_public_one() -> None:
    assert EMULATOR == (
        "Endpoint=http://localhost:8080;AccessKey=ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGH;Version=1.0;"
    )
