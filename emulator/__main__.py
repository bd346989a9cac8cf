"""`python -m emulator`: read the settings, serve until told to stop. The only place that ends the process."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Sequence

import structlog
from aiohttp import web
from pydantic import Field

from common import logs
from common.settings import fail, load
from emulator import identity
from emulator.app import HUB_SETTINGS, RUNNER_OPTIONS, create_app
from emulator.errors import ConfigurationError
from emulator.settings import EmulatorSettings

PROG = "emulator"
BACKLOG = 1024

log = structlog.stdlib.get_logger("emulator")


class CommandLine(EmulatorSettings):
    """A local stand-in for the Azure Web PubSub service."""

    print_connection_string: bool = Field(False, description="Print the connection string, with the key, and exit")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the emulator with `argv`, or with the arguments of this process; return the exit code."""
    settings = load(CommandLine, sys.argv[1:] if argv is None else argv, PROG)
    logs.configure(settings.log_level, settings.log_format)
    try:
        key = identity.access_key(settings)
        if settings.print_connection_string:
            print(identity.connection_string(identity.endpoint(settings, settings.port), key))
        else:
            asyncio.run(serve(settings, key))
    except ConfigurationError as error:
        fail(PROG, str(error).splitlines())
    return 0


async def serve(settings: EmulatorSettings, key: str) -> None:
    """Serve until SIGTERM or SIGINT, then close every connection with 1001. SIGHUP reads the hubs' settings again."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    app = create_app(settings)
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, app[HUB_SETTINGS].reload)
    runner = web.AppRunner(app, **RUNNER_OPTIONS)
    await runner.setup()
    try:
        await _listen(runner, settings)
        _announce(settings, key, port=runner.addresses[0][1])
        await stop.wait()
    finally:
        await runner.cleanup()
    log.info("emulator_stopped")


async def _listen(runner: web.AppRunner, settings: EmulatorSettings) -> None:
    try:
        await web.TCPSite(runner, settings.host, settings.port, backlog=BACKLOG).start()
    except OSError as error:
        why = error.strerror if isinstance(error, socket.gaierror) else os.strerror(error.errno or 0)
        raise ConfigurationError(
            f"cannot listen on {settings.host}:{settings.port}: {why}; choose another --host or --port"
        ) from error


def _announce(settings: EmulatorSettings, key: str, port: int) -> None:
    """Say where the emulator is: to people and programs on stdout, to the log, to the file that was asked for.

    A key that is a secret goes to a terminal and to the file, never to where stdout is collected as a log.
    """
    endpoint = identity.endpoint(settings, port)
    shown = key if key == identity.DEFAULT_KEY or sys.stdout.isatty() else "***"
    if settings.connection_string_file is not None:
        path = settings.connection_string_file
        identity.write_connection_string(path, identity.connection_string(endpoint, key))
    print(identity.connection_string(endpoint, shown), flush=True)
    log.info("emulator_started", endpoint=endpoint, host=settings.host, port=port)
    if settings.allow_unvalidated_entra_tokens:
        log.warning("entra_tokens_not_validated", reason="EMULATOR_ALLOW_UNVALIDATED_ENTRA_TOKENS is set")
    if settings.faults:
        log.warning("faults_allowed", reason="EMULATOR_FAULTS is set", path="/_emulator/faults")
    if settings.unused_in_favour_of is not None:
        log.warning("emulator_not_used", reason="another Web PubSub service is configured; clients go there")


if __name__ == "__main__":
    sys.exit(main())
