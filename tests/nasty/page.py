"""Runs the page's own tests, in Node, and gathers which cases they show; their titles begin with the ids."""

import json
import re
import subprocess

from tests.conformance.results import Verdict
from tests.support.processes import ROOT
from tests.support.tools import require

COMMAND = ["--prefix", str(ROOT / "viewer"), "run", "--silent", "test", "--", "--reporter=json"]
IDS = re.compile(r"((?:[TVW]\d+(?:, )?)+): ")


def run(verdicts: dict[str, Verdict]) -> int:
    """Add to the verdicts what the page's tests came to; return the exit code, 0 if all passed."""
    ended = subprocess.run([require("npm"), *COMMAND], capture_output=True, text=True, check=False)
    for file in json.loads(ended.stdout[ended.stdout.index("{") :])["testResults"]:
        for test in file["assertionResults"]:
            for id_ in ids(test["title"]):
                verdict = verdicts.setdefault(id_, Verdict())
                if test["status"] == "passed":
                    verdict.passed += 1
                else:
                    verdict.failed.append(test["fullName"])
    return ended.returncode


def ids(title: str) -> list[str]:
    """The cases that a test's title names: "V15, V24: without storage" shows two."""
    named = IDS.match(title)
    return named[1].split(", ") if named else []
