"""Stands in for the module `os` in one module under test: lets the call of one's choice fail, or end the process.

Whatever function of `os` the module calls counts, so that none can be forgotten.
"""

import os
from collections.abc import Callable
from typing import Any

KILLED = 137
"""Exit code of a process that ended itself at a call: that of one which SIGKILL ended, in a shell."""


class SystemCalls:
    """Every function of `os`, counted; `made` holds the names of those called so far."""

    def __init__(self, at: int = -1, instead: Callable[[str, Callable[[], Any]], Any] | None = None) -> None:
        """`instead` is called for call number `at`, from 0, with its name and a function that makes it."""
        self.made: list[str] = []
        self._at = at
        self._instead = instead

    def __getattr__(self, name: str) -> Any:
        value = getattr(os, name)
        if not callable(value):
            return value

        def call(*args: Any, **kwargs: Any) -> Any:
            self.made.append(name)
            if self._instead is not None and len(self.made) - 1 == self._at:
                return self._instead(name, lambda: value(*args, **kwargs))
            return value(*args, **kwargs)

        return call


def kill_before(_name: str, _call: Callable[[], Any]) -> None:
    """End the process without making the call. Nothing of the program runs after it, as with SIGKILL."""
    os._exit(KILLED)


def kill_after(_name: str, call: Callable[[], Any]) -> None:
    """Make the call and end the process before the program learns of its outcome."""
    try:
        call()
    finally:
        os._exit(KILLED)


def fail(code: int) -> Callable[[str, Callable[[], Any]], Any]:
    """Let the call fail with `code` of errno."""

    def instead(_name: str, _call: Callable[[], Any]) -> Any:
        raise OSError(code, os.strerror(code))

    return instead
