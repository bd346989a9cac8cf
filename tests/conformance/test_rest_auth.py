"""Health, tokens and versions of the REST data plane, in the main by sending to all."""

import json
import time
from typing import Any

import pytest

from tests.conformance import raw_http, tokens
from tests.conformance.cases import case
from tests.conformance.target import PUBLIC_ENDPOINT, Target

VERSIONS = "2021-10-01, 2022-11-01, 2023-07-01, 2024-01-01, 2024-12-01"
OPERATIONS = [
    "POST :send",
    "POST :closeConnections",
    "POST :generateToken",
    "POST :addToGroups",
    "POST :removeFromGroups",
    "HEAD connections/c",
    "DELETE connections/c",
    "POST connections/c/:send",
    "DELETE connections/c/groups",
    "HEAD groups/g",
    "POST groups/g/:send",
    "POST groups/g/:closeConnections",
    "GET groups/g/connections",
    "PUT groups/g/connections/c",
    "DELETE groups/g/connections/c",
    "HEAD users/u",
    "POST users/u/:send",
    "POST users/u/:closeConnections",
    "DELETE users/u/groups",
    "PUT users/u/groups/g",
    "DELETE users/u/groups/g",
    "PUT permissions/sendToGroup/connections/c",
    "DELETE permissions/sendToGroup/connections/c",
    "HEAD permissions/sendToGroup/connections/c",
]
"""Every operation on a hub of version 2024-12-01."""


async def status(target: Target, suffix: str = "", query: str = "", **claims: Any) -> int:
    """Send to all with a token whose audience is the path and `suffix`."""
    path = f"/api/hubs/{target.hub}/:send"
    token = target.rest_token(path + suffix, **claims)
    return (await target.rest("POST", path, b"x", query=query, token=token)).status


@case("C161")
async def test_health_needs_no_token_and_names_the_versions(target: Target) -> None:
    response = await raw_http.request(target.endpoint, "HEAD", "/api/health?api-version=2024-12-01")
    assert (response.status, response.headers["api-supported-versions"]) == (200, VERSIONS)


@case("C162")
@pytest.mark.parametrize("path", ["/health", "/api/health"])
async def test_health_is_nowhere_else_and_has_no_other_method(target: Target, path: str) -> None:
    assert (await raw_http.request(target.endpoint, "GET", path)).status == 404


@case("C161", "C174")
async def test_health_is_asked_in_a_supported_version(target: Target) -> None:
    assert (await raw_http.request(target.endpoint, "HEAD", "/api/health?api-version=1999-01-01")).status == 400


@case("C163")
@pytest.mark.parametrize("operation", [*OPERATIONS, "GET nothing/here"])
@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic x"}, {"Authorization": "Bearer x"}])
async def test_without_a_good_token_everything_is_401(target: Target, headers: dict[str, str], operation: str) -> None:
    method, below = operation.split()
    answer = await raw_http.request(target.endpoint, method, f"/api/hubs/{target.hub}/{below}", headers, b"x")
    assert answer.status == 401


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_every_operation_is_there_in_every_version(target: Target, operation: str) -> None:
    method, below = operation.split()
    body = {"groups": ["g"]} if "Groups" in below else None
    for version in VERSIONS.split(", "):
        answer = await target.rest(
            method,
            f"/api/hubs/{target.hub}/{below}",
            b"" if body is None else json.dumps(body).encode(),
            query=f"api-version={version}",
            headers={} if body is None else {"Content-Type": "application/json"},
        )
        assert answer.status in (200, 202, 204) or "NotExisted" in answer.headers["x-ms-error-code"]
        assert answer.headers["api-supported-versions"] == VERSIONS


@case("C164", "C165", "C166", "C167")
@pytest.mark.parametrize("suffix", ["?api-version=2024-12-01", "", "?filter=userId%20eq%20%27a%27", "/", "/child"])
async def test_an_audience_may_continue_at_a_boundary(target: Target, suffix: str) -> None:
    assert await status(target, suffix, query="api-version=2024-12-01") == 202


@case("C168")
@pytest.mark.parametrize("suffix", ["Suffix", "%253Fx"])
async def test_an_audience_may_not_continue_without_one(target: Target, suffix: str) -> None:
    assert await status(target, suffix) == 401


@case("C169")
async def test_an_audience_of_another_hub_is_refused(target: Target) -> None:
    assert await status(target, aud=f"{target.endpoint}/api/hubs/other/:send") == 401


@case("C170")
@pytest.mark.parametrize(("scheme", "expected"), [("wss", 202), ("ws", 202), ("https", 202), ("ftp", 401)])
async def test_the_scheme_of_an_audience_is_one_of_four(target: Target, scheme: str, expected: int) -> None:
    assert await status(target, aud=f"{scheme}://{target.host}/api/hubs/{target.hub}/:send") == expected


@case("C171")
async def test_an_expired_token_is_refused(target: Target) -> None:
    assert await status(target, exp=int(time.time()) - 600) == 401


async def test_a_token_without_an_end_or_of_another_key_is_refused(target: Target) -> None:
    assert await status(target, exp=None) == 401
    claims = tokens.with_times({"aud": f"{target.endpoint}{target.group_path()}"})
    token = tokens.sign("another key, which is long enough too", claims)
    assert (await target.rest("POST", target.group_path(), b"x", token=token)).status == 401


@case("C172")
async def test_behind_a_proxy_the_audience_is_the_public_endpoint(here: Target) -> None:
    token = here.rest_token("", aud=f"{PUBLIC_ENDPOINT}{here.group_path()}")
    headers = {"Host": "inside:1234"}
    assert (await here.rest("POST", here.group_path(), b"x", token=token, headers=headers)).status == 202


@case("C173", "C174")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", 202),
        ("api-version=2021-10-01", 202),
        ("api-version=1999-01-01", 400),
        ("api-version=2024-12-01&api-version=2024-12-01", 400),
    ],
)
async def test_the_version_is_a_supported_one_or_absent(target: Target, query: str, expected: int) -> None:
    assert await status(target, query=query) == expected


async def test_a_refusal_has_code_message_and_target_and_repeats_the_code_in_a_header(target: Target) -> None:
    answer = await target.rest("POST", target.group_path(), b"x", query="api-version=1")
    assert answer.headers["x-ms-error-code"] == "Error.BadRequest"
    assert b'"code":' in answer.body.replace(b'": ', b'":')


@pytest.mark.parametrize(
    ("method", "below", "expected"),
    [("GET", ":send", 405), ("POST", ":shout", 404), ("POST", "groups/g/x/:send", 404), ("HEAD", "groups/%20", 400)],
)
async def test_what_is_no_operation_is_refused(target: Target, method: str, below: str, expected: int) -> None:
    answer = await target.operate(method, below)
    assert (answer.status, answer.headers["x-ms-error-code"][:6]) == (expected, "Error.")
