"""Understanding a line: level, colours, links, fields, stack traces, progress, time and length."""

import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Locator, expect

from tests.browser.conftest import ALONE
from tests.browser.visit import Visit, lines
from tests.nasty.cases import case
from tests.support.all_in_one import AllInOne
from tests.support.log_file import numbered

TRACE = [
    "ERROR failed",
    "java.lang.Error: x",
    "\tat a.B.c(B.java:1)",
    "\tat a.D.e(D.java:2)",
    "Caused by: y",
    "INFO on",
]


@pytest_asyncio.fixture(loop_scope="session")
async def in_nepal(system: AllInOne, browser: Browser) -> AsyncIterator[Visit]:
    """The page in a browser whose local time is UTC+5:45."""
    async with await browser.new_context(timezone_id="Asia/Kathmandu") as context:
        visit = Visit(await context.new_page(), system.url)
        await visit.open()
        yield visit


@case("V12")
async def test_level_has_a_letter_and_comes_from_its_place(system: AllInOne, visit: Visit) -> None:
    texts = {
        "INFO no error found": "I",
        "level=warn msg=x": "W",
        '{"severity":"ERROR"}': "E",
        "[E] x": "E",
        "<3>x": "E",
        '{"level":50}': "E",
        "\x1b[31mERROR\x1b[0m x": "E",
        "no error": "",
    }
    system.log_file().append(texts)
    await visit.shows("no error")
    await expect(visit.page.get_by_test_id("row-level")).to_have_text(list(texts.values()))
    await visit.assert_clean()


async def test_colours_are_styles_and_all_other_escapes_are_gone(system: AllInOne, visit: Visit) -> None:
    system.log_file().append(["\x1b]0;title\x07\x1b[2K\x1b[1;38;2;255;255;255mwhite\x1b[0m plain \x1b[31mred\x1b[0m"])
    await visit.shows("white plain red")
    white = visit.page.get_by_text("white", exact=True)
    await expect(white).to_have_css("font-weight", "700")
    # White on the light page would not be seen.
    assert await white.evaluate("span => getComputedStyle(span).color") != "rgb(255, 255, 255)"
    assert await visit.page.title() == "Tailcast"
    await visit.assert_clean()


async def test_only_addresses_of_known_schemes_become_links(system: AllInOne, visit: Visit) -> None:
    text = "see https://example.com/a?b=1. or javascript:alert(1) data:text/html,x file:///etc/passwd (http://b.example/c_(d))"
    system.log_file().append([text])
    await visit.shows(text)
    links = visit.page.get_by_test_id("link")
    await expect(links).to_have_text(["https://example.com/a?b=1", "http://b.example/c_(d)"])
    for link in await links.all():
        await expect(link).to_have_attribute("rel", "noopener noreferrer")
    await visit.assert_clean()


@case("V13")
async def test_json_line_opens_as_a_tree_with_every_value_as_written(system: AllInOne, visit: Visit) -> None:
    text = '{"id":9007199254740993,"a":1,"a":2,"__proto__":{"x":[1,{"y":null}]},"price":1.0}'
    system.log_file().append([text, "{'not': 'quite JSON'}", '{"cut": "off'])
    await visit.shows(text)
    toggles = visit.page.get_by_test_id("row-toggle")
    await expect(toggles).to_have_count(1)
    await toggles.first.click()
    await expect(visit.page.get_by_test_id("field-value")).to_have_text(["9007199254740993", "1", "2", "1.0"])
    await visit.page.get_by_test_id("field-toggle").click()
    await visit.page.get_by_test_id("field-toggle").nth(1).click()
    await visit.page.get_by_test_id("field-toggle").nth(2).click()
    await expect(visit.page.get_by_test_id("field-value")).to_have_text(
        ["9007199254740993", "1", "2", "1", "null", "1.0"]
    )
    await expect(visit.row(text)).to_be_visible()
    await visit.assert_clean()


