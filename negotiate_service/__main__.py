"""`python -m negotiate_service`: read the settings, listen, stop on SIGINT or SIGTERM."""

import asyncio
import signal
import sys

import structlog
from aiohttp import web

from common import logs
from common.http_log import HTTP_LOG
from common.settings import fail, load
from negotiate_service.app import create_app
from negotiate_service.errors import ConfigurationError
from negotiate_service.settings import NegotiateSettings

PROG = "negotiate_service"
STOP_TIMEOUT_S = 5.0


async def serve(settings: NegotiateSettings) -> None:
    """Serve until a signal comes.

    Raises:
        ConfigurationError: the settings cannot be served.
        OSError: the address cannot be listened on.
    """
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    # No access log: it would repeat every request's query.
    runner = web.AppRunner(create_app(settings), access_log=None, logger=HTTP_LOG, shutdown_timeout=STOP_TIMEOUT_S)
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.negotiate_host, settings.negotiate_port).start()
        addresses = [f"http://{web_host(*address[:2])}/negotiate" for address in runner.addresses]
        structlog.stdlib.get_logger(PROG).info("listening", urls=addresses)
        await stop.wait()
    finally:
        await runner.cleanup()


def web_host(host: str, port: int) -> str:
    """Host and port as in a URL."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def main() -> None:
    """Run the service; exit with 2 when its settings are wrong and with 1 when it cannot listen."""
    settings = load(NegotiateSettings, sys.argv[1:], PROG)
    logs.configure(settings.log_level, settings.log_format)
    try:
        asyncio.run(serve(settings))
    except ConfigurationError as error:
        fail(PROG, [str(error)])
    except OSError as error:
        where = web_host(settings.negotiate_host, settings.negotiate_port)
        sys.exit(f"{PROG}: cannot listen on {where}: {error.strerror}; set NEGOTIATE_HOST and NEGOTIATE_PORT")


if __name__ == "__main__":
    main()
