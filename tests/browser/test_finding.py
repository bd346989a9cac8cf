"""Finding: filters of all kinds while lines stream, hits and their context, marks, and expressions that go wrong."""

import pytest
from playwright.async_api import BrowserContext, expect

from tests.browser.visit import Visit, lines
from tests.nasty.cases import case
from tests.support.all_in_one import AllInOne
from tests.support.eventually import eventually
from tests.support.log_file import numbered


async def marked(visit: Visit, name: str = "find") -> int:
    """How many places of the page are marked."""
    return int(await visit.page.evaluate(f"CSS.highlights.get('{name}')?.size ?? 0"))


async def position(visit: Visit, text: str) -> float:
    """Where a line stands in the page, in pixels."""
    box = await visit.row(text).bounding_box()
    assert box is not None
    return box["y"]


async def test_filter_shows_only_hits_marks_them_and_goes_on_while_lines_arrive(system: AllInOne, visit: Visit) -> None:
    file = system.log_file()
    file.append([*numbered(1, 500), "a needle here", *numbered(501, 900)])
    await visit.shows("line 000900")
    await visit.find("NEEDLE")
    await visit.shows("a needle here")
    assert await visit.texts() == ["a needle here"]
    await eventually(lambda: marked(visit), "the hit is marked")
    file.append([*numbered(901, 950), "another needle"])
    await visit.shows("another needle")
    assert await visit.texts() == ["a needle here", "another needle"]
    await expect(visit.page.get_by_test_id("shown")).to_have_text("2 shown")
    await visit.find("")
    await visit.shows("line 000950")
    await visit.assert_clean()


async def test_text_exclusion_level_and_source_hold_together(system: AllInOne, visit: Visit) -> None:
    wanted = "ERROR needle one"
    system.log_file("a.log").append([wanted, "ERROR needle two", "INFO needle three", "ERROR four"])
    system.log_file("b.log").append(["ERROR needle five"])
    await visit.shows("ERROR needle five")
    await visit.shows(wanted)
    await visit.find("two")
    await visit.page.get_by_test_id("find-not").click()
    await visit.find("needle")
    await expect(visit.rows).to_have_count(3)
    for level in ("info", "none"):
        await visit.page.get_by_test_id(f"level-{level}").click()
    await expect(visit.rows).to_have_count(2)
    await visit.page.get_by_test_id("row-source").filter(has_text="a.log").first.click()
    await expect(visit.rows).to_have_text([wanted])
    await expect(visit.page.get_by_test_id("chip")).to_have_count(2)
    await visit.page.get_by_test_id("chip-remove").first.click()
    await expect(visit.rows).to_have_count(2)
    await visit.assert_clean()


async def test_one_level_is_shown_alone_by_one_act_and_all_by_the_same(system: AllInOne, visit: Visit) -> None:
    system.log_file().append(["ERROR one", "INFO two", "three"])
    await visit.shows("three")
    error = visit.page.get_by_test_id("level-error")
    await error.click(modifiers=["Shift"])
    await expect(visit.rows).to_have_text(["ERROR one"])
    await error.click(modifiers=["Alt"])
    await expect(visit.rows).to_have_count(3)
    await error.dblclick()
    await expect(visit.rows).to_have_text(["ERROR one"])
    await error.press("Shift+Enter")
    await expect(visit.rows).to_have_count(3)


async def test_regular_expression_and_case(system: AllInOne, visit: Visit) -> None:
    system.log_file().append(["status=200", "status=404", "STATUS=500"])
    await visit.shows("STATUS=500")
    await visit.find("status=[45]..")
    await expect(visit.page.get_by_test_id("nothing")).to_be_visible()
    await visit.page.get_by_test_id("find-regex").click()
    await expect(visit.rows).to_have_count(2)
    await visit.page.get_by_test_id("find-cased").click()
    await expect(visit.rows).to_have_text(["status=404"])
    await visit.assert_clean()


