"""The emulator's own page, in a real browser: what happens is seen as it happens, and narrowed down."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.accessibility import findings
from tests.browser.visit import Visit
from tests.support.all_in_one import AllInOne


async def opened(browser: Browser, system: AllInOne) -> tuple[Page, Visit]:
    """The page, live, and what the browser complains about."""
    page = await browser.new_page(viewport={"width": 1200, "height": 760})
    visit = Visit(page, f"{system.url}_emulator/")
    await page.add_init_script(
        "window.violations = []; addEventListener('securitypolicyviolation', "
        "event => violations.push(event.violatedDirective));"
    )
    await page.goto(visit.url)
    await expect(page.get_by_test_id("status")).to_have_text("Live")
    return page, visit


async def test_a_frame_is_seen_as_it_comes_and_found_again(system: AllInOne, browser: Browser, tmp_path: Path) -> None:
    page, visit = await opened(browser, system)
    await page.get_by_test_id("text").fill("look-at-me")
    await expect(page.get_by_test_id("record")).to_have_count(0)
    await system.publish({"level": "info", "msg": "look-at-me"})
    frame = page.get_by_test_id("record").filter(has_text="sendToGroup")
    await frame.locator("summary").click()
    await expect(frame.locator("pre")).to_contain_text("look-at-me")
    await page.get_by_test_id("text").fill("nothing like that")
    await expect(page.get_by_test_id("record")).to_have_count(0)
    await page.screenshot(path=tmp_path / "page.png")
    await visit.assert_clean()
    await page.close()


async def test_kinds_and_connections_narrow_it_down(system: AllInOne, browser: Browser) -> None:
    page, visit = await opened(browser, system)
    await page.get_by_test_id("kind-connections").click()
    await expect(page.locator("li.row.in, li.row.out")).to_have_count(0)
    await expect(page.locator("li.row.connection").first).to_be_visible()
    await page.get_by_test_id("connection").first.get_by_role("button").first.click()
    await expect(page.get_by_test_id("chosen-connection")).to_be_visible()
    await expect(page.get_by_test_id("record")).to_have_count(1)
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("chosen-connection")).to_have_count(0)
    await visit.assert_clean()
    await page.close()


async def test_pause_holds_what_comes_and_the_keyboard_opens_a_row(system: AllInOne, browser: Browser) -> None:
    page, visit = await opened(browser, system)
    await page.keyboard.press("p")
    await page.keyboard.press("c")
    await system.publish({"level": "info", "msg": "held"})
    await expect(page.get_by_test_id("pause")).to_contain_text("Resume (")
    await expect(page.get_by_test_id("record")).to_have_count(0)
    await page.keyboard.press("p")
    await page.get_by_test_id("record").first.wait_for()
    await page.get_by_test_id("record").first.locator("summary").focus()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.locator("details[open]")).to_have_count(1)
    await visit.assert_clean()
    await page.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_axe_finds_nothing(system: AllInOne, browser: Browser, theme: str) -> None:
    page, _ = await opened(browser, system)
    await page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    await system.publish({"level": "info", "msg": "w" * 500})
    await page.get_by_test_id("text").fill("www")
    await expect(page.get_by_test_id("record")).to_have_count(1)
    await page.get_by_test_id("record").locator("summary").click()
    await expect(page.locator("pre")).to_be_visible()
    assert await findings(page) == []
    await page.get_by_test_id("connection").first.get_by_role("button").first.click()
    assert await findings(page) == []
    await page.close()


async def test_no_secret_is_on_the_page(system: AllInOne, browser: Browser) -> None:
    page, _ = await opened(browser, system)
    await page.get_by_test_id("record").first.wait_for()
    shown = await page.content()
    for secret in (system.access_key, system.publisher_key, "eyJ"):
        assert secret not in shown
    await page.close()


async def test_markup_in_names_is_text(system: AllInOne, browser: Browser) -> None:
    page, visit = await opened(browser, system)
    await system.publish({"msg": "<img src=x onerror=\"document.title='owned'\">"})
    await page.get_by_test_id("text").fill("<img src=x")
    await expect(page.get_by_test_id("record")).to_have_count(1)
    await page.get_by_test_id("record").locator("summary").click()
    await expect(page.locator("pre")).to_contain_text("<img src=x")
    assert await page.locator("img").count() == 0
    assert await page.title() == "Emulator"
    await visit.assert_clean()
    await page.close()


@pytest.mark.parametrize("width", [320, 390, 761, 861])
async def test_a_narrow_page_shows_all_of_the_strip_and_who_did_what(
    system: AllInOne, browser: Browser, tmp_path: Path, width: int
) -> None:
    page, visit = await opened(browser, system)
    await page.set_viewport_size({"width": width, "height": 700})
    for name in ("text", "pause", "clear", "follow", "status", "counts", "kind-handlers", "kind-problems"):
        await expect(page.get_by_test_id(name)).to_be_in_viewport(ratio=1)
    await page.get_by_test_id("connection").first.get_by_role("button").first.click()
    await expect(page.get_by_test_id("chosen-connection")).to_be_in_viewport(ratio=1)
    await page.screenshot(path=tmp_path / f"chosen-{width}.png")
    await page.keyboard.press("Escape")
    await system.publish({"level": "info", "msg": "w" * 500})
    await expect(page.get_by_test_id("record").filter(has_text="sendToGroup").first).to_be_visible()
    await page.screenshot(path=tmp_path / f"trace-{width}.png")
    await page.get_by_test_id("text").fill("www")
    await expect(page.get_by_test_id("record")).to_have_count(1)
    frame = page.get_by_test_id("record")
    await expect(frame.locator(".who b")).not_to_be_empty()
    await expect(frame.locator(".who")).to_be_in_viewport(ratio=1)
    await frame.locator("summary").click()
    await expect(frame.locator("pre")).to_contain_text("www")
    await page.screenshot(path=tmp_path / f"page-{width}.png")
    assert await page.evaluate("document.scrollingElement.scrollWidth") <= width
    main = page.locator("main")
    assert await main.evaluate("main => main.scrollWidth") <= await main.evaluate("main => main.clientWidth")
    await visit.assert_clean()
    await page.close()
