"""Taking away: lines copied and downloaded, the address of a line, and the whole view in the page's address."""

from pathlib import Path

from playwright.async_api import expect

from tests.browser.visit import Visit, lines
from tests.nasty.cases import case
from tests.support.all_in_one import AllInOne
from tests.support.eventually import eventually
from tests.support.log_file import numbered


async def copied(visit: Visit, keys: str = "Control+C") -> str:
    """What the keys put on the clipboard, as far as the page says so itself."""
    await visit.page.evaluate(
        """() => {
            window.copied = new Promise(done => document.addEventListener(
                'copy', event => done(event.clipboardData.getData('text/plain')), { once: true }));
        }"""
    )
    await visit.page.keyboard.press(keys)
    return str(await visit.page.evaluate("window.copied"))


async def download(visit: Visit) -> bytes:
    async with visit.page.expect_download() as downloading:
        await visit.page.get_by_test_id("download-save").click()
    return Path(await (await downloading.value).path()).read_bytes()


async def allow_clipboard(visit: Visit) -> None:
    await visit.page.context.grant_permissions(["clipboard-read", "clipboard-write"])


async def clipboard(visit: Visit) -> str:
    return str(await visit.page.evaluate("navigator.clipboard.readText()"))


@case("V14")
async def test_10_000_rows_picked_across_the_virtual_edge_are_copied_in_order(system: AllInOne, visit: Visit) -> None:
    texts = numbered(1, 10_000)
    system.log_file().append(texts)
    await visit.shows("line 010000")
    await visit.row("line 010000").click()
    await visit.page.keyboard.press("Home")
    await visit.shows("line 000001")
    await visit.row("line 000001").click(modifiers=["Shift"])
    await expect(visit.page.get_by_test_id("picked-count")).to_have_text("10,000 lines")
    assert await copied(visit) == "\n".join(texts)
    await visit.page.keyboard.press("Escape")
    await expect(visit.page.get_by_test_id("picked")).to_be_hidden()
    await visit.assert_clean()


@case("V14")
async def test_copied_lines_have_a_prefix_when_wanted_and_no_escape_sequence(system: AllInOne, visit: Visit) -> None:
    await allow_clipboard(visit)
    await visit.page.get_by_test_id("time").select_option("utc")
    system.log_file().append(["2026-11-05T12:00:00Z \x1b[31mone\x1b[0m", "2026-11-05T12:00:01.500Z two"])
    await expect(visit.rows).to_have_count(2)
    await visit.rows.first.click()
    await visit.page.keyboard.press("Shift+J")
    await expect(visit.page.get_by_test_id("picked-count")).to_have_text("2 lines")
    await visit.page.get_by_test_id("picked-copy").click()
    await expect(visit.page.get_by_test_id("told")).to_have_text("Copied 2 lines")
    assert await clipboard(visit) == "2026-11-05T12:00:00Z one\n2026-11-05T12:00:01.500Z two"
    await visit.page.get_by_test_id("picked-copy-prefixed").click()
    await eventually(lambda: starts(visit, "2026-11-05 12:00:00.000 UTC web-1 app.log: 2026"), "the prefix is copied")
    await visit.assert_clean()


async def starts(visit: Visit, text: str) -> bool:
    return (await clipboard(visit)).startswith(text)


@case("V14")
async def test_text_marked_by_hand_is_copied_also_after_its_beginning_was_scrolled_away(
    system: AllInOne, visit: Visit
) -> None:
    texts = numbered(1, 400)
    system.log_file().append(texts)
    await visit.shows("line 000400")
    await visit.page.keyboard.press("Home")
    await visit.shows("line 000003")
    await visit.settled()
    begin = await visit.row("line 000003").bounding_box()
    assert begin is not None
    await visit.page.mouse.move(begin["x"] + 1, begin["y"] + 10)
    await visit.page.mouse.down()
    await visit.page.mouse.move(begin["x"] + 1, begin["y"] + 50, steps=4)
    await visit.page.mouse.wheel(0, 4_000)
    await expect(visit.row("line 000003")).to_have_count(0)
    await visit.settled()
    last = (await visit.texts_in_view())[10]
    end = await visit.row(last).bounding_box()
    assert end is not None
    await visit.page.mouse.move(end["x"] + 300, end["y"] + 10, steps=4)
    await visit.page.mouse.up()
    assert await copied(visit) == "\n".join(texts[2 : texts.index(last) + 1])
    await visit.assert_clean()


MARK_AND_LEAP = """([first, last]) => {
    // As when the browser is too busy to tell of the selection before the rows are gone.
    addEventListener('selectionchange', event => event.stopImmediatePropagation(), true);
    const rows = [...document.querySelectorAll('[data-testid=row-content]')];
    const [from, to] = [first, last].map(text => rows.find(row => row.textContent === text).firstChild);
    getSelection().setBaseAndExtent(from, 5, to, 11);
    document.getElementById('log').scrollTop += 4000;
}"""


@case("V14")
async def test_text_marked_by_hand_is_copied_also_after_all_of_it_left_the_page_at_once(
    system: AllInOne, visit: Visit
) -> None:
    system.log_file().append(numbered(1, 400))
    await visit.shows("line 000400")
    await visit.page.keyboard.press("Home")
    await visit.shows("line 000003")
    await visit.settled()
    await visit.page.evaluate(MARK_AND_LEAP, ["line 000003", "line 000005"])
    await expect(visit.row("line 000005")).to_have_count(0)
    assert await copied(visit) == "000003\nline 000004\nline 000005"
    await visit.row("line 000210").click()
    assert await copied(visit) == "line 000210"


