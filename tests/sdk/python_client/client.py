"""Drives azure-messaging-webpubsubclient: a call per line of standard input, outcomes and events as lines of output."""

import json
import sys
import threading
from functools import partial
from typing import Any

from azure.messaging.webpubsubclient import WebPubSubClient

from tests.sdk.python_client.shown import EVENTS, content, event, failure, public_methods, say

ACK_TIMEOUT_S = 5.0
"""This client misses an ack that is faster than its own next line, and then waits for as long before it looks. Four
attempts of its usual 30 seconds would be more than a test has.
"""
LISTENERS = {name: partial(event, name) for name in EVENTS}


def main(url: str, *options: str) -> None:
    """Serve calls until the input ends."""
    client = WebPubSubClient(url, ack_timeout=ACK_TIMEOUT_S, **({"protocol_type": options[0]} if options else {}))
    for name in EVENTS:
        client.subscribe(name, LISTENERS[name])
    for line in sys.stdin:
        threading.Thread(target=answer, args=(client, json.loads(line)), daemon=True).start()


def answer(client: WebPubSubClient, asked: dict[str, Any]) -> None:
    """Make one call and print what came of it."""
    try:
        say(id=asked["id"], value=call(client, asked["call"], *asked["args"]))
    except Exception as error:  # every error is an outcome
        say(id=asked["id"], error=failure(error))


def call(client: WebPubSubClient, name: str, *args: Any) -> Any:
    """One method of the SDK."""
    if name == "methods":
        return public_methods(client)
    if name == "isConnected":
        return client.is_connected()
    if name == "on":
        client.subscribe(args[0], LISTENERS[args[0]])
    elif name == "off":
        client.unsubscribe(args[0], LISTENERS[args[0]])
    elif name == "start":
        client.open()
    elif name == "stop":
        client.close()
    elif name == "joinGroup":
        client.join_group(*args)
    elif name == "leaveGroup":
        client.leave_group(*args)
    elif name in ("sendToGroup", "sendEvent"):
        target, data, data_type, *rest = args
        options = rest[0] if rest else {}
        given = {"no_echo": options["noEcho"]} if "noEcho" in options else {}
        given |= {"ack_id": options["ackId"]} if "ackId" in options else {}
        send = client.send_to_group if name == "sendToGroup" else client.send_event
        send(target, content(data, data_type), data_type, **given)
    else:
        raise ValueError(name)
    return None


if __name__ == "__main__":
    main(*sys.argv[1:])
