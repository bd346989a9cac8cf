"""The real emulator and the real negotiate service of one run, in this process: started, broken and restarted."""

import logging
from pathlib import Path
from types import TracebackType
from typing import Self

import structlog
from aiohttp import web

from emulator.faults.controls import Faults
from emulator.in_thread import RunningEmulator, emulator_in_thread
from negotiate_service.app import create_app
from negotiate_service.settings import NegotiateSettings

KEY = "a-publisher-key-of-the-model"
GROUP = "model"


class Service:
    """Entering the context starts it."""

    def __init__(self) -> None:
        self.port = 0
        """Of negotiate; kept over restarts."""

    @property
    def negotiate_url(self) -> str:
        """Where agents and readers ask."""
        return f"http://127.0.0.1:{self.port}/negotiate"

    @property
    def faults(self) -> Faults:
        """What goes wrong in the emulator that runs now."""
        return self._emulator.faults

    async def restart(self) -> None:
        """End both, and start both anew: every connection and all that the emulator knew is gone."""
        await self._stop()
        await self._start()

    async def __aenter__(self) -> Self:
        await self._start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stop()

    async def _start(self) -> None:
        self._running = emulator_in_thread(access_key="k" * 44, faults=True)
        self._emulator: RunningEmulator = self._running.__enter__()
        settings = NegotiateSettings(
            webpubsub_connection_string=self._emulator.connection_string,  # type: ignore[arg-type]
            stream_group=GROUP,
            publisher_key=KEY,  # type: ignore[arg-type]
            publisher_key_file=None,
        )
        self._runner = web.AppRunner(create_app(settings), access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = self._runner.addresses[0][1]

    async def _stop(self) -> None:
        await self._runner.cleanup()
        self._running.__exit__(None, None, None)


def agent_environment(service: Service, state: Path) -> dict[str, str]:
    """What an agent is told of it."""
    return {
        "NEGOTIATE_URL": service.negotiate_url,
        "PUBLISHER_KEY": KEY,
        "STATE_DIR": str(state),
        "LOG_FORMAT": "json",
        "STATUS_INTERVAL": "1",
        "PARTIAL_AFTER": "0.1",
        "READ_FROM": "start",
        "SCAN_INTERVAL": "0.1",
        "POLL_INTERVAL": "0.01",
        "HOME": str(state.parent),
    }


def quiet() -> None:
    """Let the services of this process log nothing below an error."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
