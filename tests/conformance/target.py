"""The service under test: the emulator in this process, or the one that the environment names.

TEST_TARGET_URL is the URL of an emulator with the default key; TEST_TARGET_CONNECTION_STRING the connection string of
any service, such as a resource of Azure. What needs settings of its own, would harm those who share a named service
or would use up what they pay for, is skipped there with the reason.
Each test has a hub and groups of its own, so that tests can share a service with each other and with strangers.
"""

import asyncio
import json
import os
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from aiohttp import web
from pydantic import SecretStr

from emulator.app import RUNNER_OPTIONS, create_app
from emulator.settings import GivenSettings
from tests.conformance import raw_http, tokens
from tests.conformance.raw_client import RawClient
from tests.conformance.raw_http import Response

JSON = "json.webpubsub.azure.v1"
RELIABLE_JSON = "json.reliable.webpubsub.azure.v1"
API_VERSION = "2024-12-01"
DEFAULT_KEY = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGH"
PUBLIC_ENDPOINT = "https://logs.example.org"
"""A further endpoint that the emulator in process is told of."""

ALL_ROLES = ("webpubsub.joinLeaveGroup", "webpubsub.sendToGroup")
NEEDS_OWN = "needs an emulator with settings of its own, or would harm a shared one"
NEEDS_FREE = "would use up the messages of a metered service"
SMALL_BUFFER_BYTES = 4096
"""Of a client that is to be behind soon; by itself the kernel holds megabytes."""

SETTLE_S = 1.0
"""How long a service far away gets to deliver what it acknowledged."""