@case("V9")
async def test_expression_that_is_not_valid_says_so_and_keeps_the_last_good_filter(
    system: AllInOne, visit: Visit
) -> None:
    system.log_file().append(["ab", "b"])
    await visit.shows("ab")
    await visit.page.get_by_test_id("find-regex").click()
    await visit.find("a")
    await expect(visit.rows).to_have_text(["ab"])
    await visit.find("a(")
    await expect(visit.page.get_by_test_id("find-trouble")).to_contain_text("nterminated group")
    await expect(visit.rows).to_have_text(["ab"])
    await visit.find("(a|b)")
    await expect(visit.page.get_by_test_id("find-trouble")).to_be_hidden()
    await expect(visit.rows).to_have_count(2)


@case("V9")
async def test_runaway_expression_is_stopped_while_the_page_and_the_lines_go_on(system: AllInOne, visit: Visit) -> None:
    file = system.log_file()
    file.append(["good line", "a" * 60 + "!", "bad line"])
    await visit.shows("bad line")
    await visit.page.get_by_test_id("find-regex").click()
    await visit.find("good|late")
    await expect(visit.rows).to_have_text(["good line"])
    await visit.find("(a+)+$")
    await expect(visit.page.get_by_test_id("find-trouble")).to_contain_text("Too slow")
    await expect(visit.rows).to_have_text(["good line"])
    file.append(["late line"])
    await visit.shows("late line")
    await visit.find("bad")
    await expect(visit.rows).to_have_text(["bad line"])
    await expect(visit.page.get_by_test_id("find-trouble")).to_be_hidden()
    await visit.assert_clean()


@case("V9")
async def test_mark_that_runs_away_is_removed(system: AllInOne, visit: Visit) -> None:
    file = system.log_file()
    file.append(["harmless"])
    await visit.shows("harmless")
    await visit.page.get_by_test_id("find-regex").click()
    await visit.find("(a+)+$")
    await visit.page.get_by_test_id("find-mark").click()
    await visit.find("")
    file.append(["a" * 60 + "!"])
    await expect(visit.page.get_by_test_id("chip-rule")).to_have_count(0)
    await expect(visit.page.get_by_test_id("find-trouble")).to_contain_text("mark was removed")


async def test_next_and_previous_go_from_hit_to_hit_and_around(system: AllInOne, visit: Visit) -> None:
    system.log_file().append(["needle 1", *numbered(1, 300), "needle 2", *numbered(301, 600), "needle 3"])
    await visit.shows("needle 3")
    await visit.find("needle")
    await visit.page.get_by_test_id("find-only").click()
    await expect(visit.row("line 000600")).to_be_in_viewport()  # all lines are back, and the newest in view
    await visit.page.keyboard.press("Tab")
    await visit.log.focus()
    count = visit.page.get_by_test_id("find-count")
    for keys, number in (("n", 3), ("n", 1), ("n", 2), ("n", 3), ("N", 2), ("N", 1)):
        await visit.page.keyboard.press(keys if keys == "n" else "Shift+N")
        await expect(visit.row(f"needle {number}")).to_be_in_viewport()
        await expect(count).to_have_text(f"{number} of 3")
    await visit.assert_clean()


@case("V10")
async def test_hit_is_seen_in_its_context_and_back_again_at_the_same_place(system: AllInOne, visit: Visit) -> None:
    every_tenth = [f"{'needle' if n % 10 == 0 else 'straw'} {n:05d}" for n in range(1, 5001)]
    system.log_file().append(every_tenth)
    await visit.shows("needle 05000")
    await visit.find("needle")
    await visit.shows("needle 05000")
    await visit.wheel(-2_000)
    await expect(visit.jump).to_be_visible()
    await visit.settled()
    hit = (await visit.texts_in_view())[8]
    before = await position(visit, hit)
    await visit.row(hit).click()
    await visit.page.keyboard.press("c")
    await expect(visit.page.get_by_test_id("context")).to_be_visible()
    await expect(visit.row(f"straw {int(hit[-5:]) + 1:05d}")).to_be_in_viewport()
    assert await position(visit, hit) == before
    await visit.settled()
    assert await position(visit, hit) == before
    await visit.wheel(300)
    await visit.settled()
    await visit.page.keyboard.press("Escape")
    await expect(visit.page.get_by_test_id("context")).to_be_hidden()
    await expect(visit.rows.get_by_text("straw")).to_have_count(0)
    assert await position(visit, hit) == before


