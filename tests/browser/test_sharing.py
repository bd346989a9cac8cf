"""The connection is one for all tabs of a browser, and where that cannot be, each tab has one that works as well."""

import pytest
from playwright.async_api import BrowserContext, expect

from tests.browser.conftest import ALONE
from tests.browser.visit import Visit, lines
from tests.nasty.cases import case
from tests.support.all_in_one import AllInOne
from tests.support.eventually import eventually
from tests.support.log_file import numbered

# As Chromium does where a site may store nothing.
REFUSED = "window.SharedWorker = class { constructor() { throw new DOMException('Denied', 'SecurityError') } }"
# As when a new version of the page took the place of the worker's file.
GONE = "const Real = SharedWorker; window.SharedWorker = function (url, how) { return new Real(url + '.gone', how) }"


async def second_tab(system: AllInOne, context: BrowserContext) -> Visit:
    tab = Visit(await context.new_page(), system.url)
    await tab.open()
    return tab


@case("V15")
async def test_tabs_share_a_connection_and_the_first_may_go(
    system: AllInOne, visit: Visit, context: BrowserContext
) -> None:
    second = await second_tab(system, context)
    file = system.log_file()
    file.append(["for both"])
    await visit.shows("for both")
    await second.shows("for both")
    assert system.urls_issued() == 1
    await visit.page.close()
    file.append(["for the second"])
    await second.shows("for the second")
    assert system.urls_issued() == 1
    await second.assert_clean()


@case("V15")
async def test_tab_that_comes_late_shows_what_came_before_it(
    system: AllInOne, visit: Visit, context: BrowserContext
) -> None:
    system.log_file().append(numbered(1, 50))
    await visit.shows("line 000050")
    second = await second_tab(system, context)
    await second.shows("line 000050")
    assert await second.texts() == await visit.texts()
    await expect(second.dividers).to_have_count(0)


@case("V15")
async def test_connection_ends_with_the_last_tab_and_comes_back_with_the_next(
    system: AllInOne, visit: Visit, context: BrowserContext
) -> None:
    await visit.page.goto("about:blank")
    await eventually(lambda: has_only_the_agent(system), "the page's connection ends")
    second = await second_tab(system, context)
    system.log_file().append(["after the rest"])
    await second.shows("after the rest")


@case("V15")
async def test_tabs_without_a_shared_worker_have_a_connection_each(
    system: AllInOne, alone: Visit, context: BrowserContext
) -> None:
    second = await second_tab(system, context)
    assert system.urls_issued() == 2
    await alone.page.close()
    system.log_file().append(["for the second"])
    await second.shows("for the second")
    await second.assert_clean()


@case("V15", "V24")
@pytest.mark.parametrize("instead", [REFUSED, GONE, ALONE], ids=["refused", "gone", "none"])
async def test_page_that_gets_no_shared_worker_does_without(
    system: AllInOne, context: BrowserContext, instead: str
) -> None:
    await context.add_init_script(instead)
    visit = Visit(await context.new_page(), system.url)
    await visit.open()
    await system.publish(lines(0, "one"))
    await visit.shows("one")


@case("V15")
async def test_shared_worker_that_ended_is_replaced_and_the_gap_named(system: AllInOne, visit: Visit) -> None:
    await lose_shared_worker(system, visit)
    await the_gap_is_named(system, visit)


@case("V15")
async def test_shared_worker_whose_end_no_lock_tells_is_replaced_too(system: AllInOne, visit: Visit) -> None:
    await visit.page.clock.install()
    await visit.page.add_init_script("delete Navigator.prototype.locks")  # as on a page that is not secure
    await visit.page.reload()
    await expect(visit.state).to_have_text("Live")
    await lose_shared_worker(system, visit)
    await visit.page.clock.run_for(40_000)  # until it was asked three times in vain
    await the_gap_is_named(system, visit)


async def lose_shared_worker(system: AllInOne, visit: Visit) -> None:
    """End the worker with two messages on their way to it, and before it 4 bytes that came through."""
    await system.publish(lines(0, "one"))
    await visit.shows("one")
    stalled = await system.break_something("stall", group="stream", direction="out")
    await system.publish(lines(4, "two"), lines(8, "three"))
    await end_shared_worker(visit)
    await eventually(system.connections_lost, "the worker's connection is gone")
    await system.end_faults(stalled)


async def the_gap_is_named(system: AllInOne, visit: Visit) -> None:
    await expect(visit.dividers.filter(has_text="reconnected")).to_have_count(1)
    await system.publish(lines(14, "four"))
    await visit.shows("four")
    await expect(visit.dividers.filter(has_text="10 bytes")).to_have_count(1)
    assert await visit.texts() == ["one", "four"]


async def has_only_the_agent(system: AllInOne) -> bool:
    return await system.connections() == 1


async def end_shared_worker(visit: Visit) -> None:
    """End the worker's process or thread as a crash would: nobody tells the page."""
    browser = visit.page.context.browser
    assert browser is not None
    control = await browser.new_browser_cdp_session()
    targets = (await control.send("Target.getTargets"))["targetInfos"]
    workers = [target["targetId"] for target in targets if target["type"] == "shared_worker"]
    assert len(workers) == 1
    await control.send("Target.closeTarget", {"targetId": workers[0]})
