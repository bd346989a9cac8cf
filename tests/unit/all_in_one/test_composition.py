from pathlib import Path

import pytest

from all_in_one import composition
from all_in_one.errors import ConfigurationError
from all_in_one.settings import AllInOneSettings

KEY = "an-access-key-of-at-least-thirty-two-bytes"
AZURE = f"Endpoint=https://tailcast.webpubsub.azure.com;AccessKey={KEY};Version=1.0;"


def test_the_emulator_has_the_default_key_and_negotiate_knows_it() -> None:
    found = composition.services(18080)
    assert found.emulator is not None
    assert (found.emulator.host, found.emulator.port, found.emulator.access_key) == ("127.0.0.1", 18080, None)
    assert found.negotiate.connection_string is not None
    assert found.negotiate.endpoint == found.emulator.endpoint == "http://localhost:18080"
    assert found.negotiate.connection_string.access_key == "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGH"


def test_a_key_of_ones_own_reaches_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMULATOR_ACCESS_KEY", KEY)
    found = composition.services(18080)
    assert found.negotiate.connection_string is not None
    assert found.negotiate.connection_string.access_key == KEY


def test_a_key_file_is_made_once_for_both(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EMULATOR_ACCESS_KEY_FILE", str(tmp_path / "key"))
    found = composition.services(18080)
    assert found.negotiate.connection_string is not None
    assert found.negotiate.connection_string.access_key == (tmp_path / "key").read_text().strip()


def test_another_emulator_is_never_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EMULATOR_CONNECTION_STRING_FILE", str(tmp_path / "none"))
    assert composition.services(18080).negotiate.endpoint == "http://localhost:18080"


def test_azure_leaves_the_emulator_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBPUBSUB_CONNECTION_STRING", AZURE)
    found = composition.services(18080)
    assert found.emulator is None
    assert found.negotiate.endpoint == "https://tailcast.webpubsub.azure.com"


def test_wrong_settings_of_a_part_are_all_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAM_GROUP", " ")
    monkeypatch.setenv("WEBPUBSUB_HUB", "1")
    with pytest.raises(ConfigurationError) as caught:
        composition.services(18080)
    assert [line.split(":")[0] for line in caught.value.lines] == ["WEBPUBSUB_HUB", "STREAM_GROUP"]


def test_the_agent_uses_the_same_key_and_a_state_directory_of_its_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PUBLISHER_KEY_FILE", str(tmp_path / "key"))
    monkeypatch.setenv("AGENT_NAME", "web-1")
    monkeypatch.setenv("NEGOTIATE_URL", "http://elsewhere.example/negotiate")
    (tmp_path / "key").write_text("the-key")
    own = AllInOneSettings(state_dir=tmp_path / "state")
    found = composition.agent(own, 18080, composition.services(18080), "/var/log")
    assert (found.key, found.agent_name, found.state_dir) == ("the-key", "web-1", tmp_path / "state")
    assert (found.log_paths, found.negotiate_url) == (["/var/log"], "http://localhost:18080/negotiate")


def test_a_given_publisher_key_reaches_the_agent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLISHER_KEY", "given")
    services = composition.services(18080)
    assert services.publisher_key_file is None
    assert composition.agent(AllInOneSettings(), 18080, services, "-").key == "given"
