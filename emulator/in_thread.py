"""Run an emulator in a thread of this process, for tests: synchronous ones too, which would block its event loop.

Decides nothing about the emulator; that is `app`.
"""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from aiohttp import web

from emulator import identity
from emulator.app import FAULTS, RUNNER_OPTIONS, create_app
from emulator.faults.controls import Faults
from emulator.settings import EmulatorSettings, GivenSettings

START_TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class RunningEmulator:
    """Where a running emulator is and how to talk to it."""

    endpoint: str
    """Such as http://localhost:43121."""
    access_key: str = field(repr=False)
    """What signs tokens."""
    faults: Faults = field(repr=False)
    """What goes wrong: `faults.drop()` cuts every connection, now."""

    @property
    def connection_string(self) -> str:
        """For any Web PubSub service SDK."""
        return identity.connection_string(self.endpoint, self.access_key)


class _Started(NamedTuple):
    """What the thread of the emulator tells the one that waits for it."""

    port: int
    stop: Callable[[], object]
    faults: Faults


@contextmanager
def emulator_in_thread(**settings: Any) -> Iterator[RunningEmulator]:
    """Serve on a free port of loopback until the block ends; its connections then end with 1001.

    Args:
        settings: fields of EmulatorSettings, such as recovery_window=1.0. Port and endpoint follow from the socket.
            What is not given has its default, whatever the environment says of other emulators.

    Raises:
        pydantic.ValidationError: a setting is unknown or its value wrong.
        ConfigurationError: the settings contradict each other.
    """
    given = GivenSettings(**{"host": "127.0.0.1", **settings, "port": 0})
    started: Future[_Started] = Future()
    thread = threading.Thread(target=lambda: asyncio.run(_serve(given, started)), name="emulator")
    thread.start()
    try:
        port, stop, faults = started.result(START_TIMEOUT_S)
        try:
            yield RunningEmulator(identity.endpoint(given, port), identity.access_key(given), faults)
        finally:
            stop()
    finally:
        thread.join()


async def _serve(settings: EmulatorSettings, started: Future[_Started]) -> None:
    stop = asyncio.Event()
    try:
        app = create_app(settings)
        runner = web.AppRunner(app, **RUNNER_OPTIONS)
        await runner.setup()
        await web.TCPSite(runner, settings.host, settings.port).start()
    except Exception as error:  # handed to the thread that waits, which raises it
        started.set_exception(error)
        return
    loop = asyncio.get_running_loop()
    faults = Faults(app[FAULTS], loop)
    started.set_result(_Started(runner.addresses[0][1], lambda: loop.call_soon_threadsafe(stop.set), faults))
    await stop.wait()
    await runner.cleanup()
