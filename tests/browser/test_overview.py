"""The strip of lines per second: its bars, the lines in view, and the ways from it to the lines."""

from playwright.async_api import expect

from tests.browser.visit import Visit, lines
from tests.support.all_in_one import AllInOne

MINUTES = 100
PER_MINUTE = 20
START = 1793476800000


async def a_while(system: AllInOne, visit: Visit) -> None:
    """Lines of a hundred minutes; each fiftieth minute has errors."""
    offset = 0
    for minute in range(MINUTES):
        level = "ERROR" if minute % 50 == 49 else "INFO"
        texts = [f"{level} minute {minute:02d} line {number:02d}" for number in range(PER_MINUTE)]
        await system.publish(lines(offset, *texts, at=START + 60_000 * minute))
        offset += sum(len(text) + 1 for text in texts)
    await visit.shows(f"ERROR minute {MINUTES - 1:02d} line {PER_MINUTE - 1:02d}")


HUES = """canvas => {
    const context = canvas.getContext('2d', { willReadFrequently: true });
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    const hues = new Set();
    for (let at = 0; at < data.length; at += 4) {
        const [red, green, blue, opacity] = data.subarray(at, at + 4);
        if (opacity === 255) hues.add(red > blue + 40 ? 'red' : blue > red + 40 ? 'blue' : 'other');
    }
    return [...hues].sort();
}"""


async def assert_drawn(visit: Visit) -> None:
    """All bars are there, two for each minute, and drawn in the colours of their levels."""
    await expect(visit.page.get_by_test_id("overview")).to_have_attribute("aria-valuemax", str(2 * (MINUTES - 1)))
    assert await visit.page.get_by_test_id("overview-bars").evaluate(HUES) == ["blue", "red"]


async def test_click_and_drag_go_to_the_lines_of_that_time_and_the_end_goes_live(
    system: AllInOne, visit: Visit
) -> None:
    await a_while(system, visit)
    await assert_drawn(visit)
    box = await visit.page.get_by_test_id("overview-bars").bounding_box()
    assert box is not None
    await visit.page.mouse.move(box["x"] + 1, box["y"] + 20)
    await expect(visit.page.get_by_test_id("overview-tip")).to_contain_text("line/s")
    await visit.page.mouse.down()
    await visit.shows("INFO minute 00 line 00")
    await expect(visit.jump).to_be_visible()
    await visit.page.mouse.move(box["x"] + 4 * 60 + 1, box["y"] + 20, steps=5)
    await expect(visit.row("INFO minute 00 line 00")).to_have_count(0)
    await visit.page.mouse.move(box["x"] + box["width"] - 1, box["y"] + 20, steps=5)
    await visit.page.mouse.up()
    await visit.shows(f"ERROR minute {MINUTES - 1:02d} line {PER_MINUTE - 1:02d}")
    await expect(visit.jump).to_be_hidden()
    await visit.assert_clean()


async def test_keys_go_through_the_time_and_a_reader_is_told_where(system: AllInOne, visit: Visit) -> None:
    await a_while(system, visit)
    await assert_drawn(visit)
    strip = visit.page.get_by_test_id("overview")
    await strip.focus()
    await visit.page.keyboard.press("Home")
    await visit.shows("INFO minute 00 line 00")
    await visit.page.keyboard.press("ArrowRight")
    await visit.shows("INFO minute 01 line 00")
    assert await visit.texts_in_view() != []
    await visit.page.keyboard.press("End")
    await visit.shows(f"ERROR minute {MINUTES - 1:02d} line {PER_MINUTE - 1:02d}")
    value = await strip.get_attribute("aria-valuetext")
    assert value is not None
    assert "line/s" in value
    await visit.page.keyboard.press("o")
    await expect(strip).to_be_hidden()
    await visit.assert_clean()
