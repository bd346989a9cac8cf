"""The reference receiver makes of every exchange in batches.json what docs/wire.md says."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.receiver import Receiver

CASES: list[dict[str, Any]] = json.loads(Path(__file__).with_name("batches.json").read_text("utf-8"))["cases"]


def made_of(steps: list[dict[str, Any]]) -> dict[str, Any]:
    receiver, clock_ms = Receiver(), 0
    for step in steps:
        clock_ms = step.get("clock_ms", clock_ms)
        if step.get("reconnected"):
            receiver.reconnected(clock_ms)
        if "message" in step:
            receiver.receive(step["message"], clock_ms)
    return {
        "lines": [list(line) for line in receiver.lines],
        "gaps": [list(gap) for gap in receiver.gaps()],
        "restarts": [list(restart) for restart in receiver.restarts],
        "plain": receiver.plain,
        "silent": receiver.silent(clock_ms),
        "provisional": [[*key, *line] for key, line in sorted(receiver.provisional.items())],
        "unknown": [list(place) for place in receiver.unknown()],
    }


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_receiver_makes_of_it_what_is_expected(case: dict[str, Any]) -> None:
    assert made_of(case["steps"]) == {"provisional": [], "unknown": [], **case["expect"]}


def test_case_names_are_unique() -> None:
    assert len({case["name"] for case in CASES}) == len(CASES)
