"""The subcommand: its own option is told from paths, and the report ends it with the right code and no secret."""

import json
import threading

import pytest

from streamer_agent.__main__ import main
from streamer_agent.doctor import command, examination
from streamer_agent.doctor.finding import Finding, ok, warning, wrong
from streamer_agent.settings import StreamerSettings


@pytest.fixture
def findings(monkeypatch: pytest.MonkeyPatch) -> list[Finding]:
    """What the examination finds: the test adds to it."""
    found: list[Finding] = []

    async def examine(_settings: StreamerSettings) -> list[Finding]:
        return found

    monkeypatch.setattr(command, "examine", examine)
    return found


@pytest.mark.parametrize(
    ("finding", "code"), [(ok("state", "well"), 0), (warning("state", "odd"), 0), (wrong("state", "broken"), 1)]
)
def test_exit_code_says_whether_anything_is_wrong(findings: list[Finding], finding: Finding, code: int) -> None:
    findings.append(finding)
    assert main(["doctor", "x.log"]) == code


def test_programs_get_json(findings: list[Finding], capsys: pytest.CaptureFixture[str]) -> None:
    findings.append(ok("state", "well"))
    main(["doctor", "x.log", "--json"])
    assert json.loads(capsys.readouterr().out)["well"] is True


def test_file_of_the_options_name_is_a_path(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def examine(settings: StreamerSettings) -> list[Finding]:
        return [ok("input", path) for path in settings.log_paths]

    monkeypatch.setattr(command, "examine", examine)
    main(["doctor", "a.log", "--", "--json", "doctor"])
    assert [line.split()[-1] for line in capsys.readouterr().out.splitlines()[2:5]] == ["a.log", "--json", "doctor"]


def test_secret_in_a_path_is_masked(findings: list[Finding], capsys: pytest.CaptureFixture[str]) -> None:
    findings.append(ok("file", "text", subject="/logs/access_token=hidden"))
    main(["doctor", "x.log"])
    assert "hidden" not in capsys.readouterr().out


def test_no_colour_where_no_terminal_is(findings: list[Finding], capsys: pytest.CaptureFixture[str]) -> None:
    findings.append(wrong("state", "broken"))
    main(["doctor", "x.log"])
    assert "\x1b" not in capsys.readouterr().out


def test_wrong_settings_are_told_by_the_subcommands_name(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["doctor", "--format", "csv", "x.log"])
    assert ended.value.code == 2
    assert "python -m streamer_agent doctor" in capsys.readouterr().err


async def test_file_system_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()

    async def hang(_settings: StreamerSettings) -> list[Finding]:
        release.wait()
        return []

    monkeypatch.setattr(examination, "_examine_files", hang)
    monkeypatch.setattr(examination, "FILES_TIMEOUT_S", 0.05)
    settings = StreamerSettings(log_paths=["x.log"], negotiate_url="http://host.invalid/negotiate")
    try:
        findings = await examination.examine(settings)
    finally:
        release.set()
    assert "A network mount may not answer" in findings[-1].advice
