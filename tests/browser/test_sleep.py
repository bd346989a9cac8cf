"""The page sleeps, freezes, leaves and loses its network, and is always back without a reload."""

import pytest
from playwright.async_api import BrowserContext, CDPSession, expect

from tests.browser.visit import Visit, lines
from tests.nasty.cases import case
from tests.support.all_in_one import AllInOne
from tests.support.eventually import eventually

GROUP = "stream"


@case("V16")
async def test_eight_hours_of_sleep_are_noticed_told_and_their_gap_named(
    system: AllInOne, context: BrowserContext
) -> None:
    await context.add_init_script("delete window.SharedWorker")
    visit = Visit(await context.new_page(), system.url)
    await visit.page.clock.install()
    await visit.open()
    await system.publish(lines(0, "in the evening"))
    await visit.shows("in the evening")
    dead = await system.break_something("stall", group=GROUP)  # though the socket is open
    await system.break_something("refuse", at="recovery")  # nobody keeps a connection for so long
    await system.publish(lines(15, "at night"))
    await visit.page.clock.fast_forward("08:00:00")
    await visit.page.clock.run_for(6_000)  # until the ping has gone unanswered long enough
    await system.end_faults(dead)
    await visit.page.clock.resume()
    await expect(visit.dividers.filter(has_text="reconnected after 8 h")).to_have_count(1)
    await system.publish(lines(24, "in the morning"))
    await visit.shows("in the morning")
    evening, _, gap, morning = await visit.told()
    assert (evening, morning) == ("in the evening", "in the morning")
    assert gap.startswith("9 bytes of remote.log missing")


@case("V16", "W8")
async def test_half_open_connection_of_a_hidden_hour_is_found_on_return(
    system: AllInOne, context: BrowserContext
) -> None:
    await context.add_init_script("delete window.SharedWorker")
    visit = Visit(await context.new_page(), system.url)
    await visit.page.clock.install()
    await visit.open()
    await system.break_something("stall", group=GROUP, direction="out")
    await system.break_something("refuse", at="recovery", count=1)
    await visit.page.clock.fast_forward("01:00:00")
    await visit.page.clock.run_for(6_000)
    await expect(visit.dividers.filter(has_text="reconnected")).to_have_count(1)
    await expect(visit.state).to_have_text("Live")


@case("V16")
async def test_frozen_tab_goes_on_where_it_was(system: AllInOne, visit: Visit) -> None:
    await system.publish(lines(0, "before"))
    await visit.shows("before")
    control = await freeze(visit)
    await system.publish(*(lines(7 + 4 * number, f"{number:03d}") for number in range(500)))
    await thaw(control)
    await visit.shows("499")
    await expect(visit.page.get_by_test_id("held")).to_have_text("501 lines")
    await expect(visit.dividers).to_have_count(0)


@case("V16")
@pytest.mark.system(STATUS_INTERVAL="300")  # a status that is not kept either would be counted too
async def test_tab_frozen_beyond_what_is_kept_for_it_shows_the_gap(system: AllInOne, visit: Visit) -> None:
    await system.publish(lines(0, "before"))
    await visit.shows("before")
    control = await freeze(visit)
    padding = "x" * 500_000  # 40 million characters in all, as the page would have of very many lines
    await system.publish(*(lines(7 + 4 * number, f"{number:03d}", padding=padding) for number in range(80)))
    await thaw(control)
    await visit.shows("079")
    await visit.page.keyboard.press("Home")
    await visit.shows("before")
    await eventually(lambda: all_are_accounted_for(visit), "every line is shown, or said to be missing")


async def all_are_accounted_for(visit: Visit) -> bool:
    """Whether the 81 lines are shown or told as not kept, in one place or several, each with its bytes."""
    held = first_number(await visit.page.get_by_test_id("held").inner_text())
    slept, gaps = (
        visit.dividers.filter(has_text="not kept while"),
        visit.dividers.filter(has_text="bytes of remote.log"),
    )
    lost = sum(first_number(words) for words in await slept.all_inner_texts())
    missing = sum(first_number(words) for words in await gaps.all_inner_texts())
    return lost > 5 and held + lost == 81 and missing == 4 * lost


