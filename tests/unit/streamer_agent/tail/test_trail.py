from streamer_agent.tail.fingerprint import MARK_BYTES, NO_MARK, Mark
from streamer_agent.tail.trail import Trail

DATA = bytes(range(256)) * 4


def test_last_bytes_are_those_before_the_place_where_to_read_on() -> None:
    trail = Trail(NO_MARK)
    trail.read(DATA, 1000, 1500)
    assert trail.last == DATA[500 - MARK_BYTES : 500]
    trail.read(DATA, 0, 3)
    assert trail.last == DATA[:3]


def test_nothing_is_known_after_going_back() -> None:
    trail = Trail(NO_MARK)
    trail.read(DATA, 1000, 900)
    assert trail.last == b""


def test_newest_mark_until_an_offset_is_found() -> None:
    trail = Trail(NO_MARK)
    for end in (300, 600, 900):
        trail.handed_out(DATA, 0, end)
    assert trail.newest == Mark.at(900, DATA[:900])
    assert trail.newest_until(899) == Mark.at(600, DATA[:600])
    assert trail.newest_until(10) == NO_MARK


def test_mark_matches_the_bytes_of_its_window_only() -> None:
    mark = Mark.at(600, DATA[:600])
    begin, length = mark.window
    assert (begin, length) == (600 - MARK_BYTES, MARK_BYTES)
    assert mark.matches(DATA[begin:600])
    assert not mark.matches(DATA[begin + 1 : 601])
    assert not mark.matches(b"")
    assert NO_MARK.matches(b"")
