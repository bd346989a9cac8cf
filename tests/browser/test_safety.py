"""Log text is text, the page keeps to its own origin, and what is not there is not found."""

import aiohttp
import pytest

from tests.browser.visit import Visit
from tests.nasty.cases import case
from tests.support.all_in_one import AllInOne

NASTY = [
    "<img src=x onerror=\"document.title='owned'\">",
    "<script>document.title='owned'</script>",
    "<svg/onload=document.title='owned'>",
    "\"><iframe src=javascript:parent.document.title='owned'></iframe>",
    "&lt;b&gt; stays &amp; stays",
    "{{constructor.constructor('document.title=1')()}} ${document.title} %s %o",
]


async def test_markup_in_a_log_is_text(system: AllInOne, visit: Visit) -> None:
    system.log_file().append(NASTY)
    for text in NASTY:
        await visit.shows(text)
    assert await visit.log.locator("img, script, svg, iframe, b").count() == 0
    assert await visit.page.title() != "owned"
    await visit.assert_clean()


async def test_markup_in_names_is_text(system: AllInOne, visit: Visit) -> None:
    system.log_file("<img src=x onerror=alert(1)>.log").append(["one"])
    await visit.shows("one")
    await visit.page.get_by_test_id("sources-toggle").click()
    assert await visit.page.locator("img").count() == 0
    await visit.assert_clean()


async def test_plain_text_and_foreign_json_are_lines_too(system: AllInOne, visit: Visit) -> None:
    await system.publish({"level": "info", "msg": "<b>hello</b>"})
    await visit.page.get_by_test_id("row-text").filter(has_text="<b>hello</b>").wait_for()
    await system.publish("from another program\n", data_type="text")  # type: ignore[arg-type]
    await visit.shows("from another program")
    await visit.assert_clean()


async def test_token_stays_out_of_history_title_and_referrer(visit: Visit) -> None:
    assert "access_token" not in visit.page.url
    assert await visit.page.evaluate("document.referrer") == ""
    stored = await visit.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, history.state])")
    assert "eyJ" not in stored
    assert "eyJ" not in await visit.page.content()


@pytest.mark.parametrize("path", ["nothing", "assets/nothing.js", "favicon.ico", "%2e%2e/pyproject.toml"])
async def test_what_is_not_there_is_404(system: AllInOne, path: str) -> None:
    async with aiohttp.ClientSession() as http, http.get(system.url + path) as response:
        assert response.status == 404
        assert "tailcast" not in (await response.text()).lower()


@case("V22")
async def test_page_is_never_stale_and_carries_a_strict_policy(system: AllInOne) -> None:
    async with aiohttp.ClientSession() as http, http.get(system.url) as response:
        assert response.headers["Cache-Control"] in ("no-store", "no-cache")
        policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
