from typing import Any

from streamer_agent.tail.fingerprint import Identity
from streamer_agent.tail.rotation import (
    BarredFrom,
    Cleared,
    Created,
    Removed,
    Renamed,
    Truncated,
    Written,
    arrivals,
    completed,
    diff,
)
from streamer_agent.tail.snapshot import Barred, Beside, FileFacts, Snapshot


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


def test_new_names_tell_which_paths_files_may_have_left() -> None:
    logs = Beside(0, {"app.log.1": 1, "app.log.2": 2, "web-1.log": 3})
    previous = Snapshot(beside={"/logs": logs})
    current = Snapshot(beside={"/logs": Beside(0, logs.inodes | {"app.log.2": 4}), "/": Beside(0, {"x.1": 5})})
    assert arrivals(previous, current) == {"/logs/app.log": ["/logs/app.log.2"], "/x": ["/x.1"]}
    assert arrivals(current, current) == {}


def test_file_that_changed_under_a_rotated_name_may_have_come_from_there_though_an_input_means_it() -> None:
    previous = Snapshot(
        files={"/logs/app.log": file(1), "/logs/app.log.1": file(2, size=0), "/logs/app.log.2": file(3)}
    )
    current = Snapshot(files={"/logs/app.log": file(1, size=9), "/logs/app.log.1": file(2), "/logs/app.log.2": file(3)})
    assert arrivals(previous, current) == {"/logs/app.log": ["/logs/app.log.1"]}


def test_change_at_a_rotated_name_comes_behind_the_one_at_its_origin() -> None:
    previous = Snapshot(files={"/logs/app.log.1": file(2), "/logs/app.log": file(1)})
    current = Snapshot(files={"/logs/app.log.1": file(2, size=11), "/logs/app.log": file(1, size=11)})
    assert [event.path for event in changes(previous, current)] == ["/logs/app.log", "/logs/app.log.1"]


def test_directory_that_is_hidden_for_now_was_listed_when_it_was_seen_last() -> None:
    hidden = Beside(1, {"app.log.1": 1})
    previous = Snapshot(beside={"/logs/a": hidden, "/gone": Beside(2)})
    current = completed(previous, Snapshot(barred={"/logs": Barred("unreadable", "")}))
    assert current.beside == {"/logs/a": hidden}
