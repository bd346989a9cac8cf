"""Who gets in under /_emulator/, and by what others are kept out."""

from typing import Any, cast
from unittest.mock import Mock

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from emulator.errors import RefusedError
from emulator.identity import DEFAULT_KEY
from emulator.local_door import KEY_COOKIE, behind_door, let_in, require_local_or_key

KEY = "k" * 40


def request(
    peer: Any = ("127.0.0.1", 50000), method: str = "GET", host: str = "localhost:8080", **headers: str
) -> web.Request:
    transport = Mock()
    transport.get_extra_info = {"peername": peer}.get
    given = {"Host": host, **{name.replace("_", "-"): value for name, value in headers.items()}}
    made = make_mocked_request(method, "/_emulator/faults", headers=given, transport=transport)
    return cast("web.Request", made)


def refusal(made: web.Request) -> str:
    with pytest.raises(RefusedError) as caught:
        require_local_or_key(made, KEY)
    assert caught.value.status == 403
    assert KEY not in caught.value.message
    return caught.value.message


@pytest.mark.parametrize("peer", [("127.0.0.1", 1), ("127.8.8.8", 1), ("::1", 1, 0, 0), ("::ffff:127.0.0.1", 1, 0, 0)])
def test_this_machine_gets_in(peer: Any) -> None:
    require_local_or_key(request(peer), KEY)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1:8080", "[::1]:8080", "emulator.localhost:80"])
def test_every_name_of_this_machine_will_do(host: str) -> None:
    require_local_or_key(request(host=host), KEY)


@pytest.mark.parametrize("peer", [("192.0.2.1", 1), ("::ffff:192.0.2.1", 1, 0, 0), None, ""])
def test_others_stay_out(peer: Any) -> None:
    assert refusal(request(peer)).startswith("The request is not from this machine.")


@pytest.mark.parametrize("host", ["logs.example.org", "localhost.example.org", "192.0.2.1:8080", "[::1", ""])
def test_a_name_that_was_bound_anew_to_this_machine_stays_out(host: str) -> None:
    assert "no name of this machine" in refusal(request(host=host))


MARKS = (
    *(
        "Forwarded",
        "Via",
        "X_Forwarded_For",
        "X_Real_IP",
        "X_Forwarded_Host",
        "x_forwarded_anything",
        "CF_Connecting_IP",
    ),
    *("CF_Ray", "True_Client_IP", "X_Client_IP", "X_Original_Forwarded_For", "X_Envoy_External_Address"),
    *("CDN_Loop", "X_Azure_ClientIP", "X_Amzn_Trace_Id", "Fly_Client_IP", "Fastly_Client_IP", "X_Cluster_Client_IP"),
)


@pytest.mark.parametrize("mark", MARKS)
def test_what_a_proxy_on_this_machine_passes_on_stays_out(mark: str) -> None:
    assert "A proxy passed the request on" in refusal(request(**{mark: "127.0.0.1"}))


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:3000", "http://localhost:8080.x"])
def test_pages_of_other_origins_stay_out(origin: str) -> None:
    assert "A page of" in refusal(request(Origin=origin, method="POST"))


def test_a_page_whose_browser_hides_its_origin_stays_out() -> None:
    assert "another origin" in refusal(request(Sec_Fetch_Site="cross-site"))
    assert "another origin" in refusal(request(Sec_Fetch_Site="same-site"))


def test_pages_of_the_emulator_itself_get_in() -> None:
    require_local_or_key(request(Origin="http://localhost:8080", Sec_Fetch_Site="same-origin", method="POST"), KEY)


def test_the_key_opens_from_anywhere() -> None:
    far = {"Forwarded": "for=192.0.2.7", "Authorization": f"Bearer {KEY}"}
    require_local_or_key(request(("192.0.2.1", 1), host="logs.example.org", **far), KEY)


@pytest.mark.parametrize("shown", ["Bearer ", f"Bearer {KEY[:-1]}", f"Basic {KEY}", f"Bearer {KEY}x", "Bearer ä"])
def test_a_wrong_key_does_not(shown: str) -> None:
    refusal(request(("192.0.2.1", 1), Authorization=shown))


def test_the_public_default_key_opens_nothing_as_any_page_knows_it() -> None:
    rebound = {"Authorization": f"Bearer {DEFAULT_KEY}", "Origin": "http://evil.example", "Cookie": ""}
    for headers in (rebound, {**rebound, "Cookie": f"{KEY_COOKIE}={DEFAULT_KEY}"}):
        with pytest.raises(RefusedError):
            require_local_or_key(request(host="evil.example", **headers), DEFAULT_KEY)
    require_local_or_key(request(), DEFAULT_KEY)


def cookie_for(shown: str, key: str = KEY) -> str:
    """The cookie that a browser gets which shows this key; nothing for a wrong one."""
    response = web.Response()
    let_in(response, request(), shown, key)
    return str(response.cookies[KEY_COOKIE].OutputString()) if KEY_COOKIE in response.cookies else ""


def test_only_who_shows_the_key_gets_a_cookie_and_the_key_is_not_in_it() -> None:
    assert "HttpOnly" in cookie_for(KEY)
    assert "SameSite=Strict" in cookie_for(KEY)
    assert KEY not in cookie_for(KEY)
    assert cookie_for("wrong") == cookie_for("") == cookie_for(DEFAULT_KEY, DEFAULT_KEY) == ""


def test_the_cookie_is_good_for_reading_alone_and_for_pages_of_the_emulator() -> None:
    far, cookie = ("192.0.2.1", 1), cookie_for(KEY).partition(";")[0]
    require_local_or_key(request(far, Cookie=cookie), KEY)
    refusal(request(far, method="POST", Cookie=cookie))
    refusal(request(far, Cookie=cookie, Origin="https://evil.example"))
    for other in ("other", KEY):
        refusal(request(far, Cookie=f"{KEY_COOKIE}={other}"))


def test_what_programs_say_of_themselves_is_no_mark_of_a_proxy() -> None:
    said = {"User_Agent": "curl/8", "X_Request_ID": "1", "traceparent": "00-1", "X_MS_Client_Request_Id": "1"}
    require_local_or_key(request(**said), KEY)


async def test_a_request_for_two_hosts_is_refused_even_with_the_key() -> None:
    async def never(_request: web.Request) -> web.Response:
        raise AssertionError

    made = request(host="evil.example@localhost", Authorization=f"Bearer {KEY}")
    assert (await behind_door(never, KEY)(made)).status == 400


async def test_who_stays_out_is_answered_in_json_and_nothing_is_done() -> None:
    async def never(_request: web.Request) -> web.Response:
        raise AssertionError

    answer = await behind_door(never, KEY)(request(("192.0.2.1", 1)))
    assert isinstance(answer, web.Response)
    assert (answer.status, answer.content_type) == (403, "application/json")
