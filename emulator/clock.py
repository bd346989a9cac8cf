"""Time as the emulator needs it: what it is, and being called when it has passed. Measures no dates."""

import asyncio
from collections.abc import Callable
from typing import Protocol


class Timer(Protocol):
    """A call that is still to come."""

    def cancel(self) -> None:
        """Make that it does not come."""
        ...


class Clock(Protocol):
    """Tests replace it by one whose time they set."""

    def now(self) -> float:
        """Seconds since some moment."""
        ...

    def call_soon(self, callback: Callable[[], None]) -> object:
        """Call when this turn of the event loop is over."""
        ...

    def call_later(self, delay_s: float, callback: Callable[[], None]) -> Timer:
        """Call when so much time has passed."""
        ...


class LoopClock:
    """The clock of the running event loop."""

    def now(self) -> float:
        """Its own monotonic time."""
        return asyncio.get_running_loop().time()

    def call_soon(self, callback: Callable[[], None]) -> object:
        """Call in its next turn."""
        return asyncio.get_running_loop().call_soon(callback)

    def call_later(self, delay_s: float, callback: Callable[[], None]) -> Timer:
        """Call after so long."""
        return asyncio.get_running_loop().call_later(delay_s, callback)
