"""For everyone: what axe finds, forced colours, reduced motion, large text, narrow windows, and the keyboard alone."""

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.browser.accessibility import findings
from tests.browser.visit import Visit, lines
from tests.nasty.cases import case
from tests.support.all_in_one import AllInOne
from tests.support.log_file import numbered

JSON_LINE = json.dumps({"level": "error", "msg": "refused", "status": 500, "user": {"id": 7}})
MIXED = [
    "INFO started, see https://example.com/a",
    "WARN \x1b[31mred\x1b[0m \x1b[32mgreen\x1b[0m \x1b[33myellow\x1b[0m \x1b[34mblue\x1b[0m \x1b[90mgrey\x1b[0m",
    "ERROR failed",
    "java.lang.Error: x",
    "\tat a.B.c(B.java:1)",
    "DEBUG " + "x" * 9_000,
    JSON_LINE,
]


async def fill(system: AllInOne, visit: Visit) -> None:
    """Lines of all kinds, and the dividers of a gap and of a restart."""
    await system.publish(lines(0, "one"), lines(104, "three"))
    system.log_file().append(MIXED)
    await visit.shows(JSON_LINE)


@case("V26")
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 360])
async def test_axe_finds_nothing_in_what_the_page_can_show(
    system: AllInOne, visit: Visit, theme: str, width: int
) -> None:
    await visit.page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    await visit.page.set_viewport_size({"width": width, "height": 700})
    await visit.page.reload()
    await expect(visit.state).to_have_text("Live")
    assert await findings(visit.page) == []
    await fill(system, visit)
    assert await findings(visit.page) == []
    await visit.page.get_by_test_id("row-toggle").last.click()
    await visit.page.get_by_test_id("field-toggle").click()
    for name in ("status", "msg"):
        await visit.field(name).hover()
        await visit.field(name).get_by_test_id("field-column").click()
    await visit.find("r")
    await visit.page.get_by_test_id("find-mark").click()
    await visit.page.get_by_test_id("find-and").click()
    await visit.page.get_by_test_id("find-regex").click()
    await visit.find("e(")
    await expect(visit.page.get_by_test_id("find-trouble")).to_be_visible()
    assert await findings(visit.page) == []
    await visit.page.get_by_test_id("sources-toggle").click()
    assert await findings(visit.page) == []
    await visit.page.get_by_test_id("sources-toggle").click()
    await visit.page.get_by_test_id("help").click()
    assert await findings(visit.page) == []


@case("V26")
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 360])
async def test_axe_finds_nothing_in_what_comes_and_goes(system: AllInOne, visit: Visit, theme: str, width: int) -> None:
    page = visit.page
    await page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    await page.set_viewport_size({"width": width, "height": 700})
    await page.get_by_test_id("sources-toggle").click()  # which cover the lines where it is narrow
    await fill(system, visit)
    await visit.row(JSON_LINE).hover()
    assert await findings(page) == []
    await visit.row(JSON_LINE).click()
    for _ in MIXED:
        await page.keyboard.press("K")
    await expect(page.get_by_test_id("picked")).to_be_visible()
    assert await findings(page) == []
    await page.get_by_test_id("picked-download").click()
    assert await findings(page) == []
    await page.keyboard.press("Escape")
    await page.get_by_test_id("picked-clear").click()
    await page.get_by_test_id("sources-toggle").click()
    file = page.get_by_test_id("source").first
    await file.hover()
    assert await findings(page) == []
    await file.get_by_test_id("source-mute").click()
    assert await findings(page) == []
    await page.get_by_test_id("chip-remove").click()
    await page.get_by_test_id("sources-toggle").click()
    await page.get_by_test_id("overview").hover()
    assert await findings(page) == []
    await visit.find("failed")
    await page.get_by_test_id("find").press("Enter")
    await visit.log.press("c")
    await expect(page.get_by_test_id("context")).to_be_visible()
    assert await findings(page) == []
    await visit.find("nowhere")
    await expect(page.get_by_test_id("nothing")).to_be_visible()
    assert await findings(page) == []


