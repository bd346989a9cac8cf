import pytest

from streamer_agent.tail.generations import missed_generations, origins
from streamer_agent.tail.snapshot import FileFacts


def file(inode: int, size: int = 10, mtime: int = 1) -> FileFacts:
    return FileFacts(8, inode, size, mtime, mtime)


def test_missed_generations_are_found_oldest_first() -> None:
    siblings = [
        ("/logs/app.log", file(9, mtime=90)),
        ("/logs/app.log.1", file(8, mtime=80)),
        ("/logs/app.log.2", file(7, mtime=70)),
        ("/logs/app.log.3", file(6, mtime=40)),
    ]
    found = missed_generations("/logs/app.log", 60, siblings)
    assert [path for path, _ in found] == ["/logs/app.log.2", "/logs/app.log.1"]


def test_lower_number_than_that_of_the_last_file_came_after_it_whatever_the_clock_said() -> None:
    renamed = [FileFacts(8, inode, 10, mtime, 95) for inode, mtime in ((8, 10), (7, 5), (6, 60), (5, 50))]
    siblings = [(f"/logs/app.log.{number}", facts) for number, facts in enumerate(renamed, start=1)]
    found = missed_generations("/logs/app.log", 60, siblings, ("/logs/app.log.3", renamed[2]))
    assert [path for path, _ in found] == ["/logs/app.log.2", "/logs/app.log.1"]


def test_lower_number_that_was_there_before_the_last_file_got_its_own_is_older() -> None:
    siblings = [("/logs/app.log.1", file(1, mtime=10)), ("/logs/app.log.2", file(2, mtime=20))]
    assert missed_generations("/logs/app.log", 30, siblings, ("/logs/app.log.3", file(3, mtime=30))) == []


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/logs/app.log.1", ["/logs/app.log"]),
        ("/logs/app-20261123.log", ["/logs/app.log"]),
        ("/logs/app.log-2026-11-23", ["/logs/app.log"]),
        ("/logs/app.log.2026-11-24T10:00:02Z", ["/logs/app.log"]),
        ("/logs/app-20261124t100002+0100.log", ["/logs/app.log"]),
        ("/logs/app__2026-11-23_00-00-00.log", ["/logs/app.log"]),
        ("/logs/app.log.old", ["/logs/app.log"]),
        ("/logs/app.log.old2", ["/logs/app.log"]),
        ("/logs/app-2026-11-23.BAK.log", ["/logs/app.log"]),
        ("/logs/app.log.older", []),
        ("/logs/app.log.err", []),
        ("/logs/app.log", []),
        ("/logs/.1", []),
    ],
)
def test_name_tells_where_a_file_may_have_been_rotated_from(path: str, expected: list[str]) -> None:
    assert set(expected) <= set(origins(path))
    assert bool(origins(path)) == bool(expected)


def test_only_rotated_names_are_missed_generations() -> None:
    names = ["app.log-20261123", "app-2026-11-23.log", "app.log.1", "app.log.old", "app.log~", "apple.log.1", "app.log"]
    siblings = [(f"/logs/{name}", file(number, mtime=70)) for number, name in enumerate(names)]
    found = {path for path, _ in missed_generations("/logs/app.log", 60, siblings)}
    assert found == {f"/logs/{name}" for name in ("app.log-20261123", "app-2026-11-23.log", "app.log.1", "app.log.old")}


def test_of_generations_written_in_one_tick_the_higher_number_is_older() -> None:
    siblings = [(f"/logs/a.{number}", file(number, mtime=70)) for number in (1, 10, 9)]
    found = [path for path, _ in missed_generations("/logs/a", 70, siblings)]
    assert found == ["/logs/a.10", "/logs/a.9", "/logs/a.1"]


def test_of_generations_written_in_one_tick_the_later_date_is_younger() -> None:
    siblings = [(f"/logs/a.2026-11-2{day}", file(day, mtime=70)) for day in (5, 4)]
    found = [path for path, _ in missed_generations("/logs/a", 70, siblings)]
    assert found == ["/logs/a.2026-11-24", "/logs/a.2026-11-25"]
