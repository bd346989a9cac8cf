"""The emulator as a process of its own, as its users start it; knows none of its protocols."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support.eventually import eventually
from tests.support.processes import Processes


@asynccontextmanager
async def emulator_process(directory: Path, **env: str) -> AsyncIterator[str]:
    """Its connection string, with a free port and a random key; `env` are further settings.

    At the end it must still run, or have ended well, and must have logged no error.
    """
    file = directory / "connection-string"
    settings = {
        "EMULATOR_PORT": "0",
        "EMULATOR_ACCESS_KEY": secrets.token_hex(32),
        "EMULATOR_CONNECTION_STRING_FILE": str(file),
    }
    with Processes(directory) as processes:
        process = processes.start_module("emulator", "emulator", env=settings | env)
        await eventually(lambda: file.exists() or not process.is_running, "the emulator is up")
        yield file.read_text().strip()
        processes.assert_well()
        assert '"level": "error"' not in process.output
        assert "Traceback" not in process.output
