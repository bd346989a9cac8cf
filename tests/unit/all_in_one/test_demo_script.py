import json
import re
from datetime import UTC, datetime
from itertools import islice
from random import Random

import pytest

from all_in_one.demo_script import ACCESS, APP, FILES, WORKER, script

NOW = datetime(2026, 11, 23, 20, 5, 11, 7_000, UTC)
STEPS = list(islice(script(Random(7)), 3000))


def lines(name: str) -> list[str]:
    return [line for step in STEPS for line in step.lines(NOW).get(name, ())]


def test_it_is_lively_and_does_not_flood() -> None:
    seconds = sum(step.pause_s for step in STEPS)
    written = sum(len(lines(name)) for name in FILES)
    assert 2 < written / seconds < 12
    assert max(step.pause_s for step in STEPS) < 10


@pytest.mark.parametrize("name", FILES)
def test_every_file_has_lines(name: str) -> None:
    assert len(lines(name)) > 300
    assert not any("\n" in line for line in lines(name))


def test_the_access_log_is_nginx_combined() -> None:
    combined = r'[\d.]+ - - \[23/Nov/2026:20:05:11 \+0000\] "(GET|POST) /\S* HTTP/1\.1" \d{3} \d+ "-" "[^"]+"'
    assert all(re.fullmatch(combined, line) for line in lines(ACCESS))


def test_the_application_has_levels_and_a_stack_trace() -> None:
    dated = [line for line in lines(APP) if line.startswith("2026-11-23T20:05:11.007+0000 ")]
    assert {line.split()[1] for line in dated} == {"INFO", "WARN", "ERROR"}
    assert any(line.startswith("\tat ") for line in lines(APP))


def test_the_worker_writes_json() -> None:
    entries = [json.loads(line) for line in lines(WORKER)]
    assert {entry["level"] for entry in entries} == {"debug", "info", "error"}
    assert all(entry["time"] == "2026-11-23T20:05:11.007+00:00" for entry in entries)


def test_the_same_chance_tells_the_same_story() -> None:
    again = list(islice(script(Random(7)), 200))
    assert [step.pause_s for step in again] == [step.pause_s for step in STEPS[:200]]


def test_something_is_written_at_once() -> None:
    assert STEPS[0].pause_s == 0
    assert STEPS[0].lines(NOW)
