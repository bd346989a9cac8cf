"""Which handler gets an event."""

from emulator.upstream.event_pattern import EventPattern
from emulator.upstream.hub_settings import UNSET, EventHandler, HubSettings
from emulator.upstream.url_template import UrlTemplate

URL = UrlTemplate("http://localhost")
SYSTEM = EventHandler(URL, EventPattern(""), frozenset({"connect"}))
CONNECT = EventHandler(URL, EventPattern("connect"))
REST = EventHandler(URL, EventPattern("*"), frozenset({"connect", "connected"}))


def test_the_first_that_wants_it_gets_it() -> None:
    settings = HubSettings((SYSTEM, CONNECT, REST))
    assert settings.handler_for("connect", is_system=True) is SYSTEM
    assert settings.handler_for("connected", is_system=True) is REST
    assert settings.handler_for("x", is_system=False) is REST


def test_a_user_event_with_the_name_of_a_system_event_is_none() -> None:
    assert HubSettings((SYSTEM, CONNECT)).handler_for("connect", is_system=False) is CONNECT


def test_without_handlers_nobody_gets_it() -> None:
    assert UNSET.handler_for("connect", is_system=True) is None
    assert (UNSET.allows_anonymous, UNSET.keep_alive_s) == (False, None)
