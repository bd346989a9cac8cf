"""W5 with Microsoft's own client for JavaScript: its questions for a sign of life are answered, so it stays."""

import asyncio
import json

from tests.nasty.breakable import Breakable
from tests.nasty.cases import case
from tests.sdk.client import JAVASCRIPT, SdkClient
from tests.support.system import access

TIMEOUT_S = 0.9
"""How long the client bears silence; two minutes by itself, and it asks every twenty seconds."""


async def impatient_client(broken: Breakable) -> SdkClient:
    """A client that is connected, and to which nobody sends anything."""
    url = (await access(broken.negotiate_url))["url"]
    patience = {"keepAliveIntervalInMs": 100, "keepAliveTimeoutInMs": int(TIMEOUT_S * 1000), "autoReconnect": False}
    client = SdkClient(broken.processes, JAVASCRIPT, url, "", json.dumps(patience))
    await client.call("start")
    await client.event("connected")
    return client


@case("W5")
async def test_the_official_client_stays_while_its_pings_are_answered(broken: Breakable) -> None:
    client = await impatient_client(broken)
    await asyncio.sleep(3 * TIMEOUT_S)  # that nothing happens has no condition to wait for
    assert [event["event"] for event in client.events] == ["connected"]
    await client.call("joinGroup", broken.group)


@case("W5")
async def test_the_official_client_leaves_when_they_are_not(broken: Breakable) -> None:
    client = await impatient_client(broken)
    broken.faults.stall("out")
    await client.event("disconnected")
