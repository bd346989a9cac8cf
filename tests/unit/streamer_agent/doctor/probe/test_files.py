"""Inputs are looked at as the agent would: through the same scan, the same positions, the same eyes for text."""

import os
from pathlib import Path

import pytest

from common.settings import load
from streamer_agent.doctor.judge.files import FileLook, InputLook
from streamer_agent.doctor.probe.files import Plans, look
from streamer_agent.doctor.probe.rehearsal import rehearse
from streamer_agent.doctor.probe.state import read_saved
from streamer_agent.settings import StreamerSettings
from streamer_agent.tail.scanner import Scanner
from tests.unit.streamer_agent.doctor.tailed import content, tailed


async def looked(text: Path | str, state: Path, *options: str) -> InputLook:
    settings = load(StreamerSettings, ["--state-dir", str(state), *options, str(text)], "test")
    saved = read_saved(settings)
    plans = Plans(await rehearse(settings, saved), saved)
    return look(str(text), Scanner([str(text)], settings.exclude).scan(), plans, settings.line_format)


async def only(text: Path | str, state: Path, *options: str) -> FileLook:
    (file,) = (await looked(text, state, *options)).files
    return file


async def test_known_file_goes_on_where_its_position_was_saved(tmp_path: Path) -> None:
    state = await tailed(tmp_path, settled=4)
    before = content(state)
    file = await only(tmp_path / "app.log", state)
    assert file.resume is not None
    assert (file.is_saved, file.resume.end, file.resume.lag) == (True, 4, 4)
    assert content(state) == before


async def test_truncated_file_begins_anew(tmp_path: Path) -> None:
    state = await tailed(tmp_path)
    (tmp_path / "app.log").write_text("x\n")
    file = await only(tmp_path / "app.log", state)
    assert file.resume is not None
    assert (file.is_saved, file.is_known_path, file.resume.end, file.resume.key.epoch > 1) == (False, True, 0, True)


async def test_rest_of_a_rotated_file_comes_first(tmp_path: Path) -> None:
    state = await tailed(tmp_path, settled=4)
    (tmp_path / "app.log").rename(tmp_path / "app.log.1")
    (tmp_path / "app.log").write_text("new\n")
    file = await only(tmp_path / "app.log", state)
    assert file.leftover_bytes == 4


async def test_unknown_file_is_followed_from_its_end_at_the_first_start(tmp_path: Path) -> None:
    (tmp_path / "app.log").write_text("one\ntwo\n")
    file = await only(tmp_path / "app.log", tmp_path / "state")
    assert file.resume is not None
    assert (file.is_known_path, file.resume.end) == (False, 8)
    assert not (tmp_path / "state").exists()


async def test_file_that_came_while_no_agent_ran_begins_at_its_beginning(tmp_path: Path) -> None:
    state = await tailed(tmp_path, of="*.log")
    (tmp_path / "other.log").write_text("one\n")
    file = next(file for file in (await looked(tmp_path / "*.log", state)).files if file.path.endswith("other.log"))
    assert file.resume is not None
    assert (file.is_known_path, file.resume.end) == (False, 0)


async def test_file_of_a_new_input_is_followed_from_its_end(tmp_path: Path) -> None:
    state = await tailed(tmp_path)
    (tmp_path / "other.log").write_text("one\n")
    file = await only(tmp_path / "other.log", state)
    assert file.resume is not None
    assert file.resume.end == 4


@pytest.mark.parametrize(("beginning", "offset"), [("start", 0), ("end", 8), ("lines:1", 4)])
async def test_setting_says_where_an_unknown_file_begins(tmp_path: Path, beginning: str, offset: int) -> None:
    (tmp_path / "app.log").write_text("one\ntwo\n")
    file = await only(tmp_path / "app.log", tmp_path / "state", "--from", beginning)
    assert file.resume is not None
    assert file.resume.end == offset


@pytest.mark.parametrize(
    ("line", "wrapping"),
    [
        ('{"log":"one\\n","stream":"stdout","time":"2026-01-01T00:00:00Z"}', "docker"),
        ("2026-01-01T00:00:00.0Z stdout F one", "cri"),
        ("one", ""),
    ],
)
async def test_what_containers_wrap_around_lines_is_recognised(tmp_path: Path, line: str, wrapping: str) -> None:
    (tmp_path / "app.log").write_text(f"{line}\n")
    assert (await only(tmp_path / "app.log", tmp_path / "state")).wrapping == wrapping


async def test_utf16_is_recognised(tmp_path: Path) -> None:
    (tmp_path / "app.log").write_text("one\n", encoding="utf-16")
    file = await only(tmp_path / "app.log", tmp_path / "state")
    assert (file.is_utf16, file.reason_to_skip) == (True, "")


async def test_what_is_excluded_is_not_there(tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    for name in ("a.log", "b.log"):
        (logs / name).write_text("x\n")
    files = (await looked(logs, tmp_path / "state", "--exclude", "b*")).files
    assert [Path(file.path).name for file in files] == ["a.log"]


async def test_binary_content_is_recognised(tmp_path: Path) -> None:
    (tmp_path / "x.log").write_bytes(bytes(range(256)) * 8)
    file = await only(tmp_path / "x.log", tmp_path / "state")
    assert file.reason_to_skip == "binary"


async def test_named_pipe_is_told_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.log")
    assert "named pipe" in (await only(tmp_path / "x.log", tmp_path / "state")).reason_to_skip


async def test_missing_file_is_told_with_its_neighbours(tmp_path: Path) -> None:
    (tmp_path / "access.log").touch()
    file = await only(tmp_path / "acess.log", tmp_path / "state")
    assert (file.missing, file.similar) == ("nothing is there yet", ("access.log",))


async def test_missing_directory_is_told_with_the_nearest_that_is_there(tmp_path: Path) -> None:
    file = await only(tmp_path / "a" / "b" / "x.log", tmp_path / "state")
    assert f"no directory {tmp_path / 'a' / 'b'} either (there is {tmp_path})" in file.missing


async def test_dangling_link_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.log").symlink_to("nowhere")
    assert "leads nowhere" in (await only(tmp_path / "x.log", tmp_path / "state")).missing


async def test_glob_without_a_file_says_so(tmp_path: Path) -> None:
    found = await looked(f"{tmp_path}/*.log", tmp_path / "state")
    assert (found.is_plural, found.files, found.missing) == (True, [], "no file matches yet")


async def test_directory_is_all_its_files(tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    for name in ("b.log", "a.log", "c.log.gz"):
        (logs / name).write_text("x\n")
    found = await looked(logs, tmp_path / "state")
    assert [Path(file.path).name for file in found.files] == ["a.log", "b.log", "c.log.gz"]
    assert [file.reason_to_skip for file in found.files] == ["", "", "compressed"]