class Target:
    """A service with its key, and the clients that a test opened."""

    def __init__(self, endpoint: str, key: str, *, is_here: bool) -> None:
        self.endpoint = endpoint
        self.key = key
        self.is_here = is_here  # in this process, with the settings of `in_process`
        self.hub = f"t{secrets.token_hex(8)}"
        self.clients: list[RawClient] = []  # dropped at the end of the test

    @property
    def is_metered(self) -> bool:
        """A service that someone pays for, by the message: whatever has a certificate."""
        return self.endpoint.startswith("https:")

    @property
    def connection_string(self) -> str:
        """What SDKs of the service take."""
        return self.connection_string_at(self.endpoint)

    def connection_string_at(self, endpoint: str) -> str:
        """The same with another endpoint."""
        return f"Endpoint={endpoint};AccessKey={self.key};Version=1.0;"

    @property
    def host(self) -> str:
        """Host and port."""
        return urlsplit(self.endpoint).netloc

    def token(self, key: str | None = None, groups: Sequence[str] | None = None, **claims: Any) -> str:
        """A client's token for this test's hub, with `claims` added or replaced; None leaves one out."""
        given = {"aud": f"{self.endpoint}/client/hubs/{self.hub}", "webpubsub.group": groups, **claims}
        return tokens.sign(key or self.key, tokens.with_times(given))

    async def connect(
        self,
        address: str | None = None,
        *,
        token: str | None = None,
        subprotocols: Sequence[str] = (JSON,),
        headers: dict[str, str] | None = None,
        query: str = "",
        receive_buffer_bytes: int | None = None,
    ) -> RawClient:
        """Upgrade and nothing else. `address` is path and query in full; without it, this hub's with `token`."""
        address = address or f"/client/hubs/{self.hub}?access_token={token or self.token(role=list(ALL_ROLES))}{query}"
        client = await RawClient.connect(self.endpoint, address, subprotocols, headers, receive_buffer_bytes)
        self.clients.append(client)
        return client

    async def client(
        self,
        *roles: str,
        user_id: str | None = None,
        groups: Sequence[str] = (),
        query: str = "",
        subprotocol: str = JSON,
        receive_buffer_bytes: int | None = None,
    ) -> RawClient:
        """A JSON client with exactly `roles`, or with all if none is named, past its connected frame."""
        token = self.token(role=list(roles or ALL_ROLES), sub=user_id, groups=list(groups) or None)
        client = await self.connect(
            token=token, query=query, subprotocols=[subprotocol], receive_buffer_bytes=receive_buffer_bytes
        )
        greeting = await client.expect(type="system", event="connected")
        client.connection_id = greeting["connectionId"]
        client.reconnection_token = greeting.get("reconnectionToken", "")
        return client

    async def reliable(self, *groups: str, roles: Sequence[str] = ()) -> RawClient:
        """A client of the reliable JSON subprotocol that is in `groups` from the start."""
        return await self.client(*roles, groups=groups, subprotocol=RELIABLE_JSON)

    async def recover(
        self,
        client: RawClient,
        *,
        token: str | None = None,
        connection_id: str | None = None,
        hub: str | None = None,
        query: str = "",
        subprotocol: str = RELIABLE_JSON,
    ) -> RawClient:
        """Try to go on with the connection of `client` on another socket, without an access token."""
        pair = f"awps_connection_id={connection_id or client.connection_id}"
        pair += f"&awps_reconnection_token={client.reconnection_token if token is None else token}"
        again = await self.connect(f"/client/hubs/{hub or self.hub}?{pair}{query}", subprotocols=[subprotocol])
        again.connection_id, again.reconnection_token = client.connection_id, client.reconnection_token
        return again

    async def member(self, group: str = "g", user_id: str | None = None) -> RawClient:
        """A JSON client that is in `group` from the start."""
        return await self.client(groups=[group], user_id=user_id)

    async def stuck(self, group: str = "g") -> RawClient:
        """A JSON client that is in `group` and reads nothing from now on, for whom the kernel holds little."""
        client = await self.client(groups=[group], receive_buffer_bytes=SMALL_BUFFER_BYTES)
        client.pause()
        return client

    async def untaken(self, client: RawClient) -> int:
        """How many messages the emulator could not write to the socket of `client`, as its own page says."""
        answer = await self.rest("GET", "/_emulator/state", query=f"hub={self.hub}")
        (found,) = (one for one in json.loads(answer.body)["connections"] if one["connection"] == client.connection_id)
        return int(found["untaken"]["messages"])

    async def simple(self, *groups: str, query: str = "", role: Sequence[str] = ()) -> RawClient:
        """A client without subprotocol in `groups`; it knows that it has joined by an answer to a ping."""
        token = self.token(role=list(role), groups=list(groups))
        client = await self.connect(token=token, subprotocols=(), query=query)
        await client.expect_nothing()
        return client

    def rest_token(self, path: str, **claims: Any) -> str:
        """A token for a REST call on `path`."""
        return tokens.sign(self.key, tokens.with_times({"aud": f"{self.endpoint}{path}", **claims}))

    async def rest(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        query: str = f"api-version={API_VERSION}",
        token: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Response:
        """A REST call, signed for its path unless `token` is given."""
        given = {"Authorization": f"Bearer {token or self.rest_token(path)}", **(headers or {})}
        return await raw_http.request(self.endpoint, method, f"{path}?{query}".rstrip("?"), given, body)

    async def operate(
        self,
        method: str,
        below: str,
        body: bytes | str | dict[str, Any] | None = None,
        query: str = "",
        content_type: str | None = None,
        **headers: str,
    ) -> Response:
        """An operation on this test's hub, `below` its path: a str as text, a dict as JSON, bytes as binary."""
        kinds = {str: "text/plain", dict: "application/json", bytes: "application/octet-stream"}
        data = json.dumps(body).encode() if isinstance(body, dict) else body.encode() if isinstance(body, str) else body
        kind = content_type or kinds.get(type(body))
        return await self.rest(
            method,
            f"/api/hubs/{self.hub}/{below}",
            b"" if data is None and method == "POST" else data,
            query=f"api-version={API_VERSION}{query}",
            headers={**({"Content-Type": kind} if kind else {}), **headers},
        )

    def group_path(self, group: str = "g", hub: str | None = None) -> str:
        """The path that sends to a group."""
        return f"/api/hubs/{hub or self.hub}/groups/{quote(group, safe='')}/:send"

    async def send_to_group(
        self, body: bytes | str | dict[str, Any], group: str = "g", content_type: str | None = None, query: str = ""
    ) -> Response:
        """Publish over REST: a str as text, a dict as JSON, bytes as binary, or as `content_type` says."""
        return await self.operate("POST", f"groups/{quote(group, safe='')}/:send", body, query, content_type)

    async def settle(self) -> None:
        """Wait until what was acknowledged must have been delivered; in this process it has been at once."""
        if not self.is_here:
            await asyncio.sleep(SETTLE_S)

    def close(self) -> None:
        """Drop all clients of the test."""
        for client in self.clients:
            client.drop()


def named() -> Target | None:
    """The service that the environment names: a connection string, or a URL of an emulator with the default key."""
    text = os.environ.get("TEST_TARGET_CONNECTION_STRING")
    url = os.environ.get("TEST_TARGET_URL")
    return parse(text or f"Endpoint={url};AccessKey={DEFAULT_KEY}") if text or url else None


def parse(connection_string: str) -> Target:
    """A target of a connection string."""
    pairs = (part.partition("=") for part in connection_string.split(";") if part)
    values = {name.lower(): value for name, _, value in pairs}
    return Target(values["endpoint"].rstrip("/"), values["accesskey"], is_here=False)


@asynccontextmanager
async def in_process(**settings: Any) -> AsyncIterator[Target]:
    """The emulator on a free port, with a random key; where another service is named, the test is skipped."""
    if named() is not None:
        pytest.skip(NEEDS_OWN)
    key = secrets.token_hex(32)
    given = GivenSettings(access_key=SecretStr(key), public_endpoints=(PUBLIC_ENDPOINT,), **settings)
    runner = web.AppRunner(create_app(given), **RUNNER_OPTIONS)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    target = Target(f"http://127.0.0.1:{runner.addresses[0][1]}", key, is_here=True)
    try:
        yield target
    finally:
        target.close()
        await runner.cleanup()
