from datetime import datetime
from pathlib import Path

import pytest

from all_in_one import demo_log
from all_in_one.demo_log import DemoLog
from all_in_one.demo_script import Lines, Step


def test_lines_are_appended_to_what_is_there(tmp_path: Path) -> None:
    log = DemoLog(tmp_path / "demo")
    log.append({"a.log": ["one"]})
    DemoLog(tmp_path / "demo").append({"a.log": ["two", "three"]})
    assert (tmp_path / "demo" / "a.log").read_text() == "one\ntwo\nthree\n"


def test_a_large_file_is_rotated_and_two_generations_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_log, "ROTATE_BYTES", 10)
    log = DemoLog(tmp_path)
    for text in ("first-line", "second-line", "third"):
        log.append({"a.log": [text]})
    found = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert found == {"a.log": "third\n", "a.log.1": "second-line\n"}


def test_rotated_files_are_not_tailed(tmp_path: Path) -> None:
    log = DemoLog(tmp_path)
    (tmp_path / "a.log.1").touch()
    log.append({"a.log": ["x"]})
    assert [path.name for path in tmp_path.glob(Path(log.glob).name)] == ["a.log"]


async def test_steps_are_written_with_the_time_of_their_writing(tmp_path: Path) -> None:
    def lines(now: datetime) -> Lines:
        return {"a.log": [now.isoformat()]}

    before = datetime.now().astimezone()
    await DemoLog(tmp_path).play([Step(0, lines), Step(0, lines)])
    written = [datetime.fromisoformat(line) for line in (tmp_path / "a.log").read_text().splitlines()]
    assert before <= written[0] <= written[1] <= datetime.now().astimezone()