@case("V10")
@pytest.mark.parametrize("index", [0, -1], ids=["first", "last"])
async def test_hit_at_the_edge_of_the_view_has_room_for_its_context(system: AllInOne, visit: Visit, index: int) -> None:
    every_tenth = [f"{'needle' if n % 10 == 0 else 'straw'} {n:05d}" for n in range(1, 5001)]
    system.log_file().append(every_tenth)
    await visit.shows("needle 05000")
    await visit.find("needle")
    await expect(visit.rows.get_by_text("straw")).to_have_count(0)
    await visit.wheel(-2_000)
    await visit.settled()
    hit = (await visit.texts_in_view())[index]
    before = await position(visit, hit)
    await visit.row(hit).click(position={"x": 5, "y": 1})
    await visit.page.keyboard.press("c")
    note = await visit.page.get_by_test_id("context").bounding_box()
    assert note is not None
    for number in (int(hit[-5:]) - 2, int(hit[-5:]) + 2):
        await expect(visit.row(f"straw {number:05d}")).to_be_in_viewport(ratio=1)
        assert await position(visit, f"straw {number:05d}") >= note["y"] + note["height"]
    await visit.page.keyboard.press("Escape")
    await expect(visit.rows.get_by_text("straw")).to_have_count(0)
    assert await position(visit, hit) == before


@case("V7")
async def test_line_under_the_eye_stays_when_a_filter_comes_and_goes(system: AllInOne, visit: Visit) -> None:
    system.log_file().append([f"{'needle' if n % 4 == 0 else 'straw'} {n:05d}" for n in range(1, 2001)])
    await visit.shows("needle 02000")
    await visit.wheel(-5_000)
    await visit.settled()
    hit = next(text for text in await visit.texts_in_view() if text.startswith("needle"))
    before = await position(visit, hit)
    await visit.find("needle")
    await expect(visit.rows.get_by_text("straw")).to_have_count(0)
    assert await position(visit, hit) == before
    await visit.find("")
    await expect(visit.rows.get_by_text("straw")).not_to_have_count(0)
    assert await position(visit, hit) == before
    await visit.settled()
    assert await position(visit, hit) == before


@case("V11")
async def test_ctrl_f_opens_our_search_and_a_second_one_is_the_browsers(system: AllInOne, visit: Visit) -> None:
    system.log_file().append(["needle", *numbered(1, 2_000)])
    await visit.shows("line 002000")
    await visit.page.evaluate(
        "window.kept = []; addEventListener('keydown', event => event.key === 'f' && kept.push(event.defaultPrevented))"
    )
    await visit.log.focus()
    await visit.page.keyboard.press("Control+f")
    await expect(visit.page.get_by_test_id("find")).to_be_focused()
    await visit.page.keyboard.type("needle")
    await visit.shows("needle")
    await visit.page.keyboard.press("Control+f")
    kept = await visit.page.evaluate("kept")
    assert kept == [True, False]


async def test_marks_have_colours_of_ones_own(system: AllInOne, visit: Visit) -> None:
    system.log_file().append(["alpha beta", "beta"])
    await visit.shows("beta")
    for word in ("alpha", "beta"):
        await visit.find(word)
        await visit.page.get_by_test_id("find-mark").click()
    await visit.find("")
    await eventually(lambda: marked(visit, "rule-0"), "the first mark is there")
    await eventually(lambda: marked(visit, "rule-1"), "the second mark is there")
    await visit.page.locator(".chip-colour").first.fill("#112233")
    colour = await visit.log.evaluate("log => log.style.getPropertyValue('--rule-0')")
    assert colour == "#112233"
    await visit.page.get_by_test_id("chip-remove").first.click()
    await expect(visit.page.get_by_test_id("chip-rule")).to_have_count(1)
    await visit.assert_clean()


