"""Choices: the settings that count are named, and no secret among them is shown."""

from pathlib import Path
from typing import Any

import pytest

from common.settings import load
from streamer_agent.doctor.finding import Finding, Verdict
from streamer_agent.doctor.judge.choices import judge
from streamer_agent.settings import StreamerSettings

KEY = "a-key-that-nobody-may-see"


def told(monkeypatch: pytest.MonkeyPatch, *options: str, **environment: Any) -> Finding:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return judge(load(StreamerSettings, [*options, "app.log"], "test"))


def test_what_is_set_is_named_whether_by_option_or_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    finding = told(monkeypatch, "--format", "text", PUBLISHER_KEY=KEY, SCAN_INTERVAL="2")
    assert "FORMAT=text" in finding.seen
    assert "SCAN_INTERVAL=2.0" in finding.seen
    assert "MAX_OPEN_FILES" not in finding.seen
    assert finding.facts["values"]["MAX_OPEN_FILES"] == 256


def test_key_and_query_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    finding = told(monkeypatch, PUBLISHER_KEY=KEY, NEGOTIATE_URL="http://localhost/negotiate?code=hidden")
    assert "the key is that in PUBLISHER_KEY" in finding.seen
    assert KEY not in repr(finding)
    assert "hidden" not in repr(finding)


def test_file_of_the_key_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(KEY)
    finding = told(monkeypatch, PUBLISHER_KEY_FILE=str(tmp_path / "key"))
    assert f"the key is that in {tmp_path / 'key'}" in finding.seen
    assert KEY not in repr(finding)


def test_missing_key_is_a_warning(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert told(monkeypatch).verdict is Verdict.WARNING
