"""`python -m all_in_one --port 8080 --logs PATH`: everything in one process. The only place that exits it."""

import asyncio
import os
import random
import socket
import sys
from collections.abc import Sequence

from all_in_one import composition, demo_script, service
from all_in_one.announcement import announcement
from all_in_one.app import create_app
from all_in_one.composition import Services
from all_in_one.demo_log import DemoLog
from all_in_one.errors import ConfigurationError
from all_in_one.listener import listen
from all_in_one.settings import AllInOneSettings
from common import logs
from common.settings import fail, load
from streamer_agent.agent import Agent
from streamer_agent.errors import StreamerError

PROG = "all_in_one"


async def run(own: AllInOneSettings, sockets: Sequence[socket.socket], port: int, services: Services) -> None:
    """Put everything together and run it until it is told to stop.

    Raises:
        ConfigurationError: a part cannot run as it is configured.
        StreamerError: the agent cannot go on.
    """
    app = create_app(services.negotiate, services.emulator, own.viewer_dist)
    demo = None if own.logs else DemoLog(own.demo_dir)
    tailed = demo.glob if demo else str(own.logs)
    agent = Agent(composition.agent(own, port, services, tailed))
    azure = services.negotiate.endpoint if services.emulator is None else None
    text = announcement(
        port,
        tailed,
        azure,
        services.publisher_key_file,
        is_demo=demo is not None,
        tutorial=services.negotiate.negotiate_tutorial,
    )
    await service.run(
        app,
        sockets,
        agent,
        demo=(lambda: demo.play(demo_script.script(random.Random()))) if demo else None,  # noqa: S311 - a story
        announce=lambda: print(text, flush=True),
    )


def main() -> None:
    """Exit with 2 when settings are wrong, 1 when the port is taken, and as the agent does when that cannot go on."""
    own = load(AllInOneSettings, sys.argv[1:], PROG)
    logs.configure(own.log_level, own.log_format)
    try:
        sockets = listen(own.port)
    except OSError as error:
        reason = os.strerror(error.errno or 0)  # the error's own text repeats the address
        sys.exit(f"{PROG}: cannot listen on localhost:{own.port}: {reason}; try another port: make run PORT=8090")
    port = sockets[0].getsockname()[1]
    try:
        asyncio.run(run(own, sockets, port, composition.services(port)))
    except ConfigurationError as error:
        fail(PROG, error.lines)
    except StreamerError as error:
        sys.stderr.write(f"{PROG}: the agent ended: {error}\n")
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
