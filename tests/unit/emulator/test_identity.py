"""The access key, the endpoint, and the connection string made of them."""

import stat
from pathlib import Path
from typing import Any

import pytest

from emulator import identity
from emulator.errors import ConfigurationError
from emulator.settings import EmulatorSettings

KEY = "k" * 40


def settings(**given: Any) -> EmulatorSettings:
    return EmulatorSettings.model_validate(given)


def test_without_a_key_the_public_default_is_used_on_loopback() -> None:
    assert identity.access_key(settings()) == identity.DEFAULT_KEY


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "myhost", ""])
def test_the_default_key_is_refused_where_others_can_reach_it(host: str, tmp_path: Path) -> None:
    copy = tmp_path / "key"
    copy.write_text(identity.DEFAULT_KEY)
    for key in ({}, {"access_key": identity.DEFAULT_KEY}, {"access_key_file": copy}):
        with pytest.raises(ConfigurationError, match="EMULATOR_ACCESS_KEY_FILE"):
            identity.access_key(settings(host=host, **key))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost", "LOCALHOST"])
def test_loopback_may_have_the_default_key(host: str) -> None:
    assert identity.is_loopback(host)


def test_any_other_key_may_listen_anywhere() -> None:
    assert identity.access_key(settings(host="0.0.0.0", access_key=KEY)) == KEY


def test_a_key_file_that_is_not_there_is_made_once_with_a_random_key(tmp_path: Path) -> None:
    path = tmp_path / "made" / "key"
    key = identity.access_key(settings(host="0.0.0.0", access_key_file=path))
    assert key == identity.access_key(settings(host="0.0.0.0", access_key_file=path)) == path.read_text().strip()
    assert len(key) >= identity.MIN_KEY_BYTES
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("key", ["short", "a" * 31, "k" * 40 + ";", "k" * 40 + " ", "k" * 40 + "\x07" + "k"])
def test_an_unfit_key_is_refused_without_showing_it(key: str) -> None:
    with pytest.raises(ConfigurationError, match="the access key has") as caught:
        identity.access_key(settings(access_key=key))
    assert key not in str(caught.value)


def test_a_key_and_a_key_file_together_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="both set"):
        identity.access_key(settings(access_key=KEY, access_key_file=tmp_path / "key"))


def test_a_key_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=f"EMULATOR_ACCESS_KEY_FILE.*{tmp_path.name}"):
        identity.access_key(settings(access_key_file=tmp_path))


@pytest.mark.parametrize(
    ("given", "endpoint"),
    [
        ({}, "http://localhost:8080"),
        ({"host": "::1"}, "http://localhost:8080"),
        ({"host": "0.0.0.0"}, "http://localhost:8080"),
        ({"host": "logs.lan"}, "http://logs.lan:8080"),
        ({"host": "fd00::5"}, "http://[fd00::5]:8080"),
        ({"endpoint": "http://emulator:8080"}, "http://emulator:8080"),
    ],
)
def test_the_endpoint_is_as_set_or_where_it_listens(given: dict[str, str], endpoint: str) -> None:
    assert identity.endpoint(settings(**given), 8080) == endpoint


@pytest.mark.parametrize(
    ("endpoints", "origins"),
    [
        (["https://logs.example/x", "http://emulator:8080"], ["logs.example", "emulator"]),
        (["http://emulator:8080", "http://localhost:8080"], ["emulator", "localhost", "127.0.0.1", "::1"]),
        (["http://[::1]:8080"], ["::1", "localhost", "127.0.0.1"]),
    ],
)
def test_event_handlers_may_know_us_by_any_endpoint(endpoints: list[str], origins: list[str]) -> None:
    assert identity.origins(endpoints) == origins


def test_the_default_connection_string_is_that_of_microsofts_emulator() -> None:
    text = identity.connection_string(identity.endpoint(settings(), 8080), identity.DEFAULT_KEY)
    assert text == (
        "Endpoint=http://localhost:8080;AccessKey=ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGH;Version=1.0;"
    )


def test_the_connection_string_file_is_replaced_in_one_step_and_private(tmp_path: Path) -> None:
    path = tmp_path / "new" / "connection-string"
    for text in ("old", "Endpoint=x"):
        identity.write_connection_string(path, text)
    assert path.read_text() == "Endpoint=x\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_connection_string_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="EMULATOR_CONNECTION_STRING_FILE: cannot write"):
        identity.write_connection_string(tmp_path / "file" / "below", "x")
