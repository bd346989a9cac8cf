"""Health, tokens and versions of the REST data plane. The cases name sending to all; sending to a group obeys the
same rules and is what is built.
"""

import time
from typing import Any

import pytest

from tests.conformance import raw_http, tokens
from tests.conformance.cases import case
from tests.conformance.target import PUBLIC_ENDPOINT, Target

VERSIONS = "2021-10-01, 2022-11-01, 2023-07-01, 2024-01-01, 2024-12-01"


async def status(target: Target, suffix: str = "", query: str = "", **claims: Any) -> int:
    """Send to a group with a token whose audience is the path and `suffix`."""
    path = target.group_path()
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


@case("C163")
@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic x"}, {"Authorization": "Bearer x"}])
@pytest.mark.parametrize("call", [("POST", "/:send"), ("HEAD", "/users/u"), ("POST", "/groups/g/:send"), ("GET", "/x")])
async def test_without_a_good_token_everything_is_401(
    target: Target, headers: dict[str, str], call: tuple[str, str]
) -> None:
    method, path = call
    answer = await raw_http.request(target.endpoint, method, f"/api/hubs/{target.hub}{path}", headers, b"x")
    assert answer.status == 401


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
    assert await status(target, aud=f"{target.endpoint}{target.group_path(hub='other')}") == 401


@case("C170")
@pytest.mark.parametrize(("scheme", "expected"), [("wss", 202), ("ws", 202), ("https", 202), ("ftp", 401)])
async def test_the_scheme_of_an_audience_is_one_of_four(target: Target, scheme: str, expected: int) -> None:
    assert await status(target, aud=f"{scheme}://{target.host}{target.group_path()}") == expected


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
    ("method", "path", "named"),
    [("POST", "/:send", "SendToAll"), ("HEAD", "/users/u", ""), ("DELETE", "/connections/c", "CloseConnection")],
)
async def test_an_operation_that_is_not_built_is_501_and_named(
    here: Target, method: str, path: str, named: str
) -> None:
    answer = await here.rest(method, f"/api/hubs/{here.hub}{path}", b"" if method == "POST" else None)
    assert (answer.status, answer.headers["x-ms-error-code"]) == (501, "Error.NotImplemented")
    assert named in answer.body.decode()
