"""One visit to the page in a real browser: what a test does there, and what the browser complained about meanwhile."""

import re
from typing import Any

from playwright.async_api import Locator, Page, Response, expect

from tests.support.eventually import TIMEOUT_S

expect.set_options(timeout=TIMEOUT_S * 1000)

WATCH = """
window.violations = [];
addEventListener('securitypolicyviolation', event => violations.push(`${event.violatedDirective} ${event.blockedURI}`));
"""


class Visit:
    """The page, by the names that it gives to its parts for tests."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.log, self.rows = page.get_by_test_id("log"), page.get_by_test_id("row-text")
        self.state, self.pause = page.get_by_test_id("connection-state"), page.get_by_test_id("pause")
        self.jump, self.jump_label = page.get_by_test_id("jump"), page.get_by_test_id("jump-label")
        self.dividers = page.get_by_test_id("divider")
        self.note, self.banner = page.get_by_test_id("connection-note"), page.get_by_test_id("connection-detail")
        self.complaints: list[str] = []
        self.requested: list[str] = []
        page.on("console", lambda message: self._complain(message.type, message.text))
        page.on("pageerror", lambda error: self._complain("error", str(error)))
        page.on("request", lambda request: self.requested.append(request.url))
        page.on("websocket", lambda socket: self.requested.append(socket.url))
        page.on("response", self._look_at)

    async def open(self) -> None:
        """Load the page and wait until it is in the group."""
        await self.page.add_init_script(WATCH)
        await self.page.goto(self.url)
        await expect(self.state).to_have_text("Live")

    async def shows(self, text: str) -> None:
        """Wait until a line with this very text is drawn within the view."""
        await expect(self.row(text)).to_be_in_viewport()

    def row(self, text: str) -> Locator:
        return self.rows.get_by_text(text, exact=True)

    async def texts(self) -> list[str]:
        """Texts of the lines that are drawn, from top to bottom."""
        return await self.rows.all_inner_texts()

    async def texts_in_view(self) -> list[str]:
        """Texts of the lines whose first row is within the view, from top to bottom."""
        script = """rows => {
            const { top, bottom } = document.getElementById('log').getBoundingClientRect();
            const at = row => row.getBoundingClientRect().top;
            return rows.filter(row => at(row) >= top && at(row) < bottom).map(row => row.textContent);
        }"""
        return list(await self.rows.evaluate_all(script))

    async def settled(self) -> None:
        """Wait until nothing was scrolled or moved for longer than the page waits before it puts the view right."""
        await self.page.evaluate(
            """() => new Promise(done => {
                const log = document.getElementById('log');
                let seen = '', since = 0, frames = 0;
                const look = now => {
                    const row = log.querySelector('[data-testid=row]');
                    const stands = [log.scrollTop, row?.dataset.key, row?.getBoundingClientRect().top].join();
                    if (stands !== seen) [seen, since, frames] = [stands, now, 0];
                    else if ((frames += 1) > 5 && now - since > 250) return done();
                    requestAnimationFrame(look);
                };
                requestAnimationFrame(look);
            })"""
        )

    async def find(self, text: str) -> None:
        """Type into the field that finds lines."""
        await self.page.get_by_test_id("find").fill(text)

    def field(self, name: str) -> Locator:
        """A field of an opened line."""
        return self.page.get_by_test_id("field").filter(has=self.page.get_by_text(name, exact=True))

    async def told(self) -> list[str]:
        """Texts of all that is drawn in the log, dividers among the lines, from top to bottom."""
        return await self.page.get_by_test_id("row-text").or_(self.dividers).all_inner_texts()

    async def seconds_left(self) -> int:
        """Seconds until the next attempt to connect, as the page counts them down."""
        await expect(self.banner).to_contain_text("Trying again in ")
        found = re.search(r"Trying again in ([\d,]+) s", await self.banner.inner_text())
        assert found is not None
        return int(found[1].replace(",", ""))

    async def gap_to_end(self) -> float:
        """Pixels between the bottom of the view and the live end."""
        return float(await self.log.evaluate("log => log.scrollHeight - log.clientHeight - log.scrollTop"))

    async def wheel(self, pixels: int) -> None:
        """Turn the wheel over the log; negative is up."""
        await self.log.hover()
        await self.page.mouse.wheel(0, pixels)

    async def assert_clean(self) -> None:
        """Nothing went elsewhere, nothing was blocked or failed, nothing was complained about."""
        own = (self.url, self.url.replace("http", "ws", 1), "data:", "blob:" + self.url)
        assert [url for url in self.requested if not url.startswith(own)] == []
        assert await self.page.evaluate("violations") == []
        assert self.complaints == []

    def _complain(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.complaints.append(f"{kind}: {text}")

    def _look_at(self, response: Response) -> None:
        if response.status >= 400:
            self.complaints.append(f"{response.status} {response.url}")


def lines(offset: int, *texts: str, **keys: Any) -> dict[str, Any]:
    """A message of kind lines, as an agent sends it (docs/wire.md)."""
    return {
        "tailcast": 1,
        "kind": "lines",
        "agent": "9f86d081884c7d65",
        "name": "web-9",
        "at": 1793476800000,
        "source": "a3c1e07b",
        "epoch": 1,
        "path": "/var/log/remote.log",
        "offset": offset,
        "lengths": [len(text.encode()) + 1 for text in texts],
        "lines": list(texts),
    } | keys