def first_number(words: str) -> int:
    return int(words.partition(" ")[0])


@case("V17")
async def test_page_from_the_back_forward_cache_goes_on_where_it_was(system: AllInOne, bfcache: Visit) -> None:
    await system.publish(lines(0, "before"))
    await bfcache.shows("before")
    await bfcache.page.evaluate("window.isTheSame = true")
    await bfcache.page.goto(f"{system.url}favicon.svg")
    await eventually(lambda: has_only_the_agent(system), "the page's connection ends, as nobody watches")
    await system.publish(lines(7, "meanwhile"))
    await bfcache.page.go_back(wait_until="commit")  # a page that was kept is not loaded
    assert await bfcache.page.evaluate("window.isTheSame") is True
    await expect(bfcache.dividers.filter(has_text="reconnected")).to_have_count(1)
    await system.publish(lines(17, "after"))
    await bfcache.shows("after")
    assert await bfcache.texts() == ["before", "after"]
    await expect(bfcache.dividers.filter(has_text="10 bytes")).to_have_count(1)


async def freeze(visit: Visit) -> CDPSession:
    """Let no task of the page run, as in a frozen tab. Chromium itself freezes hidden pages only, and none is here."""
    control = await visit.page.context.new_cdp_session(visit.page)
    await control.send("Debugger.enable")
    await control.send("Debugger.pause")
    return control


async def thaw(control: CDPSession) -> None:
    await control.send("Debugger.disable")


@case("V17")
async def test_network_that_goes_and_comes_is_said_and_survived(
    system: AllInOne, alone: Visit, context: BrowserContext
) -> None:
    await system.publish(lines(0, "before"))
    await alone.shows("before")
    await context.set_offline(True)
    await system.break_something("drop", group=GROUP)
    await expect(alone.state).not_to_have_text("Live")
    await context.set_offline(False)
    await expect(alone.state).to_have_text("Live")
    await system.publish(lines(7, "after"))
    await alone.shows("after")


@case("V17")
async def test_another_network_under_an_open_socket_is_found_in_seconds(system: AllInOne, alone: Visit) -> None:
    await alone.page.clock.install()
    await alone.page.reload()
    await expect(alone.state).to_have_text("Live")
    await system.publish(lines(0, "before"))
    await alone.shows("before")
    await system.break_something("stall", group=GROUP)
    await alone.page.evaluate("dispatchEvent(new Event('offline')); dispatchEvent(new Event('online'))")
    await alone.page.clock.run_for(6_000)  # the ping of every 20 s would take longer
    await expect(alone.state).not_to_have_text("Live")
    await system.end_faults()
    await expect(alone.state).to_have_text("Live")
    await system.publish(lines(7, "after"))
    await alone.shows("after")


async def test_every_wake_event_of_a_page_asks_the_service(system: AllInOne, alone: Visit) -> None:
    sent: list[str] = []
    await alone.page.evaluate(
        """() => { const send = WebSocket.prototype.send; window.sent = [];
        WebSocket.prototype.send = function (text) { window.sent.push(text); return send.call(this, text) } }"""
    )
    for event in (
        "document.dispatchEvent(new Event('visibilitychange'))",
        "document.dispatchEvent(new Event('resume'))",
    ):
        await alone.page.evaluate(f"window.sent = []; {event}")

        async def was_pinged() -> bool:
            sent[:] = await alone.page.evaluate("window.sent")
            return '{"type":"ping"}' in sent

        await eventually(was_pinged, f"{event} has a ping sent")


async def has_only_the_agent(system: AllInOne) -> bool:
    return await system.connections() == 1
