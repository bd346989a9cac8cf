"""Files: where each would go on, what is left out, and what an input means."""

from dataclasses import replace
from typing import Any

import pytest

from streamer_agent.block import EpochKey
from streamer_agent.doctor.finding import Verdict
from streamer_agent.doctor.judge.files import FileLook, InputLook, Wrapping, judge, judge_file
from streamer_agent.doctor.judge.rights import Refusal
from streamer_agent.tail.containers import LineFormat
from streamer_agent.tail.facts import SourceFacts

LIFE = SourceFacts(
    EpochKey("a3c1e07b", 1), "/app.log", "tailing", 0, end=4096, lag=1000, gaps=(), drops=(), detail="", revision=1
)
SAVED = FileLook("/app.log", is_named=True, size=5096, resume=LIFE, is_saved=True, is_known_path=True)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "goes on at byte 4,096 of 5,096, 1,000 bytes behind"),
        ({"resume": replace(LIFE, end=5096, lag=0)}, "goes on at byte 5,096 of 5,096, up to date"),
        ({"is_saved": False, "resume": replace(LIFE, end=0)}, "replaced or truncated since the last save"),
        ({"leftover_bytes": 1200}, "1,200 bytes of earlier content come first"),
        (
            {"is_saved": False, "is_known_path": False, "resume": replace(LIFE, end=5096, lag=0)},
            "not known yet: followed from its end, byte 5,096 of 5,096",
        ),
        (
            {"is_saved": False, "is_known_path": False, "resume": replace(LIFE, end=0)},
            "not known yet: begins at byte 0 of 5,096",
        ),
        ({"resume": None}, "where it would go on is not known"),
    ],
)
def test_text_is_told_with_where_a_start_goes_on(changed: dict[str, Any], said: str) -> None:
    finding = judge_file(replace(SAVED, **changed))
    assert finding.verdict is Verdict.OK
    assert said in finding.seen


@pytest.mark.parametrize(
    ("wrapping", "line_format", "verdict", "said"),
    [
        ("docker", "plain", Verdict.WARNING, "LINE_FORMAT=docker"),
        ("cri", "plain", Verdict.WARNING, "LINE_FORMAT=cri"),
        ("docker", "cri", Verdict.WARNING, "LINE_FORMAT=auto"),
        ("", "docker", Verdict.WARNING, "LINE_FORMAT=auto"),
        ("docker", "docker", Verdict.OK, ""),
        ("cri", "auto", Verdict.OK, ""),
        ("", "auto", Verdict.OK, ""),
    ],
)
def test_form_of_lines_that_does_not_fit_the_setting_is_a_warning(
    wrapping: Wrapping, line_format: LineFormat, verdict: Verdict, said: str
) -> None:
    finding = judge_file(replace(SAVED, wrapping=wrapping, line_format=line_format))
    assert finding.verdict is verdict
    assert said in finding.advice


def test_programs_get_the_offset_and_how_far_it_is_behind() -> None:
    facts = judge_file(SAVED).facts
    assert (facts["offset"], facts["behind"], facts["size"], facts["is_saved"]) == (4096, 1000, 5096, True)


def test_file_that_was_named_and_is_no_text_is_wrong() -> None:
    finding = judge_file(FileLook("/app", is_named=True, size=9, reason_to_skip="binary"))
    assert (finding.verdict, finding.seen) == (Verdict.WRONG, "left out: binary")


def test_file_that_was_found_and_is_no_text_is_left_out_in_peace() -> None:
    assert judge_file(FileLook("/wtmp", is_named=False, size=9, reason_to_skip="binary")).verdict is Verdict.OK


def test_file_that_is_not_there_is_wrong_and_its_neighbours_are_offered() -> None:
    finding = judge_file(FileLook("/ap.log", is_named=True, missing="nothing is there yet", similar=("app.log",)))
    assert finding.verdict is Verdict.WRONG
    assert "Did you mean app.log?" in finding.advice


def test_file_that_cannot_be_read_is_wrong_and_the_command_is_told() -> None:
    finding = judge_file(FileLook("/app.log", is_named=False, refusal=Refusal("may not", "`sudo it`")))
    assert (finding.verdict, finding.advice) == (Verdict.WRONG, "`sudo it`")


def test_directory_is_summed_up_before_its_files() -> None:
    skipped = FileLook("/b.gz", is_named=False, reason_to_skip="compressed")
    refused = FileLook("/c.log", is_named=False, refusal=Refusal("may not", ""))
    findings = judge(InputLook("/", is_plural=True, files=[SAVED, skipped, refused]))
    assert [finding.check for finding in findings] == ["input", "file", "file", "file"]
    assert findings[0].seen == "means 3 files: 1 read, 1 left out, 1 unreadable"


def test_glob_that_means_nothing_yet_is_a_warning() -> None:
    (finding,) = judge(InputLook("/x/*.log", is_plural=True, missing="no file matches yet"))
    assert (finding.verdict, finding.seen) == (Verdict.WARNING, "no file matches yet")


def test_file_that_was_named_is_not_summed_up() -> None:
    assert [finding.check for finding in judge(InputLook("/app.log", is_plural=False, files=[SAVED]))] == ["file"]
