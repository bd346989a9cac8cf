"""The panel of sources: rate, age, lag and state of each file, one alone, without some, and thousands of them."""

from typing import Any

from playwright.async_api import Locator, expect

from tests.browser.visit import Visit, lines
from tests.nasty.cases import case
from tests.support.all_in_one import AllInOne
from tests.support.log_file import numbered


def status(agent: str, name: str, *files: dict[str, Any]) -> dict[str, Any]:
    """A status of an agent about these files (docs/wire.md)."""
    facts = {"epoch": 1, "state": "tailing", "start": 0, "end": 0, "lag": 0, "gaps": [], "drops": []}
    head = {"tailcast": 1, "kind": "status", "agent": agent, "name": name, "at": 1793476800000}
    return head | {"started": 1793470000000, "interval": 300, "sources": [facts | file for file in files]}


def files(count: int, first: int = 0) -> list[dict[str, Any]]:
    return [
        {"source": f"{number:08x}", "path": f"/srv/app/service-{number:04d}.log"}
        for number in range(first, first + count)
    ]


def source(visit: Visit, name: str) -> Locator:
    named = visit.page.get_by_test_id("source-name").get_by_text(name, exact=True)
    return visit.page.get_by_test_id("source").filter(has=named)


async def two_files(system: AllInOne, visit: Visit) -> None:
    system.log_file("a.log").append(["from a"])
    system.log_file("b.log").append(["from b"])
    await visit.shows("from a")
    await visit.shows("from b")


async def test_each_file_has_its_rate_the_age_of_its_last_line_its_lag_and_its_state(
    system: AllInOne, visit: Visit
) -> None:
    busy = {"source": "a3c1e07b", "path": "/var/log/remote.log", "lag": 2_500_000}
    closed = {
        "source": "a3c1e07c",
        "path": "/var/log/secret.log",
        "state": "unreadable",
        "detail": "permission denied",
    }
    await system.publish(lines(0, *numbered(1, 300)), status("9f86d081884c7d65", "web-9", busy, closed))
    await expect(source(visit, "remote.log").get_by_test_id("source-rate")).to_have_text("100/s")
    await expect(source(visit, "remote.log").get_by_test_id("source-age")).to_contain_text("s")
    await expect(source(visit, "remote.log").get_by_test_id("source-state")).to_have_text("2.5 MB behind")
    await expect(source(visit, "secret.log").get_by_test_id("source-state")).to_have_text(
        "cannot be read: permission denied"
    )
    await visit.assert_clean()


async def test_one_file_is_shown_alone_and_another_hidden(system: AllInOne, visit: Visit) -> None:
    await two_files(system, visit)
    await source(visit, "a.log").click()
    await expect(visit.rows).to_have_text(["from a"])
    await visit.page.get_by_test_id("sources-all").click()
    await expect(visit.rows).to_have_count(2)
    await source(visit, "a.log").hover()
    await source(visit, "a.log").get_by_test_id("source-mute").click()
    await expect(visit.rows).to_have_text(["from b"])
    await expect(visit.page.get_by_test_id("chip")).to_contain_text("web-1 a.log")
    await visit.page.reload()
    await expect(visit.state).to_have_text("Live")
    system.log_file("a.log").append(["more of a"])
    system.log_file("b.log").append(["more of b"])
    await expect(visit.rows).to_have_text(["more of b"])
    await visit.assert_clean()


async def test_files_of_one_agent_are_hidden_together_also_those_that_come_later(
    system: AllInOne, visit: Visit
) -> None:
    await two_files(system, visit)
    await system.publish(lines(0, "from afar"))
    await visit.shows("from afar")
    agent = visit.page.get_by_test_id("agent").filter(has_text="web-1")
    await agent.hover()
    await agent.get_by_test_id("source-mute").click()
    await expect(visit.rows).to_have_text(["from afar"])
    system.log_file("c.log").append(["from c"])
    await expect(source(visit, "c.log")).to_be_visible()
    await expect(visit.rows).to_have_text(["from afar"])


async def test_file_has_the_colour_that_the_reader_chose_also_on_the_next_visit(system: AllInOne, visit: Visit) -> None:
    await two_files(system, visit)
    colour = "row => getComputedStyle(row).getPropertyValue('--source')"
    row = visit.page.get_by_test_id("row").filter(has_text="from a")
    before = await row.evaluate(colour)
    await source(visit, "a.log").get_by_test_id("source-colour").click()
    chosen = await source(visit, "a.log").evaluate(colour)
    assert chosen != before
    await visit.page.reload()
    await expect(visit.state).to_have_text("Live")
    system.log_file("a.log").append(["again"])
    await visit.shows("again")
    assert await visit.page.get_by_test_id("row").filter(has_text="again").evaluate(colour) == chosen
    await visit.assert_clean()


@case("V21")
async def test_2_000_files_are_filtered_and_walked_through_by_keys(system: AllInOne, visit: Visit) -> None:
    await system.publish(status("a" * 16, "web-8", *files(1_000)), status("b" * 16, "web-9", *files(1_000, 1_000)))
    filter_ = visit.page.get_by_test_id("sources-filter")
    await expect(filter_).to_have_attribute("placeholder", "Filter 2,000 files")
    assert await visit.page.get_by_test_id("source").count() < 60
    await visit.page.keyboard.press("s")
    await visit.page.keyboard.press("s")
    await expect(filter_).to_be_focused()
    await visit.page.keyboard.press("ArrowDown")
    await visit.page.keyboard.press("End")
    await expect(source(visit, "service-1999.log")).to_be_in_viewport()
    await filter_.fill("web-9 12")
    await expect(source(visit, "service-1200.log")).to_be_in_viewport()
    await system.publish(lines(0, "here", agent="b" * 16, source=f"{1200:08x}", path="/srv/app/service-1200.log"))
    await system.publish(lines(0, "there", agent="a" * 16, source=f"{3:08x}", path="/srv/app/service-0003.log"))
    await visit.shows("there")
    await filter_.press("ArrowDown")
    active = visit.page.locator("#sources-list .active")
    for _ in range(40):
        if "service-1200" in await active.inner_text():
            break
        await visit.page.keyboard.press("ArrowDown")
    await visit.page.keyboard.press("Enter")
    await expect(visit.rows).to_have_text(["here"])
    await visit.page.keyboard.press("m")
    await expect(visit.rows).to_have_text([])
    await visit.assert_clean()
