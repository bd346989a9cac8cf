"""The tutorial's Python publisher, written anew: each line of standard input becomes one message.

    python stream.py http://localhost:8080/negotiate

After each send it reads one frame, whatever that is: the first is `connected`, and from then on each answer is read
one send late. A service that sends it anything else, or nothing, makes it hang or drift.
"""

import json
import sys
import urllib.request

from websockets.sync.client import connect
from websockets.typing import Subprotocol


def main(negotiate: str) -> None:
    with urllib.request.urlopen(negotiate) as response:
        url = json.load(response)["url"]
    with connect(url, subprotocols=[Subprotocol("json.webpubsub.azure.v1")]) as connection:
        print("connected", flush=True)
        ack_id = 0
        while True:
            try:
                line = input()
            except EOFError:
                break
            ack_id += 1
            message = {"type": "sendToGroup", "group": "stream", "dataType": "text", "data": line, "ackId": ack_id}
            connection.send(json.dumps(message))
            print(connection.recv(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
