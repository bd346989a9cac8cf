"""Says which settings count, and shows no secret among them. Reads neither environment nor command line."""

from typing import Any

from streamer_agent.doctor.finding import Finding, ok, warning
from streamer_agent.errors import address
from streamer_agent.settings import DEFAULT_KEY_FILE, StreamerSettings

HIDDEN = frozenset({"xdg_state_home", "log_paths"})
"""Told by what follows from them: the state directory and the inputs."""
MOST_SHOWN = 60
"""Characters of a value in the sentence; programs get all of it."""


def judge(settings: StreamerSettings) -> Finding:
    """Name what is set, by option or environment, and where the key comes from."""
    chosen = [
        f"{name.upper()}={_shortened(str(shown(settings, name)))}"
        for name in type(settings).model_fields
        if name in settings.model_fields_set and name not in HIDDEN
    ]
    key = _key(settings)
    seen = f"{', '.join(chosen) or 'none is set'}; all others have their defaults; {key}"
    known = {
        "values": {name.upper(): shown(settings, name) for name in type(settings).model_fields},
        "set": sorted(name.upper() for name in settings.model_fields_set),
    }
    if settings.key is None:
        return warning(
            "settings", seen, "negotiate hands out URLs to publish with to those who show its key", facts=known
        )
    return ok("settings", seen, facts=known)


def shown(settings: StreamerSettings, name: str) -> Any:
    """The value of one setting as people and programs may see it."""
    value = getattr(settings, name)
    if name == "negotiate_url":
        return address(value)
    if "Secret" in str(type(settings).model_fields[name].annotation):
        return None if value is None else "(secret)"
    if value is None or isinstance(value, bool | int | float | list):
        return value
    return str(value)


def _shortened(text: str) -> str:
    return text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 1] + "…"


def _key(settings: StreamerSettings) -> str:
    if settings.key is None:
        return f"there is no publisher's key, in PUBLISHER_KEY, PUBLISHER_KEY_FILE or {DEFAULT_KEY_FILE}"
    if settings.publisher_key is not None:
        return "the key is that in PUBLISHER_KEY"
    return f"the key is that in {settings.publisher_key_file or DEFAULT_KEY_FILE}"
