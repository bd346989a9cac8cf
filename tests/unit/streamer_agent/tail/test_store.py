import errno
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from streamer_agent.tail import store as store_module
from streamer_agent.tail.errors import StateError, StateLockedError
from streamer_agent.tail.store import DAMAGED, PREVIOUS, STATE, Store
from tests.nasty.cases import case

CALLS = ("open", "write", "fsync", "replace", "close")
"""Every system call of a save."""


class Killed(BaseException):
    """Stands for kill -9: nothing of the program runs after it."""


@pytest.fixture
def store(tmp_path: Path) -> Any:
    store = Store(tmp_path / "state")
    store.lock()
    yield store
    store.unlock()


def count_calls(monkeypatch: pytest.MonkeyPatch, fail_at: int, error: BaseException) -> list[str]:
    """Let the call number `fail_at` of a save raise `error`; return the list of calls as they come."""
    made: list[str] = []

    def counted(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            made.append(name)
            if len(made) - 1 == fail_at:
                raise error
            return real(*args, **kwargs)

        return call

    for name in CALLS:
        monkeypatch.setattr(store_module.os, name, counted(name, getattr(os, name)))
    return made


def calls_of_a_save(tmp_path: Path) -> int:
    with pytest.MonkeyPatch.context() as patch:
        store = Store(tmp_path / "counted")
        store.lock()
        store.save(b"old")
        made = count_calls(patch, -1, Killed())
        store.save(b"new")
        patch.undo()
        store.unlock()
    return len(made)


def test_save_and_load(store: Store) -> None:
    assert store.load() == []
    store.save(b"one")
    assert store.load() == [b"one"]
    store.save(b"two")
    assert store.load() == [b"two", b"one"]


@case("T42")
def test_kill_at_any_call_of_a_save_leaves_the_old_or_the_new_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    total = calls_of_a_save(tmp_path)
    assert total >= 8
    for fail_at in range(total):
        store = Store(tmp_path / f"killed-{fail_at}")
        store.lock()
        store.save(b"older")
        store.save(b"old")
        with monkeypatch.context() as patch:
            count_calls(patch, fail_at, Killed())
            with pytest.raises(Killed):
                store.save(b"new")
        assert store.load()[0] in (b"old", b"new"), f"call {fail_at}"
        store.save(b"later")
        assert store.load()[0] == b"later"
        store.unlock()


@case("T42")
def test_failure_of_any_call_of_a_save_is_reported_and_leaves_a_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for fail_at in range(calls_of_a_save(tmp_path)):
        store = Store(tmp_path / f"failed-{fail_at}")
        store.lock()
        store.save(b"old")
        with monkeypatch.context() as patch:
            made = count_calls(patch, fail_at, OSError(28, "No space left on device"))
            with pytest.raises(OSError, match="No space"):
                store.save(b"new")
            assert len(made) > fail_at
        assert store.load()[0] in (b"old", b"new"), f"call {fail_at}"
        store.save(b"later")
        assert store.load()[0] == b"later"
        store.unlock()


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
