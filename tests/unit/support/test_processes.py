import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.eventually import eventually
from tests.support.processes import ROOT, Processes
from tests.support.tools import require

SLEEP = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"]


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


async def test_leaving_ends_every_process_even_a_stopped_one(tmp_path: Path) -> None:
    with Processes(tmp_path) as processes:
        one, two = processes.start("one", SLEEP, {}), processes.start("two", SLEEP, {})
        await one.said("up")
        two.signal(signal.SIGSTOP)
    assert not one.is_running
    assert not two.is_running
    assert not Processes.running & {one.pid, two.pid}


async def test_failure_of_the_test_ends_them_too(tmp_path: Path) -> None:
    with suppress(ZeroDivisionError), Processes(tmp_path) as processes:
        process = processes.start("one", SLEEP, {})
        raise ZeroDivisionError
    assert not process.is_running


async def test_process_does_not_outlive_a_killed_test_run(tmp_path: Path) -> None:
    require("setpriv")
    program = f"""
import asyncio, sys, time
from pathlib import Path
sys.path.insert(0, {str(ROOT)!r})
from tests.support.processes import Processes
child = Processes(Path({str(tmp_path)!r})).start("child", {SLEEP!r}, {{}})
asyncio.run(child.said("up"))
print(child.pid, flush=True)
time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        child = int(run.stdout.readline())
        run.kill()
    await eventually(lambda: not is_alive(child), "the child ends")


async def test_environment_of_the_test_run_is_not_inherited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBPUBSUB_CONNECTION_STRING", "Endpoint=https://example.com;AccessKey=hush;")
    with Processes(tmp_path) as processes:
        process = processes.start("env", [sys.executable, "-c", "import os; print(dict(os.environ))"], {"ONE": "1"})
        assert await process.ended() == 0
    assert "'ONE': '1'" in process.stdout
    assert "WEBPUBSUB" not in process.stdout


async def test_what_is_said_and_what_is_not(tmp_path: Path) -> None:
    with Processes(tmp_path) as processes:
        process = processes.start("short", [sys.executable, "-c", "print('hello'); exit(3)"], {})
        assert "hello" in await process.said("hello")
        began = time.monotonic()
        with pytest.raises(AssertionError, match="did not say 'goodbye' but:\nhello"):
            await process.said("goodbye")
        assert time.monotonic() - began < 5  # an ended process says nothing more, so nobody waits for it
        assert await process.ended() == 3


async def test_input_is_written_and_ended(tmp_path: Path) -> None:
    with Processes(tmp_path) as processes:
        process = processes.start("cat", ["cat"], {}, stdin=True)
        process.write(b"line\n")
        await process.said("line")
        process.end_input()
        assert await process.ended() == 0
