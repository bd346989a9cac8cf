"""Requests over a real socket against the service's own application, which mints real tokens."""

import json
from typing import Any

import pytest
from aiohttp import ClientResponse

from tests.unit.negotiate_service.conftest import AZURE, AZURE_KEY, BEARER, EMULATOR_KEY, KEY, Serve, claims

FORWARDED = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "logs.example.com", "X-Forwarded-Prefix": "/tail"}


async def error_of(response: ClientResponse) -> tuple[int, str]:
    """Status and code of a JSON error that has a sentence for people and must not be stored."""
    answer = await response.json()
    assert len(answer["message"]) > 20
    assert response.headers["Cache-Control"] == "no-store"
    return response.status, answer["error"]


async def test_a_viewer_may_join_the_group_and_nothing_else(serve: Serve) -> None:
    client = await serve()
    response = await client.get("/negotiate")
    answer = await response.json()
    assert response.status == 200
    assert set(answer) == {"url", "group", "hub"}
    assert (answer["group"], answer["hub"]) == ("stream", "stream")
    found = claims(answer["url"])
    assert found["role"] == ["webpubsub.joinLeaveGroup.stream"]
    assert "webpubsub.group" not in found
    assert found["aud"] == "http://emulator:8080/client/hubs/stream"
    assert found["exp"] - found["iat"] == 600


async def test_a_publisher_may_send_to_the_group_and_nothing_else(serve: Serve) -> None:
    client = await serve(stream_group="logs", webpubsub_hub="prod")
    answer = await (await client.get("/negotiate?role=publisher", headers=BEARER)).json()
    assert (answer["group"], answer["hub"]) == ("logs", "prod")
    assert claims(answer["url"])["role"] == ["webpubsub.sendToGroup.logs"]


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {KEY}"}])
async def test_a_publisher_without_the_key_gets_401(serve: Serve, headers: dict[str, str]) -> None:
    client = await serve()
    response = await client.get("/negotiate?role=publisher", headers=headers)
    assert await error_of(response) == (401, "wrong_publisher_key")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


async def test_the_tutorial_gets_both_permissions_without_a_key(serve: Serve) -> None:
    client = await serve(negotiate_tutorial=True)
    answer = await (await client.get("/negotiate")).json()
    assert sorted(claims(answer["url"])["role"]) == ["webpubsub.joinLeaveGroup.stream", "webpubsub.sendToGroup.stream"]
    explicit = await (await client.get("/negotiate?role=viewer")).json()
    assert claims(explicit["url"])["role"] == ["webpubsub.joinLeaveGroup.stream"]
    assert (await client.get("/negotiate?role=publisher")).status == 401


@pytest.mark.parametrize("query", ["role=admin", "role=", "role=viewer&role=publisher"])
async def test_an_unknown_role_gets_400(serve: Serve, query: str) -> None:
    client = await serve()
    assert await error_of(await client.get(f"/negotiate?{query}", headers=BEARER)) == (400, "unknown_role")


async def test_other_query_parameters_are_ignored(serve: Serve) -> None:
    client = await serve()
    assert (await client.get("/negotiate?id=me&x=%zz")).status == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
async def test_another_method_gets_405(serve: Serve, method: str) -> None:
    client = await serve()
    response = await client.request(method, "/negotiate")
    assert await error_of(response) == (405, "method_not_allowed")
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("host", ["localhost:9", "127.0.0.1", "[::1]:80", "tail.localhost", "logs.example.com:8443"])
async def test_our_own_names_are_answered_in_kind(serve: Serve, host: str) -> None:
    client = await serve(allowed_hosts="logs.example.com")
    answer = await (await client.get("/negotiate", headers={"Host": host})).json()
    assert answer["url"].startswith(f"ws://{host}/client/hubs/stream?access_token=")


@pytest.mark.parametrize("host", ["evil.example", "logs.example.com", "localhost.evil.example:8080", "0.0.0.0:8080"])
@pytest.mark.parametrize("method", ["GET", "OPTIONS", "POST"])
async def test_a_foreign_host_gets_421(serve: Serve, host: str, method: str) -> None:
    client = await serve(allowed_hosts="logs.example.com:8443")
    response = await client.request(method, "/negotiate", headers={"Host": host})
    assert await error_of(response) == (421, "foreign_host")


async def test_a_malformed_host_gets_400(serve: Serve) -> None:
    client = await serve()
    response = await client.get("/negotiate", headers={"Host": "a b"})
    assert await error_of(response) == (400, "malformed_request")


async def test_health_does_not_ask_for_a_name(serve: Serve) -> None:
    client = await serve()
    for path in ("/healthz", "/readyz"):
        response = await client.get(path, headers={"Host": "10.0.0.7:8081"})
        assert (response.status, await response.json()) == (200, {"status": "ok"})


async def test_forwarded_headers_of_strangers_are_ignored(serve: Serve) -> None:
    client = await serve(trusted_proxies="10.0.0.0/8", allowed_hosts="logs.example.com")
    answer = await (await client.get("/negotiate", headers=FORWARDED)).json()
    assert answer["url"].startswith(f"ws://127.0.0.1:{client.port}/client/")


