"""Who may import whom: the services stay apart, and what decides stays apart from what does I/O.

Every module is pure unless it is named here as a shell, so a new one has to be.
"""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ENTRANCES = ("agent", "app", "errors", "settings")
MAY_IMPORT = {
    "common": (),
    "emulator": (  # no wire
        *("common.http_log", "common.logs", "common.secret_file", "common.settings", "common.shortening"),
    ),
    "negotiate_service": ("common",),
    "streamer_agent": ("common",),
    "all_in_one": (
        "common",
        *(f"{s}.{e}" for s in ("emulator", "negotiate_service", "streamer_agent") for e in ENTRANCES),
    ),
}
IO = ("asyncio", "aiohttp", "websockets", "os", "socket", "time", "random", "logging")
SHELLS = {
    "common": ("healthcheck", "http_log", "logs", "secret_file", "settings"),
    "emulator": (
        *("__main__", "app", "caller", "client_socket", "clock", "identity", "in_thread", "link", "live_connection"),
        *("faults.calls", "faults.controls", "faults.endpoint", "faults.injector", "faults.requests", "local_door"),
        *("inspection.endpoint", "pytest_plugin", "quota_endpoint", "rest", "service", "settings"),
        *("unknown_addresses", "unlimited", "websocket_endpoint"),
        *("upstream.client", "upstream.conversation", "upstream.live_settings", "upstream.upstream"),
        "upstream.validator",
    ),
    "negotiate_service": ("__main__", "app", "endpoint", "handlers", "proxies", "publisher_key"),
    "streamer_agent": (
        *("__main__", "agent", "health", "pump", "reporter"),
        *("doctor.command", "doctor.examination", "doctor.in_thread", "doctor.probe"),
        *("publish.negotiation", "publish.publisher", "publish.websocket"),
        *("tail.copies", "tail.harvester", "tail.hints", "tail.lives", "tail.lookout", "tail.open_files"),
        *(
            "tail.register",
            "tail.rescue",
            "tail.saving",
            "tail.scanner",
            "tail.siblings",
            "tail.stdin",
            "tail.steps",
            "tail.store",
        ),
        *("tail.succession", "tail.suspects", "tail.tailer", "tail.upkeep"),
    ),
    "all_in_one": ("*",),
}
MODULES = [path for folder in MAY_IMPORT for path in sorted((ROOT / folder).rglob("*.py"))]


def imports(path: Path) -> set[str]:
    """Dotted names that a module imports, wherever it does; `from a import b` is a.b."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute here"
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def is_in(name: str, packages: tuple[str, ...]) -> bool:
    return any(f"{name}.".startswith(f"{package}.") for package in packages)


def is_shell(folder: str, module: str) -> bool:
    return is_in(module, SHELLS[folder]) or "*" in SHELLS[folder]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_module_imports_only_what_it_may(path: Path) -> None:
    folder, *rest = path.relative_to(ROOT).with_suffix("").parts
    module = ".".join(rest)
    ours = {name for name in imports(path) if is_in(name, (*MAY_IMPORT, "tests"))}
    strangers = {name for name in ours if not is_in(name, (folder, *MAY_IMPORT[folder]))}
    assert not strangers, f"{folder} may import of ours only itself and {MAY_IMPORT[folder]}"
    if not is_shell(folder, module):
        assert not {name for name in imports(path) if is_in(name, IO)}, "a pure module does no I/O; is it a shell?"
        inside = {name.removeprefix(f"{folder}.") for name in ours if is_in(name, (folder,))}
        assert not {name for name in inside if is_shell(folder, name)}, "a pure module imports no shell"


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_every_shell_exists(folder: str) -> None:
    found = {path.relative_to(ROOT / folder).with_suffix("").as_posix() for path in (ROOT / folder).rglob("*.py")}
    names = {name.removesuffix("/__init__").replace("/", ".") for name in found}
    assert [shell for shell in SHELLS[folder] if shell != "*" and shell not in names] == []
