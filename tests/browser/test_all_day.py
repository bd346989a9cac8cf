"""The page that is left open does not grow: lines, reconnects and gaps come and go, and the heap stays as it was."""

from playwright.async_api import expect

from tests.browser.visit import Visit, lines
from tests.nasty.cases import case
from tests.support.all_in_one import AllInOne
from tests.support.eventually import eventually

BATCH, WIDTH = 500, 200  # lines in a message, bytes in a line
AT_ONCE = 50  # messages, 5 MB: well below what the service lets a page fall behind


class Writer:
    """Publishes lines of one file, and knows where it is."""

    def __init__(self, system: AllInOne, visit: Visit) -> None:
        self._system, self._visit, self._offset = system, visit, 0

    async def write(self, messages: int) -> None:
        """Publish so many messages and wait until the last line is on the page."""
        for _ in range(messages // AT_ONCE):
            await self._system.publish(*(self._message() for _ in range(AT_ONCE)))
            await self._visit.shows(self._text(self._offset - WIDTH))

    def lose(self) -> None:
        """Leave a hole, as if a message never came."""
        self._offset += WIDTH

    def _message(self) -> dict[str, object]:
        begin = self._offset
        self._offset += BATCH * WIDTH
        return lines(begin, *(self._text(offset) for offset in range(begin, self._offset, WIDTH)))

    @staticmethod
    def _text(offset: int) -> str:
        return f"byte {offset} ".ljust(WIDTH - 2, "x") + "."


@case("V29")
async def test_heap_is_flat_through_lines_gaps_and_reconnects(system: AllInOne, alone: Visit) -> None:
    # The page alone has the hub with it, whose ring is to be full at the first look.
    writer = Writer(system, alone)
    await writer.write(400)
    before = await used_heap(alone)
    for round_ in range(1, 5):
        await system.break_something("drop", group="stream", then={"fault": "refuse", "at": "recovery", "count": 1})
        await expect(alone.dividers.filter(has_text="reconnected")).to_be_in_viewport()
        writer.lose()
        await writer.write(100)
        assert system.urls_issued() == 1 + round_
    # What is still on its way through the page is held, and no growth; what stays is.
    await eventually(lambda: is_below(alone, before * 1.1), "the heap is as it was with half as many lines")


async def is_below(visit: Visit, limit: float) -> bool:
    return await used_heap(visit) < limit


async def used_heap(visit: Visit) -> int:
    """Bytes of the page's heap that are in use after a collection."""
    control = await visit.page.context.new_cdp_session(visit.page)
    await control.send("HeapProfiler.collectGarbage")
    used = await control.send("Runtime.getHeapUsage")
    await control.detach()
    return int(used["usedSize"])
