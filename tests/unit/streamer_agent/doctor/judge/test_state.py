"""State: what keeps positions from being saved is wrong, what only makes them short-lived is a warning."""

from dataclasses import replace
from typing import Any

import pytest

from streamer_agent.doctor.finding import Verdict
from streamer_agent.doctor.judge.mounts import Mount
from streamer_agent.doctor.judge.state import StateFacts, judge

WELL = StateFacts(
    directory="/state",
    mount=Mount("/", "ext4"),
    user="app",
    nearest="/state",
    free_bytes=10**10,
    saved_bytes=2000,
    saved_sources=3,
    agent="9f86d081884c7d65",
)


def test_directory_in_order_is_told_with_what_it_holds() -> None:
    finding = judge(WELL)
    assert finding.verdict is Verdict.OK
    assert finding.seen == (
        "writable, holds positions of 3 sources (agent 9f86d081884c7d65); no agent is at work there; 10 GB free"
    )


def test_agent_at_work_is_named_and_is_no_trouble() -> None:
    finding = judge(replace(WELL, is_held=True, holder="4711"))
    assert finding.verdict is Verdict.OK
    assert "process 4711" in finding.seen


def test_first_start_is_no_trouble() -> None:
    finding = judge(replace(WELL, exists=False, nearest="/", agent="", saved_bytes=0))
    assert finding.verdict is Verdict.OK
    assert "will be made at the first start" in finding.seen


@pytest.mark.parametrize(
    ("changed", "seen", "advice"),
    [
        ({"is_directory": False, "nearest": "/state"}, "/state is no directory", "STATE_DIR"),
        ({"is_writable": False}, "cannot be written to by app", "install -d -m 700 -o app /state"),
        (
            {"is_writable": False, "exists": False, "nearest": "/srv"},
            "cannot be made in /srv by app",
            "STATE_DIR",
        ),
        ({"free_bytes": 70_000}, "70 KB of disk left", "Make room in /"),
        ({"is_out_of_inodes": True}, "no inodes left", "Make room in /"),
        ({"damage": "cut", "agent": ""}, "cannot be read: cut", "starts anew at the end of every file"),
        ({"refusal": "written by a later version"}, "written by a later version", "STATE_DIR"),
    ],
)
def test_what_keeps_positions_from_being_kept_is_wrong(changed: dict[str, Any], seen: str, advice: str) -> None:
    finding = judge(replace(WELL, **changed))
    assert finding.verdict is Verdict.WRONG
    assert seen in finding.seen
    assert advice in finding.advice


@pytest.mark.parametrize(
    ("changed", "seen"),
    [
        ({"damage": "cut", "has_previous": True}, "the latest positions cannot be read (cut)"),
        ({"free_bytes": 10**6}, "that is little"),
        ({"mount": Mount("/run", "tmpfs")}, "/run is in memory"),
        ({"mount": Mount("/", "overlay")}, "a container's own layer"),
    ],
)
def test_what_may_lose_positions_later_is_a_warning(changed: dict[str, Any], seen: str) -> None:
    finding = judge(replace(WELL, **changed))
    assert finding.verdict is Verdict.WARNING
    assert seen in finding.seen
    assert finding.advice


def test_positions_that_nobody_wants_kept_are_no_trouble() -> None:
    assert judge(replace(WELL, is_kept=False, is_writable=False)).verdict is Verdict.OK