@case("V13")
async def test_object_of_two_megabytes_opens_without_stopping_the_page(system: AllInOne, visit: Visit) -> None:
    # The service takes no message of 2 MB: the page, which has a connection of its own here, is handed one.
    await visit.page.add_init_script(ALONE)
    await visit.page.add_init_script(
        """
        const send = WebSocket.prototype.addEventListener;
        Object.defineProperty(WebSocket.prototype, 'onmessage', {
          set(listener) {
            window.receive = data => listener.call(this, { data });
            send.call(this, 'message', listener);
          },
        });
        """
    )
    await visit.page.reload()
    await expect(visit.state).to_have_text("Live")
    await visit.page.evaluate(
        """() => {
        const items = Array.from({ length: 20_000 }, (_, id) => ({ id, text: 'x'.repeat(90) }));
        receive(JSON.stringify({ type: 'message', from: 'group', dataType: 'json', data: { items, last: 1 } }));
        }"""
    )
    await visit.page.get_by_test_id("row-toggle").click()
    await expect(visit.page.get_by_test_id("field-value")).to_have_text(["1"])
    await visit.page.get_by_test_id("field-toggle").click()
    await expect(visit.page.get_by_test_id("field-toggle")).to_have_count(101)
    await visit.page.get_by_test_id("field-more").click()
    await expect(visit.page.get_by_test_id("field-toggle")).to_have_count(201)
    await visit.assert_clean()


async def test_fields_become_columns_and_conditions(system: AllInOne, visit: Visit) -> None:
    rows = [{"msg": f"request {n}", "status": 200 if n % 2 else 500, "id": n} for n in range(1, 7)]
    system.log_file().append([*(json.dumps(row) for row in rows), "plain text"])
    await visit.shows("plain text")
    await visit.page.get_by_test_id("row-toggle").first.click()
    for name in ("status", "msg"):
        field = visit.field(name)
        await field.hover()
        await field.get_by_test_id("field-column").click()
    await expect(visit.page.get_by_test_id("columns")).to_contain_text("status")
    cells = visit.page.get_by_test_id("cell")
    assert (await cells.all_inner_texts())[:4] == ["200", "request 1", "500", "request 2"]
    await expect(visit.row("plain text")).to_be_visible()
    await visit.field("status").get_by_test_id("field-include").click()
    await expect(visit.page.get_by_test_id("shown")).to_have_text("3 shown")
    await visit.page.get_by_test_id("column-remove").first.click()
    await visit.page.get_by_test_id("column-remove").first.click()
    await expect(visit.page.get_by_test_id("columns")).to_be_hidden()
    await visit.assert_clean()


async def test_stack_trace_is_folded_under_its_first_line(system: AllInOne, visit: Visit) -> None:
    system.log_file().append(TRACE)
    await visit.shows("INFO on")
    await expect(visit.row("Caused by: y")).to_have_count(0)
    await expect(visit.page.get_by_test_id("row-trace")).to_have_text("+ 4 lines")
    await visit.page.get_by_test_id("row-trace").click()
    await expect(visit.row("Caused by: y")).to_be_visible()
    await visit.log.focus()
    await visit.row("ERROR failed").click()
    await visit.page.keyboard.press("e")
    await expect(visit.row("Caused by: y")).to_have_count(0)
    await visit.find("Caused")
    await visit.page.keyboard.press("Enter")
    await expect(visit.row("Caused by: y")).to_be_visible()
    await visit.assert_clean()


async def test_progress_shows_its_last_state_and_all_of_them_when_opened(system: AllInOne, visit: Visit) -> None:
    system.log_file().append_bytes(b"10 %\r50 %\r100 %\ndone\n")
    await visit.shows("100 %")
    await expect(visit.rows).to_have_text(["100 %", "done"])
    await visit.page.get_by_test_id("row-toggle").first.click()
    await expect(visit.page.get_by_test_id("row-states")).to_have_text("10 %\n50 %\n100 %")


