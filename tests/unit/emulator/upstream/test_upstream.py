"""What is known of all handlers together; the calls themselves are in test_conversation."""

import asyncio

from structlog.testing import capture_logs

from emulator.upstream import events
from emulator.upstream.client import HandlerClient
from emulator.upstream.live_settings import LiveSettings
from emulator.upstream.upstream import Upstream
from emulator.upstream.validator import Validator
from tests.unit.emulator.doubles import observer

HUBS = """{
    "a": {"WebSocketKeepAliveIntervalInSeconds": 5, "EventHandlers": [
        {"UrlTemplate": "http://localhost", "SystemEvents": ["connected"]}]},
    "b": {"WebSocketKeepAliveIntervalInSeconds": 7, "AnonymousConnectPolicy": "allow"},
    "c": {}
}"""


def make(client: HandlerClient) -> Upstream:
    return Upstream(
        LiveSettings(hubs=HUBS), client, Validator(client, ["localhost"], lambda: 0.0), "localhost", "key", observer()
    )


async def test_the_intervals_of_all_hubs_are_known(client: HandlerClient) -> None:
    assert make(client).keep_alive_intervals() == {5, 7}


async def test_a_fault_of_ours_is_logged_once(client: HandlerClient) -> None:
    async def fails() -> None:
        raise RuntimeError("a fault")

    with capture_logs() as logs:
        await asyncio.wait([make(client).start(fails())])
        await asyncio.sleep(0)
    assert [log["event"] for log in logs] == ["upstream_failed"]


async def test_an_event_is_wanted_where_a_handler_asks_for_it(client: HandlerClient) -> None:
    upstream = make(client)
    assert upstream.is_wanted("a", events.connected())
    assert not upstream.is_wanted("a", events.disconnected(""))
    assert not upstream.is_wanted("c", events.connected())
    assert not upstream.is_wanted("unknown", events.connected())
    assert upstream.hub("B").allows_anonymous
