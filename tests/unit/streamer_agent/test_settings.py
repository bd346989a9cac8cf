"""settings: what the agent can be told, and what it answers to what cannot work."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from common.settings import problems
from streamer_agent.settings import DEFAULT_KEY_FILE, StreamerSettings


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("LOG_PATHS", "PUBLISHER_KEY", "PUBLISHER_KEY_FILE", "STATE_DIR", "XDG_STATE_HOME", "AGENT_NAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def problems_of(**given: object) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        StreamerSettings(**({"log_paths": ["a.log"]} | given))
    return problems(StreamerSettings, caught.value)


def test_paths_of_the_environment_are_a_list_as_in_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_PATHS", "/var/log:/srv/app 1/*.log:-")
    assert StreamerSettings().log_paths == ["/var/log", "/srv/app 1/*.log", "-"]


@pytest.mark.parametrize("value", [None, "", ":"])
def test_nothing_to_tail_is_said(value: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    if value is not None:
        monkeypatch.setenv("LOG_PATHS", value)
    with pytest.raises(ValidationError) as caught:
        StreamerSettings()
    assert problems(StreamerSettings, caught.value) == [
        "LOG_PATHS: nothing to tail; name files, globs, directories, or - for standard input"
    ]


def test_the_state_directory_follows_the_xdg_specification(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    assert StreamerSettings(log_paths=["a"]).state_directory == Path("/home/me/.local/state/tailcast")
    monkeypatch.setenv("XDG_STATE_HOME", "relative/counts/as/unset")
    assert StreamerSettings(log_paths=["a"]).state_directory == Path("/home/me/.local/state/tailcast")
    monkeypatch.setenv("XDG_STATE_HOME", "/state")
    assert StreamerSettings(log_paths=["a"]).state_directory == Path("/state/tailcast")
    monkeypatch.setenv("STATE_DIR", str(tmp_path))
    assert StreamerSettings(log_paths=["a"]).state_directory == tmp_path


def test_the_key_comes_from_a_variable_a_file_or_the_negotiate_service_beside_us(tmp_path: Path) -> None:
    assert StreamerSettings(log_paths=["a"]).key is None
    default = tmp_path / DEFAULT_KEY_FILE
    default.parent.mkdir()
    default.write_text("made-by-negotiate\n")
    assert StreamerSettings(log_paths=["a"]).key == "made-by-negotiate"
    (tmp_path / "key").write_text("of-the-file\n")
    assert StreamerSettings(log_paths=["a"], publisher_key_file=tmp_path / "key").key == "of-the-file"
    assert StreamerSettings(log_paths=["a"], publisher_key="given").key == "given"


def test_the_key_is_in_no_repr() -> None:
    settings = StreamerSettings(log_paths=["a"], publisher_key="very-secret")
    assert "very-secret" not in repr(settings) + str(settings)


@pytest.mark.parametrize("key", ["two words", "line\nbreak", "schlüssel"])
def test_a_key_that_no_header_can_carry_is_refused_without_showing_it(key: str) -> None:
    assert problems_of(publisher_key=key) == ["PUBLISHER_KEY: expected printable ASCII without spaces"]


def test_a_key_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    assert problems_of(publisher_key_file=missing) == [
        f"PUBLISHER_KEY_FILE: cannot read {missing}: No such file or directory"
    ]


@pytest.mark.parametrize(
    "url", ["localhost:8080/negotiate", "ws://host/negotiate", "/negotiate", "http://", "nonsense"]
)
def test_an_address_that_is_none_is_said(url: str) -> None:
    assert problems_of(negotiate_url=url) == [
        "NEGOTIATE_URL: expected an http:// or https:// URL, such as http://localhost:8080/negotiate"
    ]


def test_a_password_does_not_belong_into_the_address() -> None:
    (problem,) = problems_of(negotiate_url="http://me:secret@host/negotiate")
    assert "PUBLISHER_KEY" in problem
    assert "secret" not in problem


def test_a_batch_must_fit_a_message_and_the_window() -> None:
    assert "MAX_MESSAGE_BYTES" in problems_of(batch_bytes=65_536, max_message_bytes=65_536)[0]
    assert "WINDOW_BYTES" in problems_of(batch_bytes=131_072, window_bytes=65_536)[0]


def test_every_problem_is_reported_at_once() -> None:
    assert len(problems_of(format="csv", status_interval=0, negotiate_url="x")) == 3


def test_own_expressions_come_from_a_variable_and_a_file(tmp_path: Path) -> None:
    (tmp_path / "rules").write_text("# customers\ncust-[0-9]+\n")
    settings = StreamerSettings(log_paths=["a"], redact="one\ntwo", redact_file=tmp_path / "rules")
    assert settings.own_expressions.split("\n") == ["one", "two", "# customers", "cust-[0-9]+", ""]


def test_an_expression_that_cannot_be_had_is_explained(tmp_path: Path) -> None:
    (complaint,) = problems_of(redact="fine\n(?=x)")
    assert complaint.startswith("REDACT: expression in line 2: invalid perl operator: (?=. RE2 is used because")
    (complaint,) = problems_of(redact_file=tmp_path / "none")
    assert complaint.startswith("REDACT_FILE: cannot read ")


def test_expressions_without_redaction_contradict_each_other() -> None:
    assert problems_of(redact="x", redaction=False) == [
        "REDACT or REDACT_FILE is set, but REDACTION is off; unset one of them"
    ]