async def test_typing_keeps_the_letters_from_being_commands(system: AllInOne, visit: Visit) -> None:
    system.log_file().append(["snow w"])
    await visit.shows("snow w")
    await visit.page.keyboard.press("/")
    await visit.page.keyboard.type("snow w")
    await expect(visit.page.get_by_test_id("find")).to_have_value("snow w")
    await expect(visit.page.get_by_test_id("wrap")).to_have_attribute("aria-pressed", "true")
    await visit.page.keyboard.press("Escape")
    await expect(visit.page.get_by_test_id("find")).to_have_value("")
    await visit.page.keyboard.press("Escape")
    await expect(visit.log).to_be_focused()


async def test_names_of_agents_and_fields_in_conditions_are_text(system: AllInOne, visit: Visit) -> None:
    await system.publish(lines(0, '{"<b>k</b>":"<img src=x>"}'))
    await visit.page.get_by_test_id("row-toggle").click()
    await visit.page.get_by_test_id("field-include").click()
    await expect(visit.page.get_by_test_id("chip")).to_contain_text("<b>k</b> = <img src=x>")
    assert await visit.page.locator(".find b, .find img, .tree b, .tree img").count() == 0
    await visit.assert_clean()


# No frame is drawn between the two.
TOGGLE_AND_GO_ON = """() => {
    document.querySelector('[data-testid=find-only]').click();
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'n', bubbles: true }));
}"""


async def test_next_hit_is_gone_to_also_while_what_is_shown_changes(system: AllInOne, visit: Visit) -> None:
    texts = numbered(1, 3_000)
    system.log_file().append([f"{text} needle" if n % 500 == 250 else text for n, text in enumerate(texts)])
    await visit.shows("line 003000")
    await visit.find("needle")
    await expect(visit.rows).to_have_count(6)
    await visit.page.keyboard.press("Enter")
    await visit.log.focus()
    hits = [f"{texts[n]} needle" for n in range(250, 3_000, 500)]
    current = visit.page.locator(".row.current")
    await expect(current).to_contain_text("needle")
    at = hits.index(await current.get_by_test_id("row-text").inner_text())
    for step in range(1, 8):
        await visit.page.evaluate(TOGGLE_AND_GO_ON)
        await expect(current).to_contain_text(hits[(at + step) % 6])
        await expect(current).to_be_in_viewport(ratio=1)
    await visit.assert_clean()


@pytest.mark.parametrize("size", [(1200, 700), (390, 740)])
async def test_conditions_take_two_rows_however_many_they_are(
    system: AllInOne, context: BrowserContext, size: tuple[int, int]
) -> None:
    address = "&".join(f"mute=9f86d081884c7d65.{number:08x}" for number in range(150))
    visit = Visit(await context.new_page(), f"{system.url}#{address}")
    await visit.page.set_viewport_size({"width": size[0], "height": size[1]})
    await visit.open()
    chips, more = visit.page.locator(".chip:visible"), visit.page.get_by_test_id("chips-more")
    tops = await chips.evaluate_all("chips => [...new Set(chips.map(chip => chip.offsetTop))]")
    assert len(tops) == 2
    await expect(more).to_have_text(f"+ {150 - await chips.count()} more")
    await expect(chips.first).to_contain_text("unknown file 00000000")
    await more.click()
    await expect(chips).to_have_count(150)
    assert await visit.log.evaluate("log => log.clientHeight") > size[1] / 4
    await more.click()
    for _ in range(150 - 2):
        await visit.page.get_by_test_id("chip-remove").first.click()
    await expect(more).to_be_hidden()
    await expect(chips).to_have_count(2)
