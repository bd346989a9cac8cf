"""The pictures of docs/images, each from what a reader does on the page to what is then seen."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from playwright.async_api import expect

from tests.browser.visit import Visit
from tests.pictures.cast import Cast
from tests.pictures.shop import ACCESS, BUILD, ORDERS, last_moment, ten_minutes
from tests.support.all_in_one import AllInOne

CALM_S = 6.0
"""After so long the rates on the page are those of the last moment, no longer those of the ten minutes at once."""
GROUP = "stream"


class Stage:
    """The running system with a page open, and the agents that publish to it."""

    def __init__(self, system: AllInOne, visit: Visit) -> None:
        self.system, self.visit, self.page = system, visit, visit.page
        self.cast = Cast(system)

    async def play(self) -> None:
        """Let ten minutes of the shop arrive, and then its last moment."""
        await self.cast.publish(ten_minutes(datetime.now(UTC)))
        await asyncio.sleep(CALM_S)
        self.system.log_file("build.log").append(BUILD)
        await self.visit.shows("vite v8.3.8 building for production...")
        await self.go_on()
        await asyncio.sleep(1.2)

    async def go_on(self) -> None:
        await self.cast.publish(last_moment(datetime.now(UTC)))

    async def cut_off(self) -> None:
        """Break the connection so that it cannot be recovered, and let the page come back."""
        await self.system.break_something("refuse", at="recovery", count=1)
        await self.system.break_something("drop", group=GROUP)
        await expect(self.visit.dividers.filter(has_text="reconnected")).to_have_count(1)
        await expect(self.visit.state).to_have_text("Live")

    async def click(self, *names: str) -> None:
        for name in names:
            await self.page.get_by_test_id(name).click()

    async def open_line(self, text: str) -> None:
        """Open the last line that has this text as a tree."""
        row = self.page.get_by_test_id("row").filter(has_text=text).last
        await row.get_by_test_id("row-toggle").click()

    async def column(self, *names: str) -> None:
        """Show these fields of the opened line as columns."""
        for name in names:
            await self.visit.field(name).hover()
            await self.visit.field(name).get_by_test_id("field-column").click()


@dataclass(frozen=True)
class Scene:
    """One picture: its name, how the page is looked at, and what is done before."""

    name: str
    act: Callable[[Stage], Awaitable[None]]
    theme: Literal["dark", "light"] = "dark"
    size: tuple[int, int] = (1440, 800)
    scale: int = 1


async def _live(stage: Stage) -> None:
    """Nothing is done: this is how the page looks to who watches."""


async def _read(stage: Stage) -> None:
    await stage.open_line('"status":503')
    await stage.visit.wheel(160)
    await stage.visit.settled()
    await stage.go_on()
    await expect(stage.visit.jump_label).to_contain_text("new lines")


async def _find(stage: Stage) -> None:
    await stage.visit.find("/api/orders")
    await stage.click("find-mark")
    await stage.visit.find("/cart")
    await stage.click("find-not", "find-regex")
    await stage.visit.find('not placed|timed out|" 502')
    await stage.page.get_by_test_id("find").press("Enter")
    await expect(stage.page.get_by_test_id("find-count")).to_contain_text(" of ")


async def _columns(stage: Stage) -> None:
    solo = stage.page.get_by_test_id("source").filter(has_text="api.log")
    await solo.hover()
    await solo.get_by_test_id("source-solo").click()
    await stage.open_line('"status":503')
    await stage.column("method", "path", "status", "ms", "msg")
    await stage.page.locator(".row-toggle[aria-expanded=true]").click()
    await stage.click("jump")


async def _reconnect(stage: Stage) -> None:
    await stage.cast.leave_out(ACCESS, 48_213, "drops", "rate")
    await stage.cast.leave_out(ORDERS, 1_874, "gaps", "truncated")
    await stage.cast.restart("api-1")
    await stage.cut_off()
    await stage.go_on()
    await stage.system.break_something("refuse", at="connect", status=503)
    await stage.system.break_something("close", code=1012, group=GROUP)
    await expect(stage.visit.banner).to_contain_text(re.compile(r"Trying again in [3-9] s"))


async def _narrow(stage: Stage) -> None:
    await stage.visit.find("order")


SCENES = (
    Scene("viewer", _live),
    Scene("viewer-light", _read, theme="light"),
    Scene("viewer-filtered", _find),
    Scene("viewer-columns", _columns, theme="light"),
    Scene("viewer-reconnect", _reconnect),
    Scene("viewer-narrow", _narrow, size=(390, 780), scale=2),
)
