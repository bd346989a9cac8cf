"""What settings of hubs mean, and what is wrong with them."""

from typing import Any

import pytest

from emulator.upstream import configuration, sources
from emulator.upstream.hub_settings import UNSET, HubSettings
from emulator.upstream.problems import Problems

URL = "http://localhost:7071/{event}"


def read(tree: Any) -> tuple[dict[str, HubSettings], list[str]]:
    problems = Problems()
    return configuration.read(tree, problems), problems.lines


def hub(**settings: Any) -> HubSettings:
    hubs, lines = read(sources._without_lists({"chat": settings}))
    assert lines == []
    return hubs["chat"]


def refuse(**settings: Any) -> list[str]:
    return read(sources._without_lists({"chat": settings}))[1]


def handler(**settings: Any) -> dict[str, Any]:
    return {"urltemplate": URL, "eventpattern": "*", **settings}


def test_a_hub_that_says_nothing_has_the_defaults() -> None:
    assert hub() == UNSET


def test_handlers_are_kept_in_order_and_the_first_that_wants_an_event_gets_it() -> None:
    settings = hub(
        eventhandlers=[
            handler(eventpattern="a", systemevents=["Connected"]),
            handler(systemevents="connect, connected"),
        ]
    )
    first, second = settings.handlers
    assert settings.handler_for("a", is_system=False) is first
    assert settings.handler_for("b", is_system=False) is second
    assert settings.handler_for("connected", is_system=True) is first
    assert settings.handler_for("connect", is_system=True) is second
    assert settings.handler_for("disconnected", is_system=True) is None


def test_items_are_ordered_by_their_number_not_by_its_text() -> None:
    settings = {str(index): handler(eventpattern=f"e{index}") for index in (10, 9, 2)}
    hubs, lines = read({"chat": {"eventhandlers": settings}})
    assert lines == []
    assert [item.wants("e2", is_system=False) for item in hubs["chat"].handlers] == [True, False, False]


def test_a_hub_of_the_resource_is_understood() -> None:
    settings = hub(
        eventhandlers=[{"urltemplate": URL, "usereventpattern": "a", "systemevents": [], "auth": {"type": "None"}}],
        anonymousconnectpolicy="Allow",
        websocketkeepaliveintervalinseconds="30",
    )
    assert settings.handlers[0].wants("a", is_system=False)
    assert (settings.allows_anonymous, settings.keep_alive_s) == (True, 30)


def test_a_disabled_policy_is_the_default() -> None:
    assert hub(anonymousconnectpolicy="deny").allows_anonymous is False


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"eventlisteners": []}, "WebPubSub:Hubs:chat:EventListeners: the emulator does not support Event Hubs"),
        ({"eventhandler": []}, "WebPubSub:Hubs:chat:eventhandler: unknown"),
        ({"eventhandlers": "x"}, "WebPubSub:Hubs:chat:EventHandlers: not a list"),
        ({"eventhandlers": ["x"]}, "WebPubSub:Hubs:chat:EventHandlers:0: not an object"),
        ({"eventhandlers": [{"eventpattern": "*"}]}, "EventHandlers:0:UrlTemplate: is missing"),
        ({"eventhandlers": [handler(urltemplate="tunnel:///chat")]}, "UrlTemplate: the emulator does not support tun"),
        ({"eventhandlers": [handler(urltemplate="{@Microsoft.KeyVault(x)}")]}, "does not support Key Vault"),
        ({"eventhandlers": [handler(auth={"type": "ManagedIdentity"})]}, "Auth: the emulator does not support managed"),
        ({"eventhandlers": [handler(eventpattern="a b")]}, "EventPattern: 'a b' is not a pattern"),
        ({"eventhandlers": [handler(eventpattern=1)]}, "EventPattern: not a text"),
        ({"eventhandlers": [handler(usereventpattern="a")]}, "are the same setting"),
        ({"eventhandlers": [handler(eventpattern="")]}, "gets no event at all"),
        ({"eventhandlers": [handler(systemevents=["connect", "fly"])]}, "SystemEvents: 'fly' is unknown"),
        ({"eventhandlers": [handler(systemevents=["joined"])]}, "SystemEvents: the emulator does not support joined"),
        ({"eventhandlers": [handler(systemevents=[1])]}, "SystemEvents: 1 is unknown"),
        ({"eventhandlers": [handler(systemevents=1)]}, "SystemEvents: not a list"),
        ({"eventhandlers": [handler(pattern="*")]}, "EventHandlers:0:pattern: unknown"),
        ({"anonymousconnectpolicy": "maybe"}, "AnonymousConnectPolicy: 'maybe' is unknown; expected allow or deny"),
        ({"anonymousconnectpolicy": True}, "AnonymousConnectPolicy: True is unknown"),
        ({"websocketkeepaliveintervalinseconds": 0}, "0 is not between 1 and 120"),
        ({"websocketkeepaliveintervalinseconds": "121"}, "121 is not between 1 and 120"),
        ({"websocketkeepaliveintervalinseconds": 1.5}, "1.5 is not a whole number"),
        ({"websocketkeepaliveintervalinseconds": True}, "True is not a whole number"),
    ],
)
def test_what_is_wrong_or_not_supported_is_named_with_its_place(settings: dict[str, Any], problem: str) -> None:
    (line,) = refuse(**settings)
    assert line.startswith("WebPubSub:Hubs:chat:")
    assert problem in line


@pytest.mark.parametrize(("name", "value"), [("_default", {}), ("a/b", {}), ("chat", "x")])
def test_names_and_kinds_of_hubs_are_checked(name: str, value: Any) -> None:
    hubs, lines = read({name: value})
    assert (hubs, len(lines)) == ({}, 1)


def test_everything_wrong_is_said_at_once() -> None:
    lines = refuse(
        eventhandlers=[handler(urltemplate="ftp://x"), handler(systemevents=["a", "b"])], anonymousconnectpolicy="x"
    )
    assert len(lines) == 4
