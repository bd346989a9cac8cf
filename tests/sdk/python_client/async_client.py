"""The same as `client` with the asynchronous client of that SDK."""

import asyncio
import json
import sys
from typing import Any

from azure.messaging.webpubsubclient.aio import WebPubSubClient

from tests.sdk.python_client.shown import EVENTS, content, event, failure, public_methods, say


async def main(url: str, *options: str) -> None:
    """Serve calls until the input ends."""
    client = WebPubSubClient(url, **({"protocol_type": options[0]} if options else {}))
    for name in EVENTS:
        await client.subscribe(name, LISTENERS[name])
    loop, tasks = asyncio.get_running_loop(), set()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        tasks.add(asyncio.create_task(answer(client, json.loads(line))))


def _printer(name: str) -> Any:
    async def listener(*facts: Any) -> None:
        event(name, *facts)

    return listener


LISTENERS = {name: _printer(name) for name in EVENTS}


async def answer(client: WebPubSubClient, asked: dict[str, Any]) -> None:
    """Make one call and print what came of it."""
    try:
        say(id=asked["id"], value=await call(client, asked["call"], *asked["args"]))
    except Exception as error:  # every error is an outcome
        say(id=asked["id"], error=failure(error))


async def call(client: WebPubSubClient, name: str, *args: Any) -> Any:
    """One method of the SDK."""
    if name == "methods":
        return public_methods(client)
    if name == "isConnected":
        return client.is_connected()
    if name == "on":
        await client.subscribe(args[0], LISTENERS[args[0]])
    elif name == "off":
        await client.unsubscribe(args[0], LISTENERS[args[0]])
    elif name == "start":
        await client.open()
    elif name == "stop":
        await client.close()
    elif name == "joinGroup":
        await client.join_group(*args)
    elif name == "leaveGroup":
        await client.leave_group(*args)
    elif name in ("sendToGroup", "sendEvent"):
        target, data, data_type, *rest = args
        options = rest[0] if rest else {}
        given = {"no_echo": options["noEcho"]} if "noEcho" in options else {}
        given |= {"ack_id": options["ackId"]} if "ackId" in options else {}
        send = client.send_to_group if name == "sendToGroup" else client.send_event
        await send(target, content(data, data_type), data_type, **given)
    else:
        raise ValueError(name)
    return None


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
