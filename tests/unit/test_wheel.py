"""What others install: a wheel with every service and all that they read, which needs nothing of this repository.

Built and installed as pip does it, without network: hatchling is among the development dependencies.
"""

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
MODULE = (sys.executable, "-m")
PACKAGES = ("common", "emulator", "negotiate_service", "streamer_agent")

CONFTEST = 'pytest_plugins = ["emulator.pytest_plugin"]\n'
STRANGERS_TEST = """
import urllib.request

import emulator

def test_it_answers(webpubsub_emulator):
    assert emulator.__file__.startswith({installed!r})
    assert webpubsub_emulator.connection_string.startswith("Endpoint=http://localhost:")
    with urllib.request.urlopen(webpubsub_emulator.endpoint + "/_emulator/page/page.js") as answer:
        assert answer.status == 200
"""


def run(directory: Path, *argv: str, **env: str) -> str:
    """What a program prints in `directory`; nothing of the tests' own import path reaches it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST"))}
    done = subprocess.run(argv, cwd=directory, env=kept | env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("wheel")
    run(
        target,
        *MODULE,
        "pip",
        "wheel",
        "--quiet",
        "--no-index",
        "--no-build-isolation",
        "--no-deps",
        "-w",
        ".",
        str(ROOT),
    )
    (built,) = target.glob("tailcast-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel's packages and nothing else; what they depend on is in the tests' environment."""
    target = tmp_path_factory.mktemp("installed")
    run(target, *MODULE, "pip", "install", "--quiet", "--no-index", "--no-deps", "--target", ".", str(wheel))
    return target


def test_it_holds_every_file_of_the_services_and_no_other(wheel: Path) -> None:
    files = (path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.is_file())
    here = {path.relative_to(ROOT).as_posix() for path in files if path.suffix != ".pyc"}
    held = {name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert held == here
    assert "emulator/inspection/page/page.js" in held


def test_it_offers_each_extra_and_its_licence(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
        metadata = archive.read(name).decode().splitlines()
        assert any(name.endswith("/licenses/LICENSE") for name in archive.namelist())
    for extra in ("emulator", "negotiate", "streamer"):
        assert f"Provides-Extra: {extra}" in metadata


def test_the_fixture_works_in_a_project_of_strangers(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_mine.py").write_text(STRANGERS_TEST.format(installed=str(installed)))
    said = run(tmp_path, *MODULE, "pytest", "-q", "-p", "no:cacheprovider", PYTHONPATH=str(installed))
    assert "1 passed" in said


def test_it_is_no_plugin_of_who_does_not_ask_for_it(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "test_mine.py").write_text("def test_nothing():\n    pass\n")
    said = run(tmp_path, *MODULE, "pytest", "-q", "--fixtures", "-p", "no:cacheprovider", PYTHONPATH=str(installed))
    assert "webpubsub_emulator" not in said


def test_it_runs_as_a_module_and_as_a_command(installed: Path, tmp_path: Path) -> None:
    for program in ((*MODULE, "emulator"), (str(installed / "bin" / "tailcast-emulator"),)):
        said = run(tmp_path, *program, "--print-connection-string", PYTHONPATH=str(installed))
        assert said.startswith("Endpoint=http://localhost:8080;AccessKey=")
