"""What axe (https://github.com/dequelabs/axe-core) finds on a page as it is now. It judges nothing by itself."""

from pathlib import Path

from playwright.async_api import Page

from tests.support.tools import require_file

AXE = Path(__file__).parent / "axe" / "node_modules" / "axe-core" / "axe.min.js"


async def findings(page: Page) -> list[str]:
    """What axe objects to, each with the first element that it is about."""
    await page.evaluate(require_file(AXE, "make setup installs it").read_text(encoding="utf-8"))
    found = await page.evaluate("axe.run({ resultTypes: ['violations'] })")
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found["violations"]]
