import errno
import os
import socket
import time
from pathlib import Path

import pytest

from streamer_agent.tail.scanner import COMPRESSED, Scanner
from streamer_agent.tail.snapshot import Snapshot
from tests.nasty.cases import case


def scan(*inputs: Path | str, excluded: Path | None = None) -> Snapshot:
    return Scanner([str(path) for path in inputs], state_dir=excluded).scan()


def names(snapshot: Snapshot, root: Path) -> list[str]:
    return sorted(os.path.relpath(path, root) for path in snapshot.files)


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    for name in ("a.log", "b.log", "deep/er/c.log", ".hidden/x.log", ".dot.log", "other.txt"):
        path = tmp_path / "logs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("one\n")
    return tmp_path / "logs"


def test_directory_means_every_file_below_it_but_hidden_ones(logs: Path) -> None:
    assert names(scan(logs), logs) == ["a.log", "b.log", "deep/er/c.log", "other.txt"]


def test_globs_and_paths(logs: Path) -> None:
    assert names(scan(f"{logs}/*.log"), logs) == ["a.log", "b.log"]
    assert names(scan(f"{logs}/**/*.log"), logs) == ["a.log", "b.log", "deep/er/c.log"]
    assert names(scan(f"{logs}/.dot.log"), logs) == [".dot.log"]