@case("V26")
@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_axe_finds_nothing_while_the_page_is_not_connected(system: AllInOne, visit: Visit, theme: str) -> None:
    await visit.page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    await fill(system, visit)
    await system.break_something("refuse", at="connect", status=503)
    await system.break_something("close", code=1012, group="stream")
    await expect(visit.banner).to_contain_text("did not accept the connection")
    assert await findings(visit.page) == []
    await visit.page.get_by_test_id("retry").focus()
    await system.end_faults()
    await visit.page.keyboard.press("Enter")
    await expect(visit.state).to_have_text("Live")
    await expect(visit.log).to_be_focused()  # the button that had the focus is gone


@case("V26")
async def test_fingers_have_room_for_all_that_a_source_offers(
    system: AllInOne, browser: Browser, tmp_path: Path
) -> None:
    async with await browser.new_context(viewport={"width": 360, "height": 700}, has_touch=True) as context:
        visit = Visit(await context.new_page(), system.url)
        await visit.open()
        system.log_file().append(["one"])
        await visit.shows("one")
        await visit.page.get_by_test_id("sources-toggle").tap()
        boxes = [
            await visit.page.get_by_test_id(name).last.bounding_box()
            for name in ("source-name", "source-age", "source-solo", "source-mute")
        ]
        await visit.page.screenshot(path=tmp_path / "sources.png")
        assert all(box is not None for box in boxes)
        edges = [(box["x"], box["x"] + box["width"], box["height"]) for box in boxes if box is not None]
        assert all(right <= left for (_, right, _), (left, _, _) in pairwise(edges))
        assert all(height >= 24 for _, _, height in edges[2:])
        await visit.page.get_by_test_id("source-mute").last.tap()
        await expect(visit.rows).to_have_count(0)


@case("V26")
async def test_forced_colours_keep_levels_marks_and_states_apart(system: AllInOne, visit: Visit) -> None:
    await visit.page.emulate_media(forced_colors="active")
    await fill(system, visit)
    await expect(visit.page.get_by_test_id("row-level").filter(has_text="E").first).to_be_visible()
    wrap = visit.page.get_by_test_id("wrap")
    pressed = await wrap.evaluate("button => getComputedStyle(button).backgroundColor")
    await wrap.click()
    await visit.page.mouse.move(600, 400)
    assert await wrap.evaluate("button => getComputedStyle(button).backgroundColor") != pressed
    await visit.find("refused")
    await expect(visit.row(JSON_LINE)).to_be_visible()
    assert await findings(visit.page) == []


@case("V26")
async def test_reduced_motion_moves_nothing(system: AllInOne, visit: Visit) -> None:
    await visit.page.emulate_media(reduced_motion="reduce")
    system.log_file().append(numbered(1, 300))
    await visit.shows("line 000300")
    await visit.wheel(-2_000)
    await expect(visit.jump).to_be_visible()
    assert await visit.page.evaluate("document.getAnimations().map(one => one.effect.target.className)") == []
    assert await visit.log.evaluate("log => getComputedStyle(log).scrollBehavior") == "auto"


@case("V26")
async def test_at_twice_the_size_nothing_is_lost(system: AllInOne, visit: Visit) -> None:
    # 200 % on a screen of 1280 by 800 leaves half the pixels in both directions.
    await visit.page.set_viewport_size({"width": 640, "height": 400})
    assert await findings(visit.page) == []
    await visit.page.get_by_test_id("empty-title").scroll_into_view_if_needed()
    await expect(visit.page.get_by_test_id("empty-title")).to_be_in_viewport(ratio=1)
    await fill(system, visit)
    wide = await visit.page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0
    for name in ("pause", "wrap", "sources-toggle", "theme", "help", "find"):
        await expect(visit.page.get_by_test_id(name)).to_be_in_viewport(ratio=1)
    assert await visit.log.evaluate("log => log.clientHeight") >= 120
    system.log_file().append(["ERROR again"])
    await visit.shows("ERROR again")
    row = visit.page.get_by_test_id("row").last
    for name in ("row-time", "row-source", "row-level", "row-text"):
        await expect(row.get_by_test_id(name)).to_be_in_viewport(ratio=1)
    await expect(row.get_by_test_id("row-source")).to_have_text("web-1app.log", use_inner_text=True)
    await visit.page.get_by_test_id("help").click()
    await visit.page.get_by_test_id("help-close").scroll_into_view_if_needed()
    await expect(visit.page.get_by_test_id("help-close")).to_be_in_viewport()


