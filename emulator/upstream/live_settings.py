"""The settings of all hubs, from their file and from the environment, read again while the emulator runs.

A file with a mistake in it stops the emulator from starting, but not one that runs: that keeps what it had.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

import structlog

from emulator import names
from emulator.errors import ConfigurationError
from emulator.upstream import configuration, sources
from emulator.upstream.hub_settings import UNSET, HubSettings
from emulator.upstream.problems import Problems

LOOK_INTERVAL_S = 1.0
"""How often the file is looked at. A look is one call of the operating system."""

_NONE: Mapping[str, str] = {}

log = structlog.stdlib.get_logger("emulator")


class LiveSettings:
    """The settings of hubs as they are now."""

    def __init__(self, path: Path | None = None, hubs: str | None = None, variables: Mapping[str, str] = _NONE) -> None:
        """Read the file at `path`, over it the JSON text `hubs`, and over both `variables` with Microsoft's names.

        Raises:
            ConfigurationError: there are mistakes; the text has a line for each.
        """
        self._path = path
        self._hubs_text = hubs
        self._variables = variables
        self._seen = _look(path)
        self._hubs = self._read()
        self.on_reload: Callable[[], None] = _nothing  # called whenever the settings were read anew

    def hub(self, name: str) -> HubSettings:
        """The settings of the hub `name`, in any case."""
        return self._hubs.get(names.hub_key(name), UNSET)

    def all(self) -> Collection[HubSettings]:
        """Those of every hub that is mentioned."""
        return self._hubs.values()

    def reload(self) -> None:
        """Read the settings again. Mistakes are logged and change nothing. Connections stay as they are."""
        self._seen = _look(self._path)
        try:
            self._hubs = self._read()
        except ConfigurationError as error:
            log.error("hub_settings_refused", file=str(self._path), problems=str(error).splitlines())
            return
        log.info("hub_settings_read", file=str(self._path or ""), hubs=sorted(self._hubs))
        self.on_reload()

    async def watch(self) -> None:
        """Read the settings again whenever the file changes, for ever."""
        while self._path is not None:
            await asyncio.sleep(LOOK_INTERVAL_S)
            if await asyncio.to_thread(_look, self._path) != self._seen:
                self.reload()

    def _read(self) -> dict[str, HubSettings]:
        problems = Problems()
        trees = []
        if self._path is not None:
            trees.append(sources.from_file(_text(self._path, problems), f"EMULATOR_HUBS_FILE {self._path}", problems))
        if self._hubs_text is not None:
            trees.append(sources.from_json(self._hubs_text, "EMULATOR_HUBS", problems))
        trees.append(sources.from_environment(self._variables, problems))
        hubs = configuration.read(sources.merged(trees), problems)
        if problems.lines:
            raise ConfigurationError("\n".join(problems.lines))
        return hubs


_Look = tuple[int, int, int] | None


def _look(path: Path | None) -> _Look:
    """What changes with a file's content: another file under its name, another size or time; None without a file."""
    try:
        found = path.stat() if path is not None else None
    except OSError:
        return None
    return (found.st_ino, found.st_size, found.st_mtime_ns) if found is not None else None


def _text(path: Path, problems: Problems) -> str:
    """The file's text; one that cannot be read is a problem, and as good as one that sets nothing."""
    try:
        return path.read_text("utf-8-sig")
    except OSError as error:
        problems.add(f"EMULATOR_HUBS_FILE {path}", error.strerror)
    except UnicodeDecodeError:
        problems.add(f"EMULATOR_HUBS_FILE {path}", "not a text in UTF-8")
    return '{"WebPubSub": {}}'


def _nothing() -> None:
    pass
