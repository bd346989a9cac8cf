"""Files that begin alike and are no copies of each other, followed by the whole tail, stepped by hand."""

from pathlib import Path

import pytest

from tests.unit.streamer_agent.tail.following import Follower, append, following

HEADER = "".join(f"# field {number} of the header that every file of this program has\n" for number in range(100))
BANNER = "banner\n"


async def looks(follower: Follower, count: int = 3) -> list[str]:
    """What comes in so many looks, seconds apart."""
    lines = []
    for _ in range(count):
        lines += await follower.look()
        follower.clock.now += 6
    return lines


@pytest.mark.parametrize("is_removed", [True, False], ids=["first is gone", "first is there"])
async def test_file_that_begins_as_another_did_is_shown_from_its_beginning(
    state: Path, logs: Path, is_removed: bool
) -> None:
    async with following(state, logs) as follower:
        append(logs / "app.log", BANNER)
        await follower.look()
        if is_removed:
            (logs / "app.log").unlink()
        append(logs / "app-1.log", BANNER + "one\n")
        assert await looks(follower) == ["banner", "one"]
        assert follower.blocks[-1].path == str(logs / "app-1.log")


@pytest.mark.parametrize("more", ["", "a line of its own\n"])
async def test_file_that_is_no_more_than_the_beginning_of_another_is_shown_when_nothing_makes_it_a_copy(
    state: Path, logs: Path, more: str
) -> None:
    async with following(state, logs) as follower:
        append(logs / "app.log", BANNER + "one\n")
        await follower.look()
        append(logs / "app-1.log", BANNER)
        assert await follower.look() == []
        append(logs / "app-1.log", more)
        assert await looks(follower) == ["banner", *more.splitlines()]


@pytest.mark.parametrize("limit", [1, 256], ids=["closed", "open"])
@pytest.mark.parametrize("is_copied", [False, True], ids=["renamed", "copied"])
@pytest.mark.parametrize("inputs", ["{logs}/app.log", "{logs}"], ids=["path", "directory"])
@pytest.mark.parametrize("header", [BANNER, HEADER], ids=["banner", "header"])
@pytest.mark.parametrize("counts", [(0, 9, 5), (40, 9, 5), (9, 40, 5), (40, 0, 5), (0, 0, 5)])
async def test_generation_that_was_missed_is_read_although_all_begin_alike(
    state: Path, logs: Path, header: str, counts: tuple[int, ...], inputs: str, is_copied: bool, limit: int
) -> None:
    log = logs / "app.log"
    texts = [
        header + "".join(f"line {number} of {generation}\n" for number in range(count))
        for generation, count in enumerate(counts)
    ]
    (logs / "decoy.log").write_text("")
    async with following(state, inputs.format(logs=logs), max_open_files=limit) as follower:
        append(log, header)
        await follower.look()
        append(log, texts[0].removeprefix(header))
        await follower.look()
        for number, text in enumerate(texts[1:]):
            if is_copied:
                (logs / f"app.log.{2 - number}").write_text(log.read_text())
                log.write_text(text)
            else:
                log.rename(logs / f"app.log.{2 - number}")
                append(log, text)
        await looks(follower, 4)
        shown = [line for block in follower.blocks for line in block.lines if line.startswith("line")]
        assert sorted(shown) == sorted(line for text in texts for line in text.splitlines() if line.startswith("line"))
        headers = sum(block.lines.count(header.splitlines()[0]) for block in follower.blocks)
        assert headers == 3 or is_copied
