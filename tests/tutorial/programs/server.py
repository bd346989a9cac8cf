"""The tutorial's Python web server, written anew: the page, and /negotiate with both permissions.

python server.py CONNECTION-STRING PORT
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from azure.messaging.webpubsubservice import WebPubSubServiceClient

PAGE = Path(__file__).parent / "public" / "index.html"
ROLES = ["webpubsub.sendToGroup.stream", "webpubsub.joinLeaveGroup.stream"]


class Handler(BaseHTTPRequestHandler):
    """Answers the two paths of the tutorial."""

    service: WebPubSubServiceClient  # set before the server starts

    def do_GET(self) -> None:
        if self.path == "/":
            self._answer(200, "text/html; charset=utf-8", PAGE.read_bytes())
        elif self.path == "/negotiate":
            token = self.service.get_client_access_token(roles=ROLES)
            self._answer(200, "application/json", json.dumps({"url": token["url"]}).encode())
        else:
            self._answer(404, "text/plain", b"")

    def _answer(self, status: int, content_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def main(connection_string: str, port: int) -> None:
    Handler.service = WebPubSubServiceClient.from_connection_string(connection_string, hub="stream")
    server = ThreadingHTTPServer(("localhost", port), Handler)
    print("server started", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
