"""The page's own tests, in Node, and the cases that they show; their titles begin with the ids."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.nasty.ways import Cases, Shown, Way
from tests.support.processes import ROOT
from tests.support.tools import require

COMMAND = ["--prefix", str(ROOT / "viewer"), "run", "--silent", "test", "--", "--reporter=json"]
IDS = re.compile(r"((?:[TVW]\d+(?:, )?)+): ")
SUITE = "page"


def run(cases: Cases) -> int:
    """Run them and add what passed and what failed; return the exit code, 0 if all passed."""
    # Node comes with the locked Python packages: the one beside this interpreter.
    search = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    npm = shutil.which("npm", path=search) or require("npm")
    with TemporaryDirectory(prefix="tailcast-nasty-") as directory:
        report = Path(directory) / "report.json"
        command = [npm, *COMMAND, f"--outputFile={report}"]
        ended = subprocess.run(command, env=os.environ | {"PATH": search}, capture_output=True, text=True, check=False)
        if not report.exists():
            print(f"the page's own tests did not run:\n{ended.stdout}{ended.stderr}", file=sys.stderr)
            return 1
        files = json.loads(report.read_text("utf-8"))["testResults"]
    for file in files:
        for test in file["assertionResults"]:
            note(cases, test["title"], "" if test["status"] == "passed" else test["fullName"])
    return ended.returncode


def declare(cases: Cases) -> None:
    """Add all that stand in the files."""
    for path in sorted((ROOT / "viewer" / "tests").rglob("*.test.ts")):
        for title in re.findall(r"'([TVW]\d[^'\n]*)'", path.read_text("utf-8")):
            note(cases, title)


def note(cases: Cases, title: str, failed: str = "") -> None:
    """Add one test."""
    for id_ in ids(title):
        shown = cases.setdefault(id_, Shown())
        if failed:
            shown.failed.append(failed)
        else:
            shown.ways.add(Way())
            shown.suites.add(SUITE)


def ids(title: str) -> list[str]:
    """The cases that a test's title names: "V15, V24: without storage" shows two."""
    named = IDS.match(title)
    return named[1].split(", ") if named else []