@case("V26")
@pytest.mark.parametrize("width", [320, 390, 720])
async def test_narrow_page_says_when_and_where_each_line_was_written(
    system: AllInOne, visit: Visit, width: int
) -> None:
    await visit.page.set_viewport_size({"width": width, "height": 740})
    system.log_file().append(["a line without a stamp"])
    await visit.shows("a line without a stamp")
    assert re.fullmatch(r"\d\d:\d\d:\d\d\.\d{3}", await visit.page.get_by_test_id("row-time").inner_text())
    await expect(visit.page.get_by_test_id("row-time")).to_be_in_viewport(ratio=1)
    # Of one agent its name tells nothing.
    await expect(visit.page.get_by_test_id("row-source")).to_have_text("app.log", use_inner_text=True)
    await system.publish(lines(0, "one"))
    await visit.shows("one")
    sources = visit.page.get_by_test_id("row-source")
    await expect(sources).to_have_text(["web-1app.log", "web-9remote.log"], use_inner_text=True)


@case("V26")
async def test_on_the_narrowest_page_nothing_overlaps_or_is_cut_off(system: AllInOne, visit: Visit) -> None:
    await visit.page.set_viewport_size({"width": 320, "height": 640})
    await visit.find("a")
    for name in ("find-only", "find-previous", "find-next", "find-and", "find-not", "find-mark", "connection-state"):
        await expect(visit.page.get_by_test_id(name)).to_be_in_viewport(ratio=1)
    state, choice = [await visit.page.get_by_test_id(name).bounding_box() for name in ("connection", "time")]
    assert state is not None
    assert choice is not None
    assert state["x"] + state["width"] <= choice["x"]
    assert await findings(visit.page) == []


@case("V26")
async def test_screen_reader_is_not_flooded_while_following(system: AllInOne, visit: Visit) -> None:
    file = system.log_file()
    file.append(["one"])
    await visit.shows("one")
    await expect(visit.log).to_have_attribute("aria-live", "polite")
    for last in range(100, 1_001, 100):
        file.append(numbered(last - 99, last))
        await visit.shows(f"line {last:06d}")
    await expect(visit.log).to_have_attribute("aria-live", "off")
    await expect(visit.page.locator("#announcer")).to_have_text("Live")


@case("V27")
async def test_everything_is_done_by_keyboard_alone(system: AllInOne, visit: Visit) -> None:
    system.log_file().append([f"{'needle' if n % 100 == 0 else 'straw'} {n:05d}" for n in range(1, 1_001)])
    await visit.shows("needle 01000")
    press = visit.page.keyboard.press
    await press("/")
    await visit.page.keyboard.type("needle")
    await expect(visit.rows.get_by_text("straw")).to_have_count(0)
    await press("Escape")
    await visit.page.keyboard.type("needle 005")
    await press("Enter")
    await expect(visit.page.get_by_test_id("find-count")).to_have_text("1 of 1")
    while not await visit.log.evaluate("log => log === document.activeElement"):
        await press("Tab")
    await press("c")
    await expect(visit.page.get_by_test_id("context")).to_be_visible()
    await visit.shows("straw 00501")
    await press("Escape")
    await expect(visit.rows).to_have_text(["needle 00500"])
    await press("Space")
    await expect(visit.pause).to_contain_text("Resume")
    await press("Space")
    await expect(visit.pause).to_contain_text("Pause")
    await press("?")
    await expect(visit.page.get_by_test_id("help-dialog")).to_be_visible()
    await press("Escape")
    await expect(visit.log).to_be_focused()
    await visit.assert_clean()


@case("V27")
async def test_focus_goes_on_where_what_had_it_goes_away(system: AllInOne, visit: Visit) -> None:
    press = visit.page.keyboard.press
    system.log_file().append(numbered(1, 300))
    await visit.shows("line 000300")
    await visit.find("000300")
    await visit.page.get_by_test_id("find-and").focus()
    await press("Enter")
    await expect(visit.page.get_by_test_id("find")).to_be_focused()
    await visit.page.get_by_test_id("chip-remove").focus()
    await press("Enter")
    await expect(visit.page.get_by_test_id("chip")).to_have_count(0)
    await expect(visit.log).to_be_focused()
    await visit.page.get_by_test_id("wrap").focus()
    await press("Home")  # a button leaves to the lines what it does not need itself
    await visit.shows("line 000001")
    await press("s")
    await press("s")
    await visit.page.get_by_test_id("sources-filter").focus()
    await press("Escape")
    await expect(visit.log).to_be_focused()
