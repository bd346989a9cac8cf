from pathlib import Path
from typing import Self

import pytest
from pydantic import Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from common.settings import ServiceSettings, documented, load, read_secret


class Settings(ServiceSettings):
    """A service that serves."""

    model_config = SettingsConfigDict(env_prefix="DEMO_")

    port: int = Field(8080, ge=0, le=65535, description="Port to listen on")
    key: SecretStr | None = Field(None, description="Key of the service")
    names: list[str] = Field([], description="Names")
    is_open: bool = Field(False, description="Whether it is open")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.port == 7:
            raise ValueError("port 7 is taken by echo; choose another")
        return self


def complaints(capsys: pytest.CaptureFixture[str], *argv: str) -> list[str]:
    with pytest.raises(SystemExit) as exit_info:
        load(Settings, argv, "demo")
    assert exit_info.value.code == 2
    return capsys.readouterr().err.splitlines()


def test_defaults_hold_without_environment_and_options() -> None:
    assert load(Settings, [], "demo").port == 8080


def test_option_wins_over_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO_PORT", "1")
    assert load(Settings, [], "demo").port == 1
    assert load(Settings, ["--port", "2"], "demo").port == 2


def test_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO_PORT", "")
    assert load(Settings, [], "demo").port == 8080


def test_switch_is_a_word_on_the_command_line() -> None:
    assert load(Settings, ["--is-open"], "demo").is_open
    assert not load(Settings, ["--no-is-open"], "demo").is_open


def test_result_is_an_instance_of_the_model() -> None:
    assert isinstance(load(Settings, [], "demo"), Settings)


def test_every_problem_is_reported_at_once_by_its_variable(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEMO_PORT", "http")
    monkeypatch.setenv("DEMO_IS_OPEN", "perhaps")
    lines = complaints(capsys)
    assert [line.split(": ")[:2] for line in lines] == [["demo", "DEMO_PORT"], ["demo", "DEMO_IS_OPEN"]]
    assert "valid integer" in lines[0]


def test_check_between_settings_is_one_plain_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert complaints(capsys, "--port", "7") == ["demo: port 7 is taken by echo; choose another"]


def test_broken_json_is_a_problem_and_not_a_traceback(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEMO_NAMES", "a,b")
    (line,) = complaints(capsys)
    assert line.startswith("demo: ")
    assert "names" in line


def test_a_long_wrong_value_is_not_shown_as_it_may_be_a_secret(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEMO_KEY", "hush")
    monkeypatch.setenv("DEMO_PORT", "hush" * 8)
    assert "hush" not in "".join(complaints(capsys))


def test_a_short_wrong_value_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    (line,) = complaints(capsys, "--port", "80a")
    assert line.startswith("demo: DEMO_PORT: ")
    assert line.endswith("; got '80a'")


def test_secret_is_not_in_the_repr() -> None:
    assert "hush" not in repr(load(Settings, ["--key", "hush"], "demo"))


def test_help_names_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_info:
        load(Settings, ["--help"], "demo")
    assert exit_info.value.code == 0
    printed = capsys.readouterr().out
    assert all(text in printed for text in ("usage: demo", "A service that serves.", "--port", "Port to listen on"))


def test_documented_names_variables_with_their_prefix() -> None:
    assert "DEMO_PORT" in documented(Settings)
    assert documented(Settings)["DEMO_PORT"].description == "Port to listen on"


def test_secret_comes_from_the_value_or_the_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("from the file\n")
    assert read_secret(SecretStr("hush"), None, "KEY") == "hush"
    assert read_secret(None, tmp_path / "key", "KEY") == "from the file"
    assert read_secret(None, None, "KEY") is None


@pytest.mark.parametrize(
    ("value", "content", "message"),
    [
        ("hush", b"hush", "KEY and KEY_FILE are both set; set one of them"),
        ("", None, "KEY is empty"),
        (None, b"\n", "is empty; expected the secret on its first line"),
        (None, b"\xff", "is not text"),
    ],
)
def test_secret_that_cannot_be_had_says_why(
    value: str | None, content: bytes | None, message: str, tmp_path: Path
) -> None:
    file = tmp_path / "key" if content is not None else None
    if content is not None:
        (tmp_path / "key").write_bytes(content)
    with pytest.raises(ValueError, match=message) as error:
        read_secret(None if value is None else SecretStr(value), file, "KEY")
    assert "hush" not in str(error.value)


def test_missing_secret_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"KEY_FILE: cannot read .*nothing: No such file or directory"):
        read_secret(None, tmp_path / "nothing", "KEY")
