"""Make settings of hubs of a tree, and find everything in it that is wrong; reads no file.

The names are those of Microsoft's emulator, `WebPubSub:Hubs:{hub}:EventHandlers:{i}:UrlTemplate` and so on, and of
the resource where that emulator has none. What is not supported is refused by name.
"""

from collections.abc import Callable, Iterator
from typing import Any

from emulator import names
from emulator.upstream.event_pattern import EventPattern
from emulator.upstream.hub_settings import SYSTEM_EVENTS, EventHandler, HubSettings
from emulator.upstream.problems import Problems
from emulator.upstream.sources import Tree
from emulator.upstream.url_template import UrlTemplate

MIN_KEEP_ALIVE_S = 1
MAX_KEEP_ALIVE_S = 120

_HANDLERS, _LISTENERS = "eventhandlers", "eventlisteners"
_POLICY, _KEEP_ALIVE = "anonymousconnectpolicy", "websocketkeepaliveintervalinseconds"
_URL, _SYSTEM, _PATTERN, _PATTERN_OF_RESOURCE, _AUTH = (
    "urltemplate",
    "systemevents",
    "eventpattern",
    "usereventpattern",
    "auth",
)


def read(tree: Tree, problems: Problems) -> dict[str, HubSettings]:
    """The settings in `tree` by lower-case name of the hub; what is wrong goes to `problems` and is left out."""
    hubs = {}
    for name, value in tree.items():
        place = f"WebPubSub:Hubs:{name}"
        if not names.is_hub(name):
            problems.add(place, "not a name of a hub")
        elif not isinstance(value, dict):
            problems.add(place, "not an object of settings")
        else:
            hubs[names.hub_key(name)] = _hub(place, value, problems)
    return hubs


def _hub(place: str, tree: Tree, problems: Problems) -> HubSettings:
    if _LISTENERS in tree:
        problems.add(f"{place}:EventListeners", "the emulator does not support Event Hubs listeners; use EventHandlers")
    _refuse_unknown(place, tree, (_HANDLERS, _LISTENERS, _POLICY, _KEEP_ALIVE), problems)
    handlers = [
        handler
        for index, value in _items(f"{place}:EventHandlers", tree.get(_HANDLERS), problems)
        if (handler := _handler(f"{place}:EventHandlers:{index}", value, problems)) is not None
    ]
    policy = _checked(f"{place}:AnonymousConnectPolicy", tree.get(_POLICY), _allows, problems)
    keep_alive = _checked(f"{place}:WebSocketKeepAliveIntervalInSeconds", tree.get(_KEEP_ALIVE), _seconds, problems)
    return HubSettings(tuple(handlers), bool(policy), keep_alive)


def _handler(place: str, tree: Any, problems: Problems) -> EventHandler | None:
    if not isinstance(tree, dict):
        problems.add(place, "not an object; expected UrlTemplate, SystemEvents and EventPattern")
        return None
    _refuse_unknown(place, tree, (_URL, _SYSTEM, _PATTERN, _PATTERN_OF_RESOURCE, _AUTH), problems)
    if _AUTH in tree and not _is_no_authentication(tree[_AUTH]):
        problems.add(f"{place}:Auth", "the emulator does not support managed identities for handlers; leave Auth out")
    if _PATTERN in tree and _PATTERN_OF_RESOURCE in tree:
        problems.add(place, "EventPattern and UserEventPattern are the same setting; expected one of them")
    url = _checked(f"{place}:UrlTemplate", tree.get(_URL, ""), _template, problems)
    given = tree.get(_PATTERN) or tree.get(_PATTERN_OF_RESOURCE) or ""
    pattern = _checked(f"{place}:EventPattern", given, _pattern, problems)
    system_events = _system_events(f"{place}:SystemEvents", tree.get(_SYSTEM), problems)
    if url is None or pattern is None:
        return None
    if not pattern and not tree.get(_SYSTEM):
        problems.add(place, "gets no event at all; expected EventPattern or SystemEvents")
    return EventHandler(url, pattern, system_events)


def _items(place: str, value: Any, problems: Problems) -> Iterator[tuple[int, Any]]:
    """The items of a list, which is a dictionary of numbers here, in their order."""
    if value is None:
        return
    if not isinstance(value, dict) or not all(key.isascii() and key.isdigit() for key in value):
        problems.add(place, "not a list")
        return
    for index in sorted(value, key=int):
        yield int(index), value[index]


def _system_events(place: str, value: Any, problems: Problems) -> frozenset[str]:
    """From a list, or from one text with commas, which is easier to write into an environment variable."""
    if isinstance(value, str):
        given: list[Any] = [part.strip() for part in value.split(",") if part.strip()]
    else:
        given = [item for _, item in _items(place, value, problems)]
    found = set()
    for event in given:
        name = event.lower() if isinstance(event, str) else None
        if name in ("joined", "left"):
            problems.add(place, f"the emulator does not support {event}, an event of groups")
        elif name not in SYSTEM_EVENTS:
            problems.add(place, f"{event!r} is unknown; expected {', '.join(SYSTEM_EVENTS)}")
        else:
            found.add(name)
    return frozenset(found)


def _checked(place: str, value: Any, parse: Callable[[Any], Any], problems: Problems) -> Any:
    """What `parse` makes of a value that is there; None, with a problem noted, if it does not take it."""
    if value is None:
        return None
    try:
        return parse(value)
    except ValueError as error:
        problems.add(place, error)
        return None


def _template(value: Any) -> UrlTemplate:
    if not isinstance(value, str) or not value:
        raise ValueError("is missing; expected the URL of the handler")
    return UrlTemplate(value)


def _pattern(value: Any) -> EventPattern:
    if not isinstance(value, str):
        raise ValueError("not a text; expected * or names of events, separated by commas")
    return EventPattern(value)


def _allows(value: Any) -> bool:
    if not isinstance(value, str) or value.lower() not in ("allow", "deny"):
        raise ValueError(f"{value!r} is unknown; expected allow or deny")
    return value.lower() == "allow"


def _seconds(value: Any) -> int:
    text = str(value)  # the environment has texts only
    if isinstance(value, bool) or not (text.isascii() and text.isdigit()):
        raise ValueError(f"{value!r} is not a whole number of seconds")
    if not MIN_KEEP_ALIVE_S <= int(text) <= MAX_KEEP_ALIVE_S:
        raise ValueError(f"{value} is not between {MIN_KEEP_ALIVE_S} and {MAX_KEEP_ALIVE_S} seconds")
    return int(text)


def _is_no_authentication(value: Any) -> bool:
    return value is None or (
        isinstance(value, dict) and set(value) == {"type"} and str(value["type"]).lower() == "none"
    )


def _refuse_unknown(place: str, tree: Tree, known: tuple[str, ...], problems: Problems) -> None:
    for key in tree:
        if key not in known:
            problems.add(f"{place}:{key}", "unknown; a typing error?")
