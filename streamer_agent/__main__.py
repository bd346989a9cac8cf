"""`python -m streamer_agent PATH…`: read the settings, set up logs and signals, run the agent, choose the exit code."""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence

from common.logs import configure
from common.settings import load
from streamer_agent import events
from streamer_agent.agent import Agent
from streamer_agent.errors import StreamerError
from streamer_agent.settings import StreamerSettings

PROG = "python -m streamer_agent"
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def main(argv: Sequence[str]) -> int:
    """Run until a signal or a fatal error; return the exit code."""
    options, paths = split(argv)
    settings = load(StreamerSettings, [*options, *paths[:1]], PROG)
    if paths:
        settings.log_paths = paths
    configure(settings.log_level, settings.log_format)
    try:
        asyncio.run(run(Agent(settings)))
    except StreamerError as error:
        events.agent_failed(seen=error.seen, advice=error.advice, exit_code=error.exit_code)
        return error.exit_code
    return 0


async def run(agent: Agent) -> None:
    """Run `agent`; the first signal stops it in good order, the second at once."""
    loop = asyncio.get_running_loop()

    def stop() -> None:
        for number in STOP_SIGNALS:
            # Positions are saved only after acks, so ending at once loses nothing either.
            signal.signal(number, lambda number, _frame: os._exit(128 + number))
        agent.stop()

    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, stop)
    await agent.run()


def split(argv: Sequence[str]) -> tuple[list[str], list[str]]:
    """Part options from paths.

    pydantic-settings reads commas, quotes and brackets of list arguments as a syntax of its own; in the names of files
    they are only characters.
    """
    switches = [name for name, field in StreamerSettings.model_fields.items() if field.annotation is bool]
    flags = {"-h", "--help", *(f"--{form}{name}" for name in switches for form in ("", "no-"))}
    options: list[str] = []
    paths: list[str] = []
    rest = iter(argv)
    for argument in rest:
        if argument == "--":
            paths.extend(rest)
        elif not argument.startswith("-") or argument == "-":
            paths.append(argument)
        else:
            options.append(argument)
            if argument not in flags and "=" not in argument:
                options.extend(value for value in (next(rest, None),) if value is not None)
    return options, paths


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
