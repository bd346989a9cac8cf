"""Whatever is down, the page says which hop, counts down to the next attempt, and tries at once when asked to."""

import re

import pytest
from playwright.async_api import Route, expect

from tests.browser.visit import Visit, lines
from tests.nasty.cases import case
from tests.support.all_in_one import AllInOne


@case("V18", "W7")
async def test_page_loaded_while_negotiate_is_down_says_so_and_recovers(system: AllInOne, alone: Visit) -> None:
    negotiate = f"{system.url}negotiate"
    await alone.page.route(negotiate, lambda route: route.abort())
    await alone.page.reload()
    await expect(alone.banner).to_contain_text("The negotiate service cannot be reached.")
    await expect(alone.banner).to_contain_text(re.compile("Trying again in [0-9]+ s"))
    await alone.page.unroute(negotiate)
    await expect(alone.state).to_have_text("Live")


@case("V18")
async def test_retry_now_asks_at_once(system: AllInOne, alone: Visit) -> None:
    await alone.page.route(f"{system.url}negotiate", lambda route: route.fulfill(status=503, headers=LATER))
    await alone.page.reload()
    await expect(alone.banner).to_contain_text(re.compile("Trying again in [0-9]{2,} s"))
    async with alone.page.expect_request("**/negotiate", timeout=2000):  # sooner than by itself
        await alone.page.get_by_test_id("retry").click()


LATER = {"Retry-After": "60"}
HTML = "<!doctype html><title>Sign in to this network</title>"


@case("W7")
@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"status": 503, "headers": LATER, "body": ""}, "status 503"),
        ({"status": 429, "headers": LATER, "body": ""}, "status 429"),
        ({"status": 200, "content_type": "text/html", "body": HTML}, "not JSON"),
        ({"status": 502, "content_type": "text/html", "body": "<h1>Bad gateway</h1>"}, "status 502"),
        ({"status": 200, "content_type": "application/json", "body": "{}"}, 'no valid "url"'),
    ],
    ids=["503", "429", "captive-portal", "proxy", "empty"],
)
async def test_strange_answer_of_negotiate_is_told(
    system: AllInOne, alone: Visit, answer: dict[str, object], said: str
) -> None:
    async def fulfill(route: Route) -> None:
        await route.fulfill(**answer)  # type: ignore[arg-type]

    await alone.page.route(f"{system.url}negotiate", fulfill)
    await alone.page.reload()
    await expect(alone.banner).to_contain_text("The negotiate service answered")
    await expect(alone.banner).to_contain_text(said)
    assert (await alone.seconds_left() > 50) == ("headers" in answer)


@case("V18", "W7")
async def test_page_loaded_while_the_service_is_down_says_so_and_recovers(system: AllInOne, alone: Visit) -> None:
    await system.break_something("refuse", at="connect", status=503)
    await alone.page.reload()
    await expect(alone.banner).to_contain_text("The Web PubSub service did not accept the connection.")
    await expect(alone.banner).to_contain_text(re.compile("Trying again in [0-9]+ s"))
    await system.end_faults()
    await alone.page.get_by_test_id("retry").click()
    await expect(alone.state).to_have_text("Live")


@case("V18")
async def test_silent_agent_is_named_though_the_connection_is_well(system: AllInOne, visit: Visit) -> None:
    status = {key: value for key, value in lines(0, "x").items() if key in ("tailcast", "agent", "name", "at")}
    await system.publish(status | {"kind": "status", "interval": 0.5, "sources": [], "started": 1})
    await expect(visit.note).to_contain_text("web-9 silent for")
    await expect(visit.state).to_have_text("Live")
    await expect(visit.banner).to_be_hidden()