@case("V25")
async def test_downloaded_file_equals_the_bytes_of_the_shown_lines(system: AllInOne, visit: Visit) -> None:
    file = system.log_file()
    file.append(["caf\u00e9 \x1b[31mred\x1b[0m \u202e needle", "straw", "tab\there needle", *numbered(1, 3_000), "end"])
    await visit.shows("end")
    await visit.page.keyboard.press("d")
    await expect(visit.page.get_by_test_id("download-words")).to_contain_text("3,004 lines")
    assert await download(visit) == file.path.read_bytes()
    await visit.find("needle")
    await expect(visit.rows).to_have_count(2)
    await visit.page.get_by_test_id("download-open").click()
    await expect(visit.page.get_by_test_id("download-words")).to_contain_text("2 lines that the filter shows")
    shown = [line for line in file.path.read_bytes().splitlines(keepends=True) if b"needle" in line]
    assert await download(visit) == b"".join(shown)
    await visit.assert_clean()


async def test_link_to_a_line_leads_to_it_through_thousands_of_others(system: AllInOne, visit: Visit) -> None:
    await allow_clipboard(visit)
    file = system.log_file()
    file.append(numbered(1, 5_000))
    await visit.shows("line 005000")
    await visit.page.keyboard.press("Home")
    await visit.row("line 000007").click()
    await visit.page.keyboard.press("l")
    await expect(visit.page.get_by_test_id("told")).to_have_text("Copied link to the line")
    link = await clipboard(visit)
    assert "line=" in link
    await visit.page.keyboard.press("End")
    await visit.shows("line 005000")
    await visit.page.evaluate("link => { location.href = link }", link)
    await visit.shows("line 000007")
    await expect(visit.page.locator(".row.current")).to_contain_text("line 000007")
    await visit.assert_clean()


async def test_link_to_a_line_that_is_not_loaded_says_so_and_goes_there_when_it_comes(
    system: AllInOne, visit: Visit
) -> None:
    await visit.page.goto(f"{visit.url}#line=9f86d081884c7d65.a3c1e07b.1.6")
    await visit.page.reload()
    linked = visit.page.get_by_test_id("linked")
    await expect(linked).to_contain_text("at byte 6 of a source that this page has not heard of")
    await system.publish(lines(0, "first", *numbered(1, 300)))
    await visit.shows("line 000001")
    await expect(linked).to_be_hidden()
    await visit.assert_clean()


async def test_linked_line_that_the_filter_hides_is_shown_in_its_context(system: AllInOne, visit: Visit) -> None:
    await system.publish(lines(0, "first", *numbered(1, 300)))
    await visit.shows("line 000300")
    await visit.page.goto(f"{visit.url}#find=.000300&line=9f86d081884c7d65.a3c1e07b.1.6")
    await visit.shows("line 000001")
    await expect(visit.page.get_by_test_id("context")).to_be_visible()
    await visit.page.keyboard.press("Escape")
    await expect(visit.rows).to_have_text(["line 000300"])


async def test_view_is_in_the_address_at_once(system: AllInOne, visit: Visit) -> None:
    addresses = await visit.page.evaluate(
        """() => ['error', 'warn', 'info'].map(level => {
            document.querySelector(`[data-testid=level-${level}]`).click();
            return location.hash;
        })"""
    )
    assert addresses == [
        "#levels=none.trace.debug.info.warn.fatal",
        "#levels=none.trace.debug.info.fatal",
        "#levels=none.trace.debug.fatal",
    ]


async def test_view_that_changes_without_end_is_in_the_address_now_and_then_and_in_the_end(
    system: AllInOne, visit: Visit
) -> None:
    changes = await visit.page.evaluate(
        """() => {
            let changes = 0;
            const replace = history.replaceState;
            history.replaceState = function (...how) { changes += 1; return replace.apply(this, how); };
            const find = document.querySelector('[data-testid=find]');
            for (let number = 1; number <= 500; number += 1) {
                find.value = `find ${number}`;
                find.dispatchEvent(new Event('input'));
            }
            return changes;
        }"""
    )
    assert 1 < changes < 100  # WebKit throws at the 101st
    await eventually(lambda: visit.page.url.endswith("#find=.find+500"), "the last view is in the address")


async def test_view_is_in_the_address_and_comes_back_with_it_without_a_history(system: AllInOne, visit: Visit) -> None:
    before = await visit.page.evaluate("history.length")
    await visit.page.get_by_test_id("time").select_option("utc")
    await visit.find("needle")
    for level in ("none", "debug"):
        await visit.page.get_by_test_id(f"level-{level}").click()
    await visit.log.focus()
    await visit.page.keyboard.press("w")
    await eventually(lambda: "wrap=off" in visit.page.url, "the view is in the address")
    assert await visit.page.evaluate("history.length") == before
    assert "access_token" not in visit.page.url
    await visit.page.reload()
    await expect(visit.state).to_have_text("Live")
    await expect(visit.page.get_by_test_id("find")).to_have_value("needle")
    await expect(visit.page.get_by_test_id("time")).to_have_value("utc")
    await expect(visit.page.get_by_test_id("wrap")).to_have_attribute("aria-pressed", "false")
    await expect(visit.page.get_by_test_id("level-debug")).to_have_attribute("aria-pressed", "false")
    system.log_file().append(["INFO a needle", "DEBUG a needle", "INFO straw"])
    await expect(visit.rows).to_have_text(["INFO a needle"])
    await visit.assert_clean()
