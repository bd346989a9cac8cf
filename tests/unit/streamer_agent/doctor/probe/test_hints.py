"""Hints are really tried where we may write, and the file for it leaves no trace."""

import sys
from pathlib import Path

import pytest

from streamer_agent.doctor.judge.mounts import HintFacts, Mount
from streamer_agent.doctor.probe.hints import look
from streamer_agent.doctor.probe.machine import mounts
from streamer_agent.tail.scanner import Scanner

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux's")


async def tried(directory: Path, *inputs: str, is_asked: bool = True) -> HintFacts:
    (facts,) = await look([str(directory)], Scanner(list(inputs)), mounts(), is_asked)
    return facts


async def test_own_file_is_heard_of_and_gone(tmp_path: Path) -> None:
    facts = await tried(tmp_path, str(tmp_path))
    assert facts.heard is True
    assert facts.mount.type != "unknown"
    assert list(tmp_path.iterdir()) == []


async def test_no_file_is_made_where_an_input_means_hidden_ones(tmp_path: Path) -> None:
    assert (await tried(tmp_path, f"{tmp_path}/.*")).heard is None


async def test_nothing_is_tried_when_hints_are_off(tmp_path: Path) -> None:
    facts = await tried(tmp_path, is_asked=False)
    assert (facts.heard, facts.refusal) == (None, "")


async def test_directories_of_one_mount_are_tried_once(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    found = await look([str(tmp_path / "a"), str(tmp_path / "b"), str(tmp_path / "c")], Scanner([]), mounts(), True)
    assert [facts.directories for facts in found] == [2]


async def test_system_without_a_list_of_mounts_is_tried_as_well(tmp_path: Path) -> None:
    (facts,) = await look([str(tmp_path)], Scanner([]), [], True)
    assert (facts.mount, facts.heard) == (Mount("/", "unknown"), True)
