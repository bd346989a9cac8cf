"""The page works where the browser keeps nothing for it, or kept something strange."""

import json
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, async_playwright, expect

from tests.browser.conftest import ARGUMENTS
from tests.browser.visit import Visit, lines
from tests.nasty.cases import case
from tests.support.all_in_one import AllInOne
from tests.support.tools import require

BLOCKED = "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('', 'SecurityError') } })"
FULL = "Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError') }"
CORRUPT = "for (const name of ['wrap', 'theme', 'sources']) localStorage.setItem(`tailcast.${name}`, '{\\u0000]')"


@case("V24")
@pytest.mark.parametrize("storage", [BLOCKED, FULL, CORRUPT], ids=["blocked", "full", "corrupt"])
async def test_strange_storage_changes_nothing(system: AllInOne, context: BrowserContext, storage: str) -> None:
    await context.add_init_script(storage)
    visit = Visit(await context.new_page(), system.url)
    await visit.open()
    await assert_usable(system, visit)


@case("V24")
async def test_page_works_with_cookies_off(system: AllInOne, tmp_path: Path) -> None:
    # With this setting Chromium refuses localStorage and shared workers too.
    preferences = tmp_path / "profile" / "Default" / "Preferences"
    preferences.parent.mkdir(parents=True)
    preferences.write_text(json.dumps({"profile": {"default_content_setting_values": {"cookies": 2}}}))
    async with async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(
            preferences.parent.parent, executable_path=require("chromium"), args=ARGUMENTS
        )
        visit = Visit(await context.new_page(), system.url)
        await visit.open()
        is_blocked = "() => { try { return !localStorage } catch { return true } }"
        assert await visit.page.evaluate(is_blocked)
        await assert_usable(system, visit)
        await context.close()


async def assert_usable(system: AllInOne, visit: Visit) -> None:
    await system.publish(lines(0, "one"))
    await visit.shows("one")
    wrap = visit.page.get_by_test_id("wrap")
    before = await wrap.get_attribute("aria-pressed")
    await wrap.click()
    await expect(wrap).not_to_have_attribute("aria-pressed", before or "")
    await visit.page.get_by_test_id("theme").click()
    await visit.assert_clean()