@case("V28")
async def test_time_is_shown_as_local_utc_relative_or_as_in_the_line(system: AllInOne, in_nepal: Visit) -> None:
    text = "2020-01-02T20:00:00.5Z GET /a"
    system.log_file().append([text, "no stamp"])
    await in_nepal.shows("no stamp")
    stamp = in_nepal.page.get_by_test_id("row-time").first
    await expect(stamp).to_have_text("01-03 01:45:00")
    # What is shown in the column takes no room in the text, and is still there to be copied.
    await expect(in_nepal.row(text)).to_have_count(1)
    choice = in_nepal.page.get_by_test_id("time")
    await choice.select_option("utc")
    await expect(stamp).to_have_text("01-02 20:00:00")
    await choice.select_option("relative")
    await expect(stamp).to_contain_text("d ago")
    await choice.select_option("line")
    await expect(stamp).to_be_hidden()
    await in_nepal.assert_clean()


@case("V28")
async def test_columns_leave_the_time_as_in_the_line(system: AllInOne, context: BrowserContext) -> None:
    visit = Visit(await context.new_page(), f"{system.url}#column=msg&time=line")
    await visit.open()
    system.log_file().append(['{"time":"2020-01-02T20:00:00.5Z","msg":"ready"}', "2020-01-02T20:00:01Z plain"])
    await visit.shows("2020-01-02T20:00:01Z plain")
    stamps = visit.page.get_by_test_id("row-time")
    await expect(stamps).to_have_text(["2020-01-02T20:00:00.5Z", ""])
    await expect(stamps.first).to_be_in_viewport(ratio=1)


@case("V28")
async def test_relative_time_goes_on_and_is_right_after_sleep(system: AllInOne, visit: Visit) -> None:
    await visit.page.clock.install()
    await visit.page.reload()
    await expect(visit.state).to_have_text("Live")
    await visit.page.get_by_test_id("time").select_option("relative")
    system.log_file().append(["one"])
    await visit.shows("one")
    await visit.page.clock.fast_forward("03:00:00")
    await expect(visit.page.get_by_test_id("row-time")).to_have_text("3 h ago")


async def begin(row: Locator) -> float:
    """Where the row begins, in pixels from the top of the page."""
    return float(await row.evaluate("row => row.getBoundingClientRect().top"))


@case("V8")
@pytest.mark.parametrize("height", [900, 400], ids=["in view", "above the view"])
async def test_line_of_64_kilobytes_is_folded_and_opened_by_key_where_it_begins(
    system: AllInOne, visit: Visit, height: int
) -> None:
    await visit.page.set_viewport_size({"width": 1200, "height": height})
    system.log_file().append([*numbered(1, 50), "x" * 65_536, "last"])
    await visit.shows("last")
    more = visit.page.get_by_test_id("row-more")
    await expect(more).to_contain_text("63.5 KB more")
    row = visit.page.locator(".row").filter(has_text="xxxx")
    await visit.page.mouse.click(500, height - 100)
    await expect(row).to_contain_class("current")
    top, view = await begin(row), await begin(visit.log)
    assert (top > view) == (height == 900)
    await visit.page.keyboard.press("e")
    await expect(more).to_have_count(0)
    assert await begin(row) == top
    await visit.page.keyboard.press("e")
    await expect(more).to_have_count(1)
    # In view again, and no lower than under the edge that the log has.
    assert 0 <= await begin(row) - max(top, view) < 10
    await visit.assert_clean()


@case("V7")
async def test_line_under_the_eye_stays_when_lines_above_it_are_opened_and_wrapped(
    system: AllInOne, visit: Visit
) -> None:
    long = [f"{n:04d} " + "word " * (n % 60) for n in range(1, 1501)]
    await system.publish(lines(0, *(text.rstrip() for text in long)))
    await visit.shows(long[-1].rstrip())
    await visit.wheel(-3_000)
    await visit.settled()
    text = (await visit.texts_in_view())[0]

    async def y() -> float:
        box = await visit.row(text).bounding_box()
        assert box is not None
        return box["y"]

    before = await y()
    for _ in range(2):
        await visit.page.keyboard.press("w")
        await visit.settled()
        assert await y() == before
    await visit.page.set_viewport_size({"width": 700, "height": 600})
    await visit.settled()
    await visit.page.set_viewport_size({"width": 1200, "height": 700})
    await visit.settled()
    assert await y() == before