async def test_forwarded_headers_of_a_trusted_proxy_make_the_url(serve: Serve) -> None:
    client = await serve(trusted_proxies="127.0.0.0/8", allowed_hosts="logs.example.com")
    answer = await (await client.get("/negotiate", headers=FORWARDED)).json()
    assert answer["url"].startswith("wss://logs.example.com/tail/client/hubs/stream?access_token=")
    assert claims(answer["url"])["aud"] == "http://emulator:8080/client/hubs/stream"


async def test_a_forwarded_foreign_host_gets_421(serve: Serve) -> None:
    client = await serve(trusted_proxies="127.0.0.1", allowed_hosts="logs.example.com")
    response = await client.get("/negotiate", headers=FORWARDED | {"X-Forwarded-Host": "evil.example"})
    assert await error_of(response) == (421, "foreign_host")


async def test_a_malformed_forwarded_header_of_a_trusted_proxy_gets_400(serve: Serve) -> None:
    client = await serve(trusted_proxies="127.0.0.1")
    response = await client.get("/negotiate", headers={"X-Forwarded-Host": "a/b"})
    assert await error_of(response) == (400, "malformed_request")


async def test_a_proxy_can_be_trusted_by_its_name(serve: Serve) -> None:
    client = await serve(trusted_proxies="localhost", allowed_hosts="logs.example.com")
    answer = await (await client.get("/negotiate", headers=FORWARDED)).json()
    assert answer["url"].startswith("wss://logs.example.com/tail/")


async def test_public_url_comes_before_everything_that_is_forwarded(serve: Serve) -> None:
    client = await serve(
        public_url="https://public.example.com:8443/x/", trusted_proxies="127.0.0.1", allowed_hosts="logs.example.com"
    )
    answer = await (await client.get("/negotiate", headers=FORWARDED)).json()
    assert answer["url"].startswith("wss://public.example.com:8443/x/client/hubs/stream?access_token=")


async def test_azures_url_is_handed_out_as_it_is(serve: Serve) -> None:
    client = await serve(
        webpubsub_connection_string=AZURE, public_url="https://public.example.com", trusted_proxies="127.0.0.1"
    )
    answer = await (await client.get("/negotiate", headers={"X-Forwarded-Proto": "https"})).json()
    assert answer["url"].startswith("wss://tailcast.webpubsub.azure.com/client/hubs/stream?access_token=")
    assert claims(answer["url"], AZURE_KEY)["aud"] == "https://tailcast.webpubsub.azure.com/client/hubs/stream"


async def test_other_origins_may_not_read_the_answer(serve: Serve) -> None:
    client = await serve()
    response = await client.get("/negotiate", headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in response.headers
    preflight = await client.options("/negotiate", headers={"Origin": "https://evil.example"})
    assert await error_of(preflight) == (403, "foreign_origin")


async def test_a_listed_origin_may_read_answers_and_errors(serve: Serve) -> None:
    client = await serve(allowed_origins="https://status.example.com")
    asking = {"Origin": "https://status.example.com"}
    for path in ("/negotiate", "/negotiate?role=publisher"):
        response = await client.get(path, headers=asking)
        assert response.headers["Access-Control-Allow-Origin"] == "https://status.example.com"
        assert response.headers["Vary"] == "Origin"


async def test_a_listed_origins_preflight_is_answered(serve: Serve) -> None:
    client = await serve(allowed_origins="https://status.example.com")
    headers = {"Origin": "https://status.example.com", "Access-Control-Request-Method": "GET"}
    response = await client.options("/negotiate?role=publisher", headers=headers)
    assert (response.status, await response.read()) == (204, b"")
    assert response.headers["Access-Control-Allow-Origin"] == "https://status.example.com"
    assert response.headers["Access-Control-Allow-Headers"] == "Authorization"


async def test_every_answer_must_not_be_stored(serve: Serve) -> None:
    client = await serve()
    for method, path in (("GET", "/negotiate"), ("HEAD", "/negotiate"), ("GET", "/healthz"), ("GET", "/nothing")):
        response = await client.request(method, path)
        assert response.headers["Cache-Control"] == "no-store", path
        assert response.headers["X-Content-Type-Options"] == "nosniff", path


async def test_an_unknown_path_gets_a_json_404(serve: Serve) -> None:
    client = await serve()
    assert await error_of(await client.get("/negotiate/x")) == (404, "not_found")


async def test_no_secret_is_in_any_answer_but_the_token_itself(serve: Serve) -> None:
    client = await serve()
    seen: list[Any] = []
    for path in ("/negotiate", "/negotiate?role=publisher", "/negotiate?role=x", "/healthz", "/readyz", "/x"):
        response = await client.get(path)
        seen.append([await response.text(), dict(response.headers)])
    assert KEY not in json.dumps(seen)
    assert EMULATOR_KEY not in json.dumps(seen)
