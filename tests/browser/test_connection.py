"""The connection: an outage is shown and survived, a gap is named, a restart of an agent is told."""

from playwright.async_api import expect

from tests.browser.visit import Visit, lines
from tests.nasty.cases import case
from tests.support.all_in_one import AllInOne


async def test_outage_is_shown_and_survived_without_a_reload(system: AllInOne, visit: Visit) -> None:
    file = system.log_file()
    file.append(["before"])
    await visit.shows("before")
    await visit.page.evaluate("document.body.dataset.same = 'page'")
    system.kill()
    await expect(visit.state).not_to_have_text("Live")
    await expect(visit.page.get_by_test_id("connection-detail")).to_be_visible()
    await expect(visit.row("before")).to_be_visible()
    await system.start()
    await expect(visit.state).to_have_text("Live")
    await expect(visit.page.get_by_test_id("connection-detail")).to_be_hidden()
    await expect(visit.dividers.filter(has_text="reconnected")).to_have_count(1)
    file.append(["after"])
    await visit.shows("after")
    assert await visit.row("before").count() == 1
    assert await visit.page.evaluate("document.body.dataset.same") == "page"


async def test_gap_is_shown_with_its_size_and_closes_when_the_lines_come(system: AllInOne, visit: Visit) -> None:
    await system.publish(lines(0, "one"), lines(104, "three"))
    await visit.shows("three")
    gap = visit.dividers.filter(has_text="100 bytes")
    await expect(gap).to_be_visible()
    await expect(gap).to_contain_text("missing")
    await system.publish(lines(4, "x" * 99))
    await visit.shows("x" * 99)
    await expect(gap).to_have_count(0)
    assert await visit.texts() == ["one", "x" * 99, "three"]
    await visit.assert_clean()


async def test_repeats_are_shown_once(system: AllInOne, visit: Visit) -> None:
    await system.publish(lines(0, "one", "two"), lines(0, "one", "two"), lines(4, "two", "three"), lines(14, "end"))
    await visit.shows("end")
    assert await visit.texts() == ["one", "two", "three", "end"]
    await visit.assert_clean()


async def test_cut_line_says_its_true_length(system: AllInOne, visit: Visit) -> None:
    await system.publish(lines(0, "begins", lengths=[2_000_001], cut=[0]))
    await expect(visit.page.get_by_test_id("row-cut")).to_contain_text("2,000,001 bytes")


@case("V19")
async def test_restart_of_an_agent_is_told_and_no_line_repeated(system: AllInOne, visit: Visit) -> None:
    status = {key: value for key, value in lines(0, "x").items() if key in ("tailcast", "agent", "name", "at")}
    status |= {"kind": "status", "interval": 30, "sources": []}
    await system.publish(lines(0, "one"), status | {"started": 1})
    await system.publish(status | {"started": 2}, lines(0, "one", "two"))
    await visit.shows("two")
    await expect(visit.dividers.filter(has_text="web-9 restarted")).to_be_visible()
    assert await visit.texts() == ["one", "two"]
