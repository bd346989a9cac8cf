import errno
import os
import stat
import subprocess
import sys
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from streamer_agent.tail import store as store_module
from streamer_agent.tail.errors import StateError, StateLockedError
from streamer_agent.tail.store import DAMAGED, PREVIOUS, STATE, Store
from tests.nasty.cases import case
from tests.support.system_calls import KILLED, SystemCalls, fail, kill_after, kill_before


@pytest.fixture
def store(tmp_path: Path) -> Any:
    store = Store(tmp_path / "state")
    store.lock()
    yield store
    store.unlock()


def in_child(directory: Path, calls: SystemCalls, state: bytes = b"new") -> int:
    """Save in a process of its own that makes `calls`; return its exit code, 1 for an OSError."""
    pid = os.fork()
    if pid == 0:
        code = 70
        try:
            store = Store(directory)
            store.lock()
            store_module.os = calls  # type: ignore[assignment]
            calls.made.clear()
            store.save(state)
            code = 0
        except OSError:
            code = 1
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def calls_of_a_save(directory: Path) -> list[str]:
    """Every function of `os` that a save calls, in order."""
    calls = SystemCalls()
    store = Store(directory)
    store.save(b"old")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store_module, "os", calls)
        store.save(b"new")
    return calls.made


def saved(directory: Path, *states: bytes) -> Path:
    """A state directory in which these were saved."""
    store = Store(directory)
    store.lock()
    for state in states:
        store.save(state)
    store.unlock()
    return directory


def test_save_and_load(store: Store) -> None:
    assert store.load() == []
    store.save(b"one")
    assert store.load() == [b"one"]
    store.save(b"two")
    assert store.load() == [b"two", b"one"]


def test_a_save_makes_the_calls_that_make_it_durable(tmp_path: Path) -> None:
    of_file, of_directory = ["open", "write", "fsync", "close"], ["open", "fsync", "close"]
    assert calls_of_a_save(saved(tmp_path)) == [*of_file, "replace", "replace", *of_directory]


@case("T42")
@pytest.mark.parametrize("kill", [kill_before, kill_after])
def test_a_process_that_is_killed_at_any_call_of_a_save_leaves_the_old_or_the_new_state(
    tmp_path: Path, kill: Any
) -> None:
    for at, name in enumerate(calls_of_a_save(saved(tmp_path / "counted"))):
        directory = saved(tmp_path / f"{at}", b"older", b"old")
        assert in_child(directory, SystemCalls(at, kill)) == KILLED
        assert Store(directory).load()[0] in (b"old", b"new"), f"call {at}, {name}"
        assert Store(saved(directory, b"later")).load()[0] == b"later"


@case("T42")
def test_a_process_that_is_killed_in_a_save_after_another_that_was_leaves_a_state(tmp_path: Path) -> None:
    calls = range(len(calls_of_a_save(saved(tmp_path / "counted"))))
    for first, second in product(calls, calls):
        directory = saved(tmp_path / f"{first}-{second}", b"old")
        assert in_child(directory, SystemCalls(first, kill_before)) == KILLED
        # Where the first one had moved the state away, that call of the second finds nothing to move.
        assert in_child(directory, SystemCalls(second, kill_before), b"newer") == KILLED
        assert Store(directory).load()[0] in (b"old", b"new", b"newer"), f"calls {first} and {second}"


@case("T42")
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EROFS], ids=errno.errorcode.get)
def test_a_call_of_a_save_that_fails_is_reported_and_leaves_a_state(tmp_path: Path, code: int) -> None:
    for at, name in enumerate(calls_of_a_save(saved(tmp_path / "counted"))):
        directory = saved(tmp_path / f"{at}", b"old")
        assert in_child(directory, SystemCalls(at, fail(code))) == 1, f"call {at}, {name}, was not reported"
        assert Store(directory).load()[0] in (b"old", b"new"), f"call {at}, {name}"
        assert Store(saved(directory, b"later")).load()[0] == b"later"


@case("T42")
def test_a_disk_that_fills_up_within_a_write_leaves_the_old_state(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.save(b"old")
    real, written = os.write, []

    def fill(descriptor: int, rest: bytes) -> int:
        if written:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written.append(real(descriptor, rest[:3]))
        return written[0]

    monkeypatch.setattr(store_module.os, "write", fill)
    with pytest.raises(OSError, match="No space"):
        store.save(b"0123456789")
    assert store.load() == [b"old"]


def test_short_writes_are_continued(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    monkeypatch.setattr(store_module.os, "write", lambda fd, rest: real(fd, rest[:3]))
    store.save(b"0123456789")
    assert store.load() == [b"0123456789"]


@case("T45")
def test_second_agent_is_refused_and_told_who_holds_the_directory(store: Store) -> None:
    with pytest.raises(StateLockedError, match=rf"in use by process {os.getpid()}\b"):
        Store(store.directory).lock()


@case("T45")
def test_lock_of_a_killed_process_is_gone(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib\nfrom streamer_agent.tail.store import Store\n"
        f"s = Store(pathlib.Path({str(tmp_path)!r})); s.lock(); print('locked', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdin=-1, stdout=-1) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"locked\n"
        with pytest.raises(StateLockedError, match=rf"process {process.pid}\b"):
            Store(tmp_path).lock()
        process.kill()
    store = Store(tmp_path)
    store.lock()
    store.unlock()


def test_lock_file_that_cannot_be_written_or_closed_keeps_no_agent_from_its_work(tmp_path: Path) -> None:
    calls = SystemCalls()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store_module, "os", calls)
        saved(tmp_path)
        for number in range(calls.made.index("ftruncate"), len(calls.made)):
            patch.setattr(store_module, "os", SystemCalls(number, fail(errno.ENOSPC)))
            saved(tmp_path)


def test_directory_and_state_are_for_their_owner_only(store: Store) -> None:
    store.save(b"x")
    assert stat.S_IMODE(store.directory.stat().st_mode) == 0o700
    assert stat.S_IMODE((store.directory / STATE).stat().st_mode) == 0o600


@case("T28")
def test_directory_that_cannot_be_made_is_named_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StateError, match=r"cannot use the state directory .*/file/state.*STATE_DIR"):
        Store(tmp_path / "file" / "state").lock()


@case("T28")
@pytest.mark.parametrize("code", [errno.EACCES, errno.EROFS, errno.ENOSPC])
def test_directory_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def failing(path: Path, *_: Any) -> int:
        raise OSError(code, os.strerror(code), str(path))

    monkeypatch.setattr(store_module.os, "open", failing)
    with pytest.raises(StateError, match=rf"{tmp_path}: {os.strerror(code)}"):
        Store(tmp_path).lock()


def test_state_that_is_set_aside_is_kept_and_does_not_replace_the_previous_copy(store: Store) -> None:
    store.save(b"good")
    store.save(b"damaged")
    assert store.set_aside() == store.directory / DAMAGED
    store.save(b"new")
    assert (store.directory / DAMAGED).read_bytes() == b"damaged"
    assert (store.directory / PREVIOUS).read_bytes() == b"good"
