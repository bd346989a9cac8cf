"""Entra ID end to end: the service as a process, the real SDK and credentials, against an HTTPS stand-in for both.

The stand-in is the token endpoint of Entra ID and the `:generateToken` operation of Web PubSub (REST API 2024-12-01).
"""

import datetime
import ipaddress
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.support.processes import Process, Processes
from tests.unit.negotiate_service.conftest import BEARER, start, url_of

ENTRA_TOKEN = "token-of-entra-id-that-nobody-may-see"
CLIENT_SECRET = "secret-of-the-service-principal"


class Azure:
    """Answers as Azure does, until `status` says otherwise; keeps what it was asked."""

    def __init__(self) -> None:
        self.status = 200
        self.asked: list[web.Request] = []

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/tenant/oauth2/v2.0/token", self._entra)
        app.router.add_post("/api/hubs/stream/:generateToken", self._generate)
        return app

    async def _entra(self, request: web.Request) -> web.Response:
        form = await request.post()
        assert form["scope"] == "https://webpubsub.azure.com/.default"
        assert form["client_secret"] == CLIENT_SECRET
        return web.json_response({"access_token": ENTRA_TOKEN, "expires_in": 3600, "token_type": "Bearer"})

    async def _generate(self, request: web.Request) -> web.Response:
        self.asked.append(request)
        return web.json_response({"token": "client-token"}, status=self.status)


def certificate(directory: Path) -> Path:
    """A self-signed certificate for loopback, with its key, in one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = directory / "azure.pem"
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
async def azure(tmp_path: Path) -> AsyncIterator[tuple[Azure, TestServer, Path]]:
    pem = certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem)
    stand_in = Azure()
    server = TestServer(stand_in.app(), scheme="https", host="localhost")
    await server.start_server(ssl=context)
    yield stand_in, server, pem
    await server.close()


def with_entra(processes: Processes, server: TestServer, pem: Path, **env: str) -> Process:
    where = f"https://localhost:{server.port}"
    principal = {"AZURE_TENANT_ID": "tenant", "AZURE_CLIENT_ID": "client", "AZURE_CLIENT_SECRET": CLIENT_SECRET}
    given = {"WEBPUBSUB_ENDPOINT": where, "AZURE_AUTHORITY_HOST": where, "SSL_CERT_FILE": str(pem)}
    return start(processes, **principal | given | env)


async def test_a_token_is_minted_by_azure(azure: tuple[Azure, TestServer, Path], tmp_path: Path) -> None:
    stand_in, server, pem = azure
    with Processes(tmp_path) as processes:
        process = with_entra(processes, server, pem)
        url = await url_of(process)
        async with aiohttp.ClientSession() as http, http.get(f"{url}?role=publisher", headers=BEARER) as response:
            answer = await response.json()
        assert answer["url"] == f"wss://localhost:{server.port}/client/hubs/stream?access_token=client-token"
        (asked,) = stand_in.asked
        assert asked.query.getall("role") == ["webpubsub.sendToGroup.stream"]
        assert asked.query["minutesToExpire"] == "10"
        assert asked.headers["Authorization"] == f"Bearer {ENTRA_TOKEN}"
        async with aiohttp.ClientSession() as http, http.get(url.replace("/negotiate", "/readyz")) as response:
            assert response.status == 200
        assert await process.stop() == 0
        assert not any(secret in process.output for secret in (ENTRA_TOKEN, CLIENT_SECRET, "client-token"))


async def test_a_missing_role_assignment_is_named(azure: tuple[Azure, TestServer, Path], tmp_path: Path) -> None:
    stand_in, server, pem = azure
    stand_in.status = 403
    with Processes(tmp_path) as processes:
        process = with_entra(processes, server, pem)
        async with aiohttp.ClientSession() as http, http.get(await url_of(process)) as response:
            answer = await response.json()
        assert (response.status, answer["error"]) == (502, "service_refused")
        assert '"Web PubSub Service Owner"' in answer["message"]
        assert ENTRA_TOKEN not in process.output


async def test_an_unreachable_azure_is_503_and_passes(azure: tuple[Azure, TestServer, Path], tmp_path: Path) -> None:
    _, server, pem = azure
    with Processes(tmp_path) as processes:
        process = with_entra(processes, server, pem, WEBPUBSUB_ENDPOINT="https://localhost:1")
        url = await url_of(process)
        async with aiohttp.ClientSession() as http, http.get(url) as response:
            answer = await response.json()
        assert (response.status, answer["error"]) == (503, "service_unreachable")
        assert "https://localhost:1 did not answer" in answer["message"]


async def test_without_credentials_it_is_alive_and_not_ready(tmp_path: Path) -> None:
    only_the_environment = {"AZURE_TOKEN_CREDENTIALS": "EnvironmentCredential"}
    with Processes(tmp_path) as processes:
        process = start(processes, WEBPUBSUB_ENDPOINT="https://localhost:1", **only_the_environment)
        url = await url_of(process)
        async with aiohttp.ClientSession() as http:
            async with http.get(url.replace("/negotiate", "/readyz")) as response:
                answer = await response.json()
                assert (response.status, answer["status"]) == (503, "unavailable")
                assert "az login" in answer["reason"]
            async with http.get(url.replace("/negotiate", "/healthz")) as response:
                assert response.status == 200
