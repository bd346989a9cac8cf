"""The report: one line for each finding, colour on request, and nothing in it steers a terminal."""

import json

from streamer_agent.doctor.finding import is_well, ok, warning, wrong
from streamer_agent.doctor.report import MOST_ALIKE, for_people, for_programs

FINDINGS = [ok("state", "writable"), warning("clock", "45 s ahead", "Set it"), wrong("file", "no", "Do", "/app.log")]


def test_people_read_verdict_check_and_what_to_do() -> None:
    assert for_people("user app", FINDINGS, is_coloured=False) == (
        "Tailcast's streamer agent as user app\n\n"
        "ok        state      writable\n"
        "warning   clock      45 s ahead\n"
        "                     → Set it\n"
        "wrong     file       /app.log: no\n"
        "                     → Do\n"
        "\n1 thing is wrong, and 1 warning.\n"
    )


def test_colour_comes_only_on_request() -> None:
    assert "\x1b[31mwrong" in for_people("user app", FINDINGS, is_coloured=True)
    assert "\x1b" not in for_people("user app", FINDINGS, is_coloured=False)


def test_what_others_wrote_cannot_steer_the_terminal() -> None:
    text = for_people("user app", [ok("file", "\x1b]0;owned\x07", subject="/a\nok all is well")], is_coloured=False)
    assert "\x1b" not in text
    assert "\\nok all is well" in text


def test_many_files_that_are_well_are_counted() -> None:
    files = [ok("file", "text", subject=f"/{number}") for number in range(MOST_ALIKE + 5)]
    text = for_people("user app", files, is_coloured=False)
    assert "and 5 more that are well" in text
    assert text.count("text") == MOST_ALIKE


def test_programs_get_everything_as_json() -> None:
    report = json.loads(for_programs("user app", [*FINDINGS, ok("limits", "few", facts={"files": 3})]))
    assert report["well"] is False
    assert report["findings"][1] == {
        "check": "clock",
        "subject": None,
        "verdict": "warning",
        "seen": "45 s ahead",
        "advice": "Set it",
        "facts": {},
    }
    assert report["findings"][3]["facts"] == {"files": 3}


def test_warnings_do_not_make_it_unwell() -> None:
    assert is_well(FINDINGS[:2])
    assert not is_well(FINDINGS)
