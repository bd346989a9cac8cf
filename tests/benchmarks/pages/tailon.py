"""tailon from PyPI, with what it needs to run on Python 3.11, in an environment of its own outside the sources."""

import shutil
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.machine import REPOSITORY
from tests.benchmarks.pages.site import Site
from tests.benchmarks.processes import Servers, free_port

SOURCE = Path(__file__).parent / "tailon.txt"
CACHE = REPOSITORY / ".tailcast" / "bench" / "tailon"
PYTHON = CACHE / "bin" / "python"
INSTALL_S = 180.0

MAIN = """
import collections, collections.abc
collections.MutableMapping = collections.abc.MutableMapping  # tornado 4 asks for it where Python 3.9 had it
from tailon.main import main
main()
"""


class TailonSite(Site):
    """Runs `tail -F` for each page, and keeps 2,000 lines on it."""

    name = "tailon"
    lines = "#logviewer"
    counted = "bench.seen.size"

    def missing(self) -> str:
        if sys.version_info >= (3, 12):
            return "tailon 1.4 asks for ssl.match_hostname, which Python 3.12 has no more"
        return install()

    def start(self, servers: Servers, path: Path) -> str:
        port = free_port()
        servers.start([PYTHON, "-c", MAIN, "-b", f"127.0.0.1:{port}", "-f", path, "-t", "0"], port=port)
        return f"http://127.0.0.1:{port}/"


def install() -> str:
    """Install what tailon.txt names, unless the cache holds it already; say why not, or nothing."""
    installed = CACHE / SOURCE.name
    if installed.exists() and installed.read_bytes() == SOURCE.read_bytes():
        return ""
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    try:
        for command in ([sys.executable, "-m", "venv", "--clear", str(CACHE)], [*pip, "--no-deps", "-r", str(SOURCE)]):
            subprocess.run(command, check=True, capture_output=True, text=True, timeout=INSTALL_S)
    except (OSError, subprocess.SubprocessError) as error:
        shutil.rmtree(CACHE, ignore_errors=True)
        output = getattr(error, "stderr", None) or str(error)
        return f"pip could not install it: {output.strip().splitlines()[-1]}"
    shutil.copy(SOURCE, installed)
    return ""
