"""Rehearses a start of the agent's tail with copies of its positions, to learn where it would go on in each file.

The very code that will decide decides here, rotation and all, on a state directory of its own that is thrown away
again. Nothing is published, no hint is asked for, and the true state directory is not touched.
"""

import tempfile
from dataclasses import replace
from pathlib import Path

from streamer_agent.agent import tail_options
from streamer_agent.doctor.probe.state import Saved
from streamer_agent.settings import StreamerSettings
from streamer_agent.tail.facts import Notice, SourceFacts
from streamer_agent.tail.options import STDIN
from streamer_agent.tail.store import PREVIOUS, STATE
from streamer_agent.tail.tailer import Tailer


async def rehearse(settings: StreamerSettings, saved: Saved) -> list[SourceFacts]:
    """Start with `saved`, look at everything once, and return the facts on every source.

    Raises:
        TailError: the agent would not start; the message says why.
    """
    with tempfile.TemporaryDirectory(prefix="tailcast-doctor-") as directory:
        _copy(saved, Path(directory))
        options = tail_options(settings, Path(directory))
        inputs = tuple(path for path in options.inputs if path != STDIN)
        tailer = Tailer(replace(options, inputs=inputs, hints=False), notify=_ignore)
        await tailer.open()
        try:
            return tailer.facts()
        finally:
            await tailer.stop()


def _copy(saved: Saved, directory: Path) -> None:
    for name, copy in zip((STATE, PREVIOUS), saved.copies, strict=False):
        (directory / name).write_bytes(copy)


def _ignore(_notice: Notice) -> None:
    """What happens in a rehearsal is no news."""
