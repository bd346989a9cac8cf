"""The subcommand: settings in, report out, exit code back. Decides nothing about what is well."""

import asyncio
import sys

from common.logs import mask
from streamer_agent.doctor.examination import examine, who
from streamer_agent.doctor.finding import is_well
from streamer_agent.doctor.report import for_people, for_programs
from streamer_agent.settings import StreamerSettings

JSON_OPTION = "--json"


class DoctorSettings(StreamerSettings):
    """Say what the agent would do with these settings, and what would keep it from doing it.

    Takes what the agent takes, and --json to answer for programs. It sends one message that no page shows, and changes
    nothing: an agent that is at work is not disturbed.
    Exit codes: 0 nothing is wrong, warnings aside; 1 something is; 2 wrong settings.
    """


def run(settings: StreamerSettings, *, as_json: bool, is_coloured: bool) -> int:
    """Examine, print the report to stdout, and return the exit code."""
    findings = asyncio.run(examine(settings))
    text = for_programs(who(), findings) if as_json else for_people(who(), findings, is_coloured=is_coloured)
    # No finding is made of a secret; this is for those that others put where none belongs, such as a path.
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(mask(text).encode(encoding, "replace").decode(encoding))
    sys.stdout.flush()
    return 0 if is_well(findings) else 1
