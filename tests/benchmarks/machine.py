"""Describe the machine and the commit that figures belong to.

Measures nothing.
"""

import os
import platform
import subprocess
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


def describe() -> list[str]:
    """Sentences for the head of the report, one per line."""
    load = " ".join(f"{value:.2f}" for value in os.getloadavg())
    return [
        f"Machine: {processor()}, {os.cpu_count()} cores, {memory_gb():.0f} GB; Linux {platform.release()}.",
        f"Python {platform.python_version()}; commit {commit()}; load before the run {load}.",
    ]


def processor() -> str:
    """The processor's name as the kernel has it."""
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def memory_gb() -> float:
    """Physical memory in units of 10^9 bytes."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9


def commit() -> str:
    """The short commit id, with a plus sign when tracked files differ from it."""
    try:
        head = git("rev-parse", "--short=12", "HEAD")
        return head + ("+" if git("status", "--porcelain") else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown (no git)"


def git(*arguments: str) -> str:
    """Standard output of git in this repository.

    Raises:
        OSError, subprocess.CalledProcessError: git is missing, or this is not a clone.
    """
    done = subprocess.run(["git", *arguments], cwd=REPOSITORY, check=True, capture_output=True, text=True)
    return done.stdout.strip()
