"""Every public method of the client SDKs is exercised by a test."""

from tests.sdk import test_clients, test_invocations, test_javascript_streams
from tests.sdk.client import JAVASCRIPT
from tests.sdk.conftest import Connect
from tests.sdk.coverage import unexercised

CALLS = {
    "open": "start",
    "close": "stop",
    "join_group": "joinGroup",
    "leave_group": "leaveGroup",
    "send_to_group": "sendToGroup",
    "send_event": "sendEvent",
    "subscribe": "on",
    "unsubscribe": "off",
    "is_connected": "isConnected",
    "onGroupStream": "watchStreams",
    "openGroupStream": "openStream",
}
"""What the tests call a method, where that is not its own name: they are the same for all SDKs."""


async def test_no_method_is_left_out(sdk: str, connect: Connect) -> None:
    methods = await connect(sdk).call("methods")
    assert len(methods) >= 9
    modules = (test_clients, test_invocations, test_javascript_streams) if sdk == JAVASCRIPT else (test_clients,)
    assert unexercised((CALLS.get(name, name) for name in methods), *modules) == set()


def test_a_method_without_a_test_is_found() -> None:
    assert unexercised(["start", "thing", "group/start"], test_clients) == {"thing", "group/start"}
