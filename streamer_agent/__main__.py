"""`python -m streamer_agent [doctor] PATH…`: read the settings, set up logs and signals, run, choose the exit code."""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from typing import TypeVar

from common.logs import configure
from common.settings import load
from streamer_agent import events
from streamer_agent.agent import Agent
from streamer_agent.doctor import command
from streamer_agent.errors import StreamerError
from streamer_agent.settings import StreamerSettings

PROG = "python -m streamer_agent"
DOCTOR = "doctor"
"""The subcommand. A file of that name is ./doctor, or comes behind --."""
S = TypeVar("S", bound=StreamerSettings)
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def main(argv: Sequence[str]) -> int:
    """Run until a signal or a fatal error; return the exit code."""
    if argv[:1] == [DOCTOR]:
        return doctor(argv[1:])
    settings = read_settings(StreamerSettings, argv, PROG)
    try:
        asyncio.run(run(Agent(settings)))
    except StreamerError as error:
        events.agent_failed(seen=error.seen, advice=error.advice, exit_code=error.exit_code)
        return error.exit_code
    return 0


def doctor(argv: Sequence[str]) -> int:
    """Say what the agent would do, and return the exit code."""
    own = [*argv[: argv.index("--")]] if "--" in argv else [*argv]
    rest = argv[len(own) :]
    as_json = command.JSON_OPTION in own
    agents = [argument for argument in own if argument != command.JSON_OPTION]
    settings = read_settings(command.DoctorSettings, [*agents, *rest], f"{PROG} {DOCTOR}")
    is_coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")  # https://no-color.org
    return command.run(settings, as_json=as_json, is_coloured=is_coloured)


def read_settings(model: type[S], argv: Sequence[str], prog: str) -> S:
    """Load the settings, and set up logs as they say."""
    options, paths, excluded = split(argv)
    settings = load(model, [*options, *paths[:1]], prog)
    if paths:
        settings.log_paths = paths
    if excluded:
        settings.exclude = excluded
    configure(settings.log_level, settings.log_format)
    return settings


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


def split(argv: Sequence[str]) -> tuple[list[str], list[str], list[str]]:
    """Part options from paths and from globs to exclude.

    pydantic-settings reads commas, quotes and brackets of list arguments as a syntax of its own; in the names of files
    they are only characters.
    """
    switches = [name for name, field in StreamerSettings.model_fields.items() if field.annotation is bool]
    flags = {"-h", "--help", *(f"--{form}{name}" for name in switches for form in ("", "no-"))}
    options: list[str] = []
    paths: list[str] = []
    excluded: list[str] = []
    rest = iter(argv)
    for argument in rest:
        if argument == "--":
            paths.extend(rest)
        elif not argument.startswith("-") or argument == "-":
            paths.append(argument)
        elif argument.startswith("--exclude="):
            excluded.append(argument.partition("=")[2])
        elif argument == "--exclude" and (glob := next(rest, None)) is not None:
            excluded.append(glob)
        else:
            options.append(argument)
            if argument not in flags and "=" not in argument:
                options.extend(value for value in (next(rest, None),) if value is not None)
    return options, paths, excluded


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
