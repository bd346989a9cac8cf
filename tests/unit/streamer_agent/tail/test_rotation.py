from typing import Any

import pytest

from streamer_agent.tail.fingerprint import Identity
from streamer_agent.tail.rotation import (
    Barred,
    BarredFrom,
    Beside,
    Cleared,
    Created,
    FileFacts,
    Removed,
    Renamed,
    Snapshot,
    Truncated,
    Written,
    arrivals,
    completed,
    diff,
    missed_generations,
    origins,
)


def file(inode: int, size: int = 10, mtime: int = 1, device: int = 8) -> FileFacts:
    return FileFacts(device, inode, size, mtime, mtime)


def snapshot(barred: dict[str, Barred] | None = None, **files: FileFacts) -> Snapshot:
    return Snapshot(files={f"/logs/{name}": facts for name, facts in files.items()}, barred=barred or {})


def changes(previous: Snapshot, current: Snapshot) -> list[Any]:
    return diff(previous, completed(previous, current))


def test_nothing_happened() -> None:
    assert changes(snapshot(a=file(1)), snapshot(a=file(1))) == []


def test_growth_and_changed_rights_are_written() -> None:
    assert changes(snapshot(a=file(1)), snapshot(a=file(1, 20))) == [Written("/logs/a", file(1, 20))]
    assert changes(snapshot(a=file(1)), snapshot(a=file(1, mtime=2))) == [Written("/logs/a", file(1, mtime=2))]


def test_smaller_file_is_truncated() -> None:
    assert changes(snapshot(a=file(1, 20)), snapshot(a=file(1, 5))) == [Truncated("/logs/a", file(1, 5))]


def test_rename_and_create_is_one_rename_and_one_creation() -> None:
    after = snapshot(a=file(2), a1=file(1))
    assert changes(snapshot(a=file(1)), after) == [
        Renamed("/logs/a", "/logs/a1", file(1)),
        Created("/logs/a", file(2)),
    ]


def test_chain_of_renames_is_followed_by_inode() -> None:
    after = snapshot(a=file(3), a1=file(1), a2=file(2))
    assert changes(snapshot(a=file(1), a1=file(2)), after) == [
        Renamed("/logs/a", "/logs/a1", file(1)),
        Renamed("/logs/a1", "/logs/a2", file(2)),
        Created("/logs/a", file(3)),
    ]


def test_swapped_names_are_two_renames() -> None:
    after = snapshot(a=file(2), b=file(1))
    assert changes(snapshot(a=file(1), b=file(2)), after) == [
        Renamed("/logs/b", "/logs/a", file(2)),
        Renamed("/logs/a", "/logs/b", file(1)),
    ]


def test_file_that_left_the_inputs_is_removed_before_its_successor_is_created() -> None:
    assert changes(snapshot(a=file(1)), snapshot(a=file(2))) == [
        Removed("/logs/a", file(1)),
        Created("/logs/a", file(2)),
    ]


def test_same_inode_on_another_device_is_another_file() -> None:
    after = snapshot(a=file(1, device=9))
    assert changes(snapshot(a=file(1)), after) == [Removed("/logs/a", file(1)), Created("/logs/a", file(1, device=9))]


def test_file_under_an_unreadable_directory_is_not_taken_for_removed() -> None:
    unreadable = {"/logs": Barred("unreadable", "permission denied")}
    assert changes(snapshot(a=file(1)), Snapshot(barred=unreadable)) == [
        BarredFrom("/logs", Barred("unreadable", "permission denied"))
    ]


def test_file_that_moved_out_of_an_unreadable_directory_is_renamed() -> None:
    after = Snapshot(
        files={"/other/a": file(1)}, barred={"/logs": Barred("unreadable", "x")}, aliases={}, directories=set()
    )
    assert changes(snapshot(a=file(1)), after)[0] == Renamed("/logs/a", "/other/a", file(1))


def test_two_paths_to_one_file_are_one_file_at_the_first() -> None:
    after = snapshot(a=file(1), b=file(1))
    after.aliases[Identity(8, 1)] = ["/logs/a", "/logs/b"]
    assert changes(Snapshot(), after) == [Created("/logs/a", file(1))]


def test_file_keeps_its_path_when_another_path_to_it_appears() -> None:
    after = snapshot(a=file(1), b=file(1))
    after.aliases[Identity(8, 1)] = ["/logs/a", "/logs/b"]
    assert changes(snapshot(b=file(1)), after) == []


def test_file_goes_on_under_its_other_path_when_the_first_is_gone() -> None:
    assert changes(snapshot(a=file(1)), snapshot(b=file(1))) == [Renamed("/logs/a", "/logs/b", file(1))]


def test_reasons_come_and_go() -> None:
    waiting = Barred("waiting", "nothing is there yet")
    assert changes(Snapshot(), Snapshot(barred={"/a": waiting})) == [BarredFrom("/a", waiting)]
    assert changes(Snapshot(barred={"/a": waiting}), Snapshot(barred={"/a": waiting})) == []
    assert changes(Snapshot(barred={"/a": waiting}), Snapshot()) == [Cleared("/a")]


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
        ("/logs/app.log", []),
        ("/logs/.1", []),
    ],
)
def test_name_tells_where_a_file_may_have_been_rotated_from(path: str, expected: list[str]) -> None:
    assert set(expected) <= set(origins(path))
    assert bool(origins(path)) == bool(expected)


def test_only_rotated_names_are_missed_generations() -> None:
    names = ["app.log-20261123", "app-2026-11-23.log", "app.log.1", "app.log.bak", "app.log~", "apple.log.1", "app.log"]
    siblings = [(f"/logs/{name}", file(number, mtime=70)) for number, name in enumerate(names)]
    found = {path for path, _ in missed_generations("/logs/app.log", 60, siblings)}
    assert found == {"/logs/app.log-20261123", "/logs/app-2026-11-23.log", "/logs/app.log.1"}


def test_of_generations_written_in_one_tick_the_higher_number_is_older() -> None:
    siblings = [("/logs/a.1", file(1, mtime=70)), ("/logs/a.2", file(2, mtime=70))]
    assert [path for path, _ in missed_generations("/logs/a", 70, siblings)] == ["/logs/a.2", "/logs/a.1"]


def test_new_names_tell_which_paths_files_may_have_left() -> None:
    logs = Beside(0, {"app.log.1": 1, "app.log.2": 2, "web-1.log": 3})
    previous = Snapshot(beside={"/logs": logs})
    current = Snapshot(beside={"/logs": Beside(0, logs.inodes | {"app.log.2": 4}), "/": Beside(0, {"x.1": 5})})
    assert arrivals(previous, current) == {"/logs/app.log": ["/logs/app.log.2"], "/x": ["/x.1"]}
    assert arrivals(current, current) == {}


def test_directory_that_is_hidden_for_now_was_listed_when_it_was_seen_last() -> None:
    hidden = Beside(1, {"app.log.1": 1})
    previous = Snapshot(beside={"/logs/a": hidden, "/gone": Beside(2)})
    current = completed(previous, Snapshot(barred={"/logs": Barred("unreadable", "")}))
    assert current.beside == {"/logs/a": hidden}
