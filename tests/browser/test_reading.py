"""Lines appear, follow keeps to the newest and stops when the reader looks up, pause holds the page still."""

import pytest_asyncio
from playwright.async_api import expect

from tests.browser.visit import Visit
from tests.support.all_in_one import AllInOne
from tests.support.eventually import eventually
from tests.support.log_file import LogFile, numbered


@pytest_asyncio.fixture(loop_scope="session")
async def file(system: AllInOne, visit: Visit) -> LogFile:
    """A log file of which the page shows the last of 200 lines, more than fit into the view."""
    file = system.log_file()
    file.append(numbered(1, 200))
    await visit.shows("line 000200")
    return file


async def test_line_appended_to_a_file_appears_with_its_source(system: AllInOne, visit: Visit) -> None:
    await expect(visit.page.get_by_test_id("empty")).to_be_visible()
    system.log_file().append(["GET /a 200"])
    await visit.shows("GET /a 200")
    await expect(visit.page.get_by_test_id("row-source")).to_contain_text("app.log")
    await expect(visit.page.get_by_test_id("empty")).to_be_hidden()
    await visit.assert_clean()


async def test_lines_of_one_file_are_in_order(visit: Visit, file: LogFile) -> None:
    shown = await visit.texts()
    assert shown == file.written[-len(shown) :]
    assert len(shown) > 10
    await visit.assert_clean()


async def test_follow_keeps_the_newest_line_in_view(visit: Visit, file: LogFile) -> None:
    for last in range(300, 1001, 100):
        file.append(numbered(last - 99, last))
        await visit.shows(f"line {last:06d}")
        assert await visit.gap_to_end() < 2
    await expect(visit.jump).to_be_hidden()
    await visit.assert_clean()


async def test_looking_up_stops_follow_at_the_first_notch(visit: Visit, file: LogFile) -> None:
    await visit.wheel(-40)
    await expect(visit.jump).to_be_visible()
    top = await visit.texts()
    file.append(numbered(201, 260))
    await expect(visit.jump_label).to_contain_text("60 new")
    assert (await visit.texts())[5] == top[5]
    await expect(visit.row("line 000260")).not_to_be_in_viewport()
    await visit.jump.click()
    await visit.shows("line 000260")
    await expect(visit.jump).to_be_hidden()
    await visit.assert_clean()


async def test_scrolling_back_down_follows_again(visit: Visit, file: LogFile) -> None:
    await visit.wheel(-400)
    await expect(visit.jump).to_be_visible()
    await visit.wheel(100_000)
    await expect(visit.jump).to_be_hidden()
    file.append(["newest"])
    await visit.shows("newest")


async def test_line_under_the_eye_does_not_move_while_others_arrive(visit: Visit, file: LogFile) -> None:
    await visit.wheel(-1500)
    await expect(visit.jump).to_be_visible()
    row = visit.rows.nth(8)
    text = await row.inner_text()
    before = await visit.row(text).bounding_box()
    for last in range(300, 801, 100):
        file.append(numbered(last - 99, last))
        await expect(visit.jump_label).to_contain_text(f"{last - 200} new")
    assert await visit.row(text).bounding_box() == before


async def test_pause_holds_the_page_and_resume_goes_to_the_live_end(visit: Visit, file: LogFile) -> None:
    await visit.pause.click()
    before = await visit.texts()
    file.append(numbered(201, 230))
    await expect(visit.jump_label).to_contain_text("30 lines waiting")
    assert await visit.texts() == before
    await visit.pause.click()
    await visit.shows("line 000230")
    assert await visit.gap_to_end() < 2
    await visit.assert_clean()


async def test_ten_thousand_lines_at_once_are_all_counted(visit: Visit, system: AllInOne) -> None:
    system.log_file().append(numbered(1, 10_000))
    await visit.shows("line 010000")
    held = visit.page.get_by_test_id("held")
    await expect(held).to_contain_text("10,000")
    await eventually(lambda: visit.rows.count(), "rows are drawn")
    assert await visit.rows.count() < 500  # a virtual list draws what is in view
    await visit.assert_clean()
