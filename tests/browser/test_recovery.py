"""A connection that is lost is recovered without loss; where that cannot be, what is missing is named."""

from contextlib import suppress

import pytest
from playwright.async_api import Browser, expect
from websockets.exceptions import ConnectionClosed

from tests.browser.visit import Visit, lines
from tests.nasty.cases import case
from tests.support.all_in_one import AllInOne

GROUP = "stream"  # the pages are in it, publishers are not


@case("W3")
@pytest.mark.parametrize("is_reset", [False, True], ids=["fin", "reset"])
async def test_cut_of_seconds_loses_nothing(system: AllInOne, visit: Visit, is_reset: bool) -> None:
    await system.publish(lines(0, "before"))
    await visit.shows("before")
    await system.break_something("refuse", at="recovery", status=503, count=3)
    await system.break_something("drop", group=GROUP, reset=is_reset)
    await system.publish(lines(7, "meanwhile"))
    await system.publish(lines(17, "after"))
    await visit.shows("after")
    await expect(visit.note).to_contain_text("nothing was missed")
    assert await visit.texts() == ["before", "meanwhile", "after"]
    await expect(visit.dividers).to_have_count(0)
    assert system.urls_issued() == 1


@case("W3")
async def test_cut_that_cannot_be_recovered_is_a_named_gap(system: AllInOne, visit: Visit) -> None:
    await system.publish(lines(0, "before"))
    await visit.shows("before")
    down = await system.break_something("refuse", at="recovery", status=503)
    await system.break_something("drop", group=GROUP)
    await expect(visit.banner).to_contain_text("The Web PubSub service did not accept the connection.")
    await system.publish(lines(7, "meanwhile"))
    await system.break_something("refuse", at="recovery")
    await system.end_faults(down)
    await expect(visit.state).to_have_text("Live")
    await system.publish(lines(17, "after"))
    await visit.shows("after")
    before, reconnected, gap, after = await visit.told()
    assert (before, after) == ("before", "after")
    assert reconnected.startswith("reconnected after ")
    assert gap.startswith("10 bytes of remote.log missing")


@case("W3")
async def test_refused_recovery_is_a_new_connection_at_once(system: AllInOne, visit: Visit) -> None:
    await system.publish(lines(0, "before"))
    await visit.shows("before")
    await system.break_something("refuse", at="recovery", count=1)
    await system.break_something("drop", group=GROUP)
    await expect(visit.dividers.filter(has_text="reconnected")).to_have_count(1)
    await expect(visit.state).to_have_text("Live")
    assert system.urls_issued() == 2


@case("W8")
@pytest.mark.parametrize("code", [1001, 1011, 1012, 1013])
@pytest.mark.parametrize("is_recoverable", [True, False], ids=["recoverable", "for-good"])
async def test_close_by_the_service_is_survived(
    system: AllInOne, visit: Visit, code: int, is_recoverable: bool
) -> None:
    await system.publish(lines(0, "before"))
    await visit.shows("before")
    await system.break_something("close", code=code, group=GROUP, recoverable=is_recoverable)
    if is_recoverable:
        await expect(visit.note).to_contain_text("nothing was missed")
    else:
        await expect(visit.dividers.filter(has_text="reconnected")).to_have_count(1)
    await system.publish(lines(7, "after"))
    await visit.shows("after")


@case("W4")
async def test_thousands_of_messages_are_acknowledged_in_time(system: AllInOne, visit: Visit) -> None:
    # Not all at once: a service that is 1,000 messages ahead closes the connection, whatever the page does.
    texts = [f"message {number:05d}" for number in range(3_000)]
    for begin in range(0, 3_000, 500):
        await system.publish(*(lines(14 * number, texts[number]) for number in range(begin, begin + 500)))
        await visit.shows(texts[begin + 499])
    await expect(visit.page.get_by_test_id("held")).to_have_text("3,000 lines")
    await expect(visit.dividers).to_have_count(0)
    assert system.urls_issued() == 1


@case("W6")
async def test_expired_token_means_exactly_one_new_one(system: AllInOne, alone: Visit) -> None:
    await system.break_something("expire_tokens", at="connect", count=1)
    await alone.page.reload()
    await expect(alone.state).to_have_text("Live")
    assert system.urls_issued() == 3  # the first visit's, the one that was refused, the one that was not


@case("W6")
async def test_token_that_expires_while_connected_changes_nothing(system: AllInOne, visit: Visit) -> None:
    await system.break_something("expire_tokens", at="connect")
    await system.break_something("drop", group=GROUP)  # to recover takes no token either
    await expect(visit.note).to_contain_text("nothing was missed")
    assert system.urls_issued() == 1


@case("W10")
@pytest.mark.system(EMULATOR_QUOTA_MESSAGES="20")
async def test_used_up_quota_is_named_and_the_service_left_alone_for_minutes(system: AllInOne, visit: Visit) -> None:
    with suppress(ConnectionClosed):  # the publisher's too, before its ack or after it
        await system.publish(lines(0, "x" * 60_000))
    await expect(visit.banner).to_contain_text("quota")
    await expect(visit.banner).to_contain_text("00:00 UTC")
    await expect(visit.banner).to_contain_text("Trying again in ")
    assert 120 <= await visit.seconds_left() <= 300
    await visit.page.get_by_test_id("retry").click()
    await expect(visit.banner).to_contain_text("Trying again in ")
    await expect(visit.banner).to_contain_text("quota")
    assert 120 <= await visit.seconds_left() <= 300


@case("W11")
@pytest.mark.system(EMULATOR_QUOTA_CONNECTIONS="2")
async def test_one_connection_too_many_is_told_and_comes_in_when_there_is_room(
    system: AllInOne, visit: Visit, browser: Browser
) -> None:
    async with (
        await browser.new_context() as context
    ):  # another user; the agent has one connection, the first the other
        other = Visit(await context.new_page(), system.url)
        await other.page.goto(system.url)
        await expect(other.banner).to_contain_text("20 connections at a time", timeout=30_000)
        await visit.page.close()
        await expect(other.state).to_have_text("Live", timeout=60_000)
