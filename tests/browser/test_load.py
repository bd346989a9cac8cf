"""Under load: nothing is lost, the page answers, follow and pause hold, whatever comes meanwhile; sizes are bounded."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator

from playwright.async_api import expect

from tests.browser.visit import Visit
from tests.nasty.cases import case
from tests.support.all_in_one import AllInOne
from tests.support.eventually import eventually
from tests.support.log_file import LogFile, numbered

CAPACITY = 100_000
"""Lines that the page keeps."""


@contextlib.asynccontextmanager
async def steady(file: LogFile, first: int) -> AsyncIterator[None]:
    """About 2,000 lines a second for as long as the block lasts."""

    async def write() -> None:
        number = first
        while True:
            file.append(numbered(number, number + 39))
            number += 40
            await asyncio.sleep(0.02)

    writing = asyncio.create_task(write())
    try:
        yield
    finally:
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)


async def taken(visit: Visit) -> int:
    """How many lines the page says it took in."""
    words = [await visit.page.get_by_test_id(name).inner_text() for name in ("held", "dropped")]
    return sum(int("".join(filter(str.isdigit, text)) or 0) for text in words)


@case("V1")
async def test_more_lines_than_are_kept_are_all_taken_in_and_the_oldest_dropped(system: AllInOne, visit: Visit) -> None:
    file = system.log_file()
    for last in range(20_000, 2 * CAPACITY + 1, 20_000):
        file.append(numbered(last - 19_999, last))
        await visit.shows(f"line {last:06d}")
    await eventually(lambda: all_taken(visit, 2 * CAPACITY), "every line is counted")
    held = int("".join(filter(str.isdigit, await visit.page.get_by_test_id("held").inner_text())))
    assert held <= CAPACITY
    assert await visit.rows.count() < 500
    await visit.assert_clean()


async def all_taken(visit: Visit, count: int) -> bool:
    return await taken(visit) == count


@case("V2")
async def test_click_is_answered_in_the_midst_of_a_burst(system: AllInOne, visit: Visit) -> None:
    file = system.log_file()
    file.append(["first"])
    await visit.shows("first")
    file.append(numbered(1, 50_000))
    await visit.pause.click()
    await expect(visit.pause).to_contain_text("Resume")
    await visit.pause.click()
    await visit.shows("line 050000")
    await eventually(lambda: all_taken(visit, 50_001), "every line is counted")
    await visit.assert_clean()


@case("V3")
async def test_follow_keeps_to_the_bottom_to_the_pixel_while_lines_are_dropped(system: AllInOne, visit: Visit) -> None:
    file = system.log_file()
    file.append(numbered(1, CAPACITY))
    await visit.shows(f"line {CAPACITY:06d}")
    await visit.page.evaluate(
        """() => {
        const log = document.getElementById('log');
        window.gaps = new Set();
        const look = () => {
          gaps.add(Math.round(log.scrollHeight - log.clientHeight - log.scrollTop));
          setTimeout(() => requestAnimationFrame(look));
        };
        look();
        }"""
    )
    for last in range(CAPACITY + 5_000, CAPACITY + 40_001, 5_000):
        file.append(numbered(last - 4_999, last))
        await visit.shows(f"line {last:06d}")
    await expect(visit.page.get_by_test_id("dropped")).to_be_visible()
    assert await visit.page.evaluate("[...gaps]") == [0]


@case("V4")
async def test_line_that_is_read_stays_where_it_is_when_trimming_reaches_it(system: AllInOne, visit: Visit) -> None:
    file = system.log_file()
    file.append(numbered(1, 20_000))
    await visit.shows("line 020000")
    await visit.page.keyboard.press("Home")
    await visit.shows("line 000005")
    await visit.settled()
    before = await visit.row("line 000005").bounding_box()
    for last in range(60_000, 3 * CAPACITY + 1, 40_000):
        file.append(numbered(last - 39_999, last))
        await expect(visit.jump_label).to_contain_text(f"{last - 20_000:,} new")
    assert await visit.row("line 000005").bounding_box() == before
    await expect(visit.page.get_by_test_id("dropped")).to_contain_text("dropped")


@case("V5")
async def test_first_notch_stops_follow_at_two_thousand_lines_a_second(system: AllInOne, visit: Visit) -> None:
    file = system.log_file()
    file.append(numbered(1, 2_000))
    await visit.shows("line 002000")
    async with steady(file, 2_001):
        await expect(visit.row("line 002000")).not_to_be_in_viewport()
        await visit.wheel(-120)
        await expect(visit.jump).to_be_visible()
        await visit.settled()
        text = (await visit.texts_in_view())[10]
        before = await visit.row(text).bounding_box()
        await expect(visit.jump_label).to_contain_text(re.compile("[0-9],[0-9]{3} new"))
        assert await visit.row(text).bounding_box() == before


@case("V6")
async def test_pause_counts_is_bounded_and_goes_to_either_place(system: AllInOne, visit: Visit) -> None:
    file = system.log_file()
    file.append(numbered(1, 200))
    await visit.shows("line 000200")
    await visit.pause.click()
    seen = (await visit.texts_in_view())[3]
    file.append(numbered(201, 60_200))
    await expect(visit.jump_label).to_contain_text("60,000 lines waiting")
    await visit.page.get_by_test_id("read-on").click()
    await expect(visit.row(seen)).to_be_visible()
    await visit.wheel(500)
    await expect(visit.row("line 000210")).to_be_visible()
    await visit.page.keyboard.press("G")
    await visit.shows("line 060200")
    await visit.pause.click()
    for last in range(100_200, 300_201, 40_000):
        file.append(numbered(last - 39_999, last))
        await expect(visit.jump_label).to_contain_text(f"{last - 60_200:,}")
    held = int("".join(filter(str.isdigit, await visit.page.get_by_test_id("held").inner_text())))
    assert held <= 2 * CAPACITY
    await visit.pause.click()
    await visit.shows("line 300200")