def test_relative_input_counts_from_the_working_directory(logs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(logs.parent)
    assert names(scan("logs/a.log"), logs) == ["a.log"]


def test_path_that_exists_is_taken_literally_whatever_characters_it_has(tmp_path: Path) -> None:
    odd = tmp_path / "app[1]*.log"
    odd.touch()
    (tmp_path / "app1.log").touch()
    assert names(scan(odd), tmp_path) == ["app[1]*.log"]


def test_file_that_two_inputs_mean_is_found_once(logs: Path) -> None:
    assert names(scan(logs / "a.log", f"{logs}/a*", logs), logs).count("a.log") == 1


@case("T31")
@pytest.mark.parametrize("name", ["with space", "new\nline", "100%", "😀", "<b>x", "y" * 255])
def test_any_name_is_found(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    assert names(scan(tmp_path), tmp_path) == [name]


@case("T31")
def test_name_that_is_not_utf8_is_found_and_can_be_opened(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/caf\xe9.log"
    Path(os.fsdecode(raw)).touch()
    (found,) = scan(tmp_path).files
    assert os.fsencode(found) == raw


def test_missing_things_are_waited_for(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "dangling").symlink_to("nowhere")
    inputs = [tmp_path / name for name in ("a.log", "no/such/dir.log", "*.log", "empty", "dangling")]
    barred = scan(*inputs).barred
    assert {barred[str(path)].state for path in inputs} == {"waiting"}
    assert barred[str(tmp_path / "dangling")].detail == "the symbolic link leads nowhere yet"


def test_glob_whose_files_another_input_has_already_is_not_missing(logs: Path) -> None:
    assert scan(logs, f"{logs}/*.log").barred == {}


def test_compressed_names_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.log.2.gz").touch()
    snapshot = scan(tmp_path)
    assert snapshot.files == {}
    assert snapshot.barred == {str(tmp_path / "a.log.2.gz"): COMPRESSED}


@case("T29")
def test_what_is_no_regular_file_is_left_out_and_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "zero").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as unix:
        unix.bind(str(tmp_path / "socket"))
    barred = scan(tmp_path, "/dev/null").barred
    assert {os.path.basename(path): entry.detail.partition(";")[0] for path, entry in barred.items()} == {
        "pipe": "a named pipe",
        "zero": "a device",
        "socket": "a socket",
        "null": "a device",
    }
    assert {entry.state for entry in barred.values()} == {"skipped"}


def test_symbolic_links_to_files_and_directories_are_followed(logs: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(logs / "deep")
    (tmp_path / "current.log").symlink_to("once.log")
    (tmp_path / "once.log").symlink_to(logs / "a.log")
    assert names(scan(tmp_path / "link"), tmp_path) == ["link/er/c.log"]
    assert names(scan(tmp_path / "current.log"), tmp_path) == ["current.log"]


@case("T29")
def test_loops_of_symbolic_links_end(logs: Path) -> None:
    (logs / "deep" / "up").symlink_to(logs)
    (logs / "loop.log").symlink_to("loop.log")
    assert names(scan(logs), logs) == ["a.log", "b.log", "deep/er/c.log", "other.txt"]
    assert scan(logs / "loop.log").barred[str(logs / "loop.log")].state == "unreadable"


def test_real_directory_is_found_before_a_link_to_it(logs: Path) -> None:
    (logs / "a_link").symlink_to(logs / "deep")
    assert "deep/er/c.log" in names(scan(logs), logs)


@case("T30")
def test_hard_links_are_told_as_aliases(logs: Path) -> None:
    (logs / "a2.log").hardlink_to(logs / "a.log")
    (aliases,) = scan(f"{logs}/a*").aliases.values()
    assert sorted(aliases) == [str(logs / "a.log"), str(logs / "a2.log")]


@pytest.mark.parametrize(
    ("code", "detail"), [(errno.EACCES, "setfacl"), (errno.ESTALE, "Stale file handle; retried by itself")]
)
def test_directory_that_cannot_be_listed_is_unreadable(
    logs: Path, monkeypatch: pytest.MonkeyPatch, code: int, detail: str
) -> None:
    real = os.scandir

    def failing(path: str) -> object:
        if path.endswith("deep"):
            raise OSError(code, os.strerror(code))
        return real(path)

    monkeypatch.setattr(os, "scandir", failing)
    snapshot = scan(logs)
    (path, barred), *others = snapshot.barred.items()
    assert (path, barred.state, others) == (str(logs / "deep"), "unreadable", [])
    assert detail in barred.detail
    assert names(snapshot, logs) == ["a.log", "b.log", "other.txt"]


def test_agents_own_state_is_no_log(logs: Path) -> None:
    assert names(scan(logs, excluded=logs / "deep"), logs) == ["a.log", "b.log", "other.txt"]


@case("X10")
def test_state_directory_that_is_gone_keeps_no_file_from_being_found(logs: Path) -> None:
    assert names(scan(logs, excluded=logs / "gone"), logs) == ["a.log", "b.log", "deep/er/c.log", "other.txt"]


def test_directories_to_watch_are_told(logs: Path) -> None:
    assert scan(logs).directories == {str(path) for path in (logs, logs / "deep", logs / "deep" / "er")}
    assert scan(logs).parents == {str(logs.parent)}
    assert scan(logs / "a.log").directories == {str(logs)}
    assert scan(logs / "a.log").parents == set()


def test_long_walk_is_made_in_steps(tmp_path: Path) -> None:
    for number in range(200):
        (tmp_path / f"{number}.log").touch()
    assert len(list(Scanner([str(tmp_path)]).walk())) >= 3


def test_inputs_cover_what_they_would_find(logs: Path) -> None:
    scanner = Scanner([str(logs), "/x/*.log", "/y/one.log"])
    paths = [f"{logs}/new/d.log", "/x/a.log", "/y/one.log", "/x/a.txt", "/y/two.log"]
    assert [scanner.covers(path) for path in paths] == [True, True, True, False, False]


@pytest.mark.parametrize("given", ["a.log", "*.log", "missing.log"])
def test_names_that_look_rotated_are_noted_beside_the_inputs(logs: Path, given: str) -> None:
    for name in ("a.log.1", "a-2026.log", "a.log.2.gz", "notes"):
        (logs / name).touch()
    (logs / "a.log.3").mkdir()
    (logs / "a.log.4").symlink_to("a.log.1")
    beside = scan(logs / given).beside[str(logs)].inodes
    meant = {"a-2026.log"} if given == "*.log" else set()
    assert beside.keys() == {"a.log.1", "a-2026.log"} - meant
    assert beside["a.log.1"] == (logs / "a.log.1").stat().st_ino


def test_names_that_are_excluded_as_inputs_are_noted_beside_them(logs: Path) -> None:
    (logs / "a.log.1").touch()
    snapshot = Scanner([str(logs)], ["*.1"]).scan()
    assert list(snapshot.beside[str(logs)].inodes) == ["a.log.1"]


@pytest.mark.parametrize("age_s", [0, 60])
def test_directory_of_a_named_file_is_listed_again_once_it_has_changed(logs: Path, age_s: int) -> None:
    scanner = Scanner([str(logs / "a.log")])
    then = time.time() - age_s
    os.utime(logs, (then, then))
    before = scanner.scan().beside[str(logs)]
    assert (scanner.scan().beside[str(logs)] is before) == (age_s > 0)
    (logs / "a.log.1").touch()
    assert list(scanner.scan().beside[str(logs)].inodes) == ["a.log.1"]


def test_latest_change_beside_the_inputs_is_that_of_a_name_or_of_a_rotated_file(logs: Path) -> None:
    (logs / "a.log.1").touch()
    os.utime(logs, (5, 5))
    os.utime(logs / "a.log.1", (6, 6))
    assert scan(logs / "*.log").beside[str(logs)].changed_ns == 6_000_000_000
    os.utime(logs, (7, 7))
    assert scan(logs / "*.log").beside[str(logs)].changed_ns == 7_000_000_000
