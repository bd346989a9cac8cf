"""A state directory as an agent leaves it, made by the agent's own tail."""

from pathlib import Path

from streamer_agent.tail.options import TailOptions
from streamer_agent.tail.tailer import Tailer


async def tailed(directory: Path, text: str = "one\ntwo\n", settled: int = 4, of: str = "app.log") -> Path:
    """Tail `directory`/app.log, which `of` means, settle as many of its bytes, and return the state directory."""
    state, log = directory / "state", directory / "app.log"
    tailer = Tailer(TailOptions(inputs=(str(directory / of),), state_dir=state, hints=False))
    await tailer.open()
    log.write_text(text)
    await tailer.scan()
    (key,) = tailer.ready()
    assert tailer.read(key, 65_536) is not None
    tailer.settle(key, settled)
    await tailer.stop()
    return state


def content(directory: Path) -> dict[str, bytes]:
    """Every file of a directory with its bytes."""
    return {path.name: path.read_bytes() for path in directory.iterdir()}
