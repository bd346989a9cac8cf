"""Where settings of hubs are written: JSON in the shape of Microsoft's emulator, and environment variables.

Takes text and mappings and gives trees; what a tree means is in `configuration`, files are read in `live_settings`.
A tree is nested dictionaries with keys in lower case, since keys have none, and lists as dictionaries of "0", "1", ….
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from emulator.upstream.problems import Problems

Tree = dict[str, Any]

ENVIRONMENT_PREFIX = "webpubsub__"
"""`WebPubSub__Hubs__chat__EventHandlers__0__UrlTemplate`: how .NET spells the path of a setting in the environment."""

_ELSEWHERE = {
    "accesskey": "is not read; set EMULATOR_ACCESS_KEY instead",
    "allowunvalidatedentratokens": "is not read; set EMULATOR_ALLOW_UNVALIDATED_ENTRA_TOKENS instead",
}


def from_file(text: str, place: str, problems: Problems) -> Tree:
    """The hubs in a file: what is under WebPubSub:Hubs. Other sections of the file belong to others."""
    content = _parsed(text, place, problems)
    section = content.get("webpubsub") if isinstance(content, dict) else None
    if isinstance(section, dict):
        return _hubs(section, place, problems)
    if content is not None:
        problems.add(place, 'has no section WebPubSub; expected {"WebPubSub": {"Hubs": {"name": {…}}}}')
    return {}


def from_json(text: str, place: str, problems: Problems) -> Tree:
    """The hubs in a text: `{"chat": {"EventHandlers": […]}}`."""
    content = _parsed(text, place, problems)
    if isinstance(content, dict):
        return content
    if content is not None:
        problems.add(place, 'not an object of hubs; expected {"name": {"EventHandlers": […]}}')
    return {}


def foreign_variables(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables whose names begin with WebPubSub__, in any case; an empty one counts as unset."""
    return {name: value for name, value in environment.items() if value and name.lower().startswith(ENVIRONMENT_PREFIX)}


def from_environment(variables: Mapping[str, str], problems: Problems) -> Tree:
    """The hubs in variables as `foreign_variables` finds them."""
    section: Tree = {}
    for name, value in variables.items():
        path = name.lower().removeprefix(ENVIRONMENT_PREFIX).split("__")
        if not all(path) or not _put(section, path, value):
            problems.add(name, "no path of a setting, or one that other variables contradict")
    return _hubs(section, "environment", problems)


def merged(trees: Iterable[Tree]) -> Tree:
    """One tree of several; where two say something of the same path, the later one counts."""
    result: Tree = {}
    for tree in trees:
        for key, value in tree.items():
            known = result.get(key)
            result[key] = merged((known, value)) if isinstance(known, dict) and isinstance(value, dict) else value
    return result


def _parsed(text: str, place: str, problems: Problems) -> Any:
    """JSON with lists as dictionaries and keys in lower case; None, with a problem noted, if it is no JSON."""
    try:
        return _without_lists(json.loads(text, object_pairs_hook=_object))
    except json.JSONDecodeError as error:
        problems.add(place, f"not valid JSON: {error.msg} in line {error.lineno}, column {error.colno}")
    except RecursionError:
        problems.add(place, "not valid JSON: nested too deeply")
    except ValueError as error:
        problems.add(place, error)
    return None


def _object(pairs: list[tuple[str, Any]]) -> Tree:
    tree: Tree = {}
    for key, value in pairs:
        if key.lower() in tree:
            raise ValueError(f"the key {key!r} is given twice; keys have no case")
        tree[key.lower()] = value
    return tree


def _without_lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_lists(item) for key, item in value.items()}
    if isinstance(value, list):
        return {str(index): _without_lists(item) for index, item in enumerate(value)}
    return value


def _hubs(section: Tree, place: str, problems: Problems) -> Tree:
    """What is under Hubs; anything beside it would have to be ignored, and is a mistake instead."""
    for key in section:
        if key != "hubs":
            problems.add(f"{place}: WebPubSub:{key}", _ELSEWHERE.get(key, "unknown; expected WebPubSub:Hubs"))
    hubs = section.get("hubs", {})
    if not isinstance(hubs, dict):
        problems.add(f"{place}: WebPubSub:Hubs", "not an object of hubs by name")
        return {}
    return hubs


def _put(tree: Tree, path: list[str], value: str) -> bool:
    """Set the value at `path`; False if there is one already, on the way or below."""
    *parents, last = path
    for parent in parents:
        tree = tree.setdefault(parent, {})
        if not isinstance(tree, dict):
            return False
    if last in tree:
        return False
    tree[last] = value
    return True
