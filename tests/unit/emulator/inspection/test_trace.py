"""What is kept, in which order, and what is forgotten first."""

from emulator.inspection.record import Record
from emulator.inspection.trace import Trace


def record(number: int, kind: str = "rest") -> Record:
    return Record(number=number, at=0.0, kind=kind, what="x")


def test_frames_and_other_records_come_in_the_order_in_which_they_happened() -> None:
    trace = Trace("e")
    for number in range(1, 7):
        (trace.add_frame if number % 2 else trace.add)(record(trace.next_number()))
    assert [entry.number for entry in trace.since(2)] == [3, 4, 5, 6]


def test_a_flood_of_frames_pushes_out_frames_alone() -> None:
    trace = Trace("e", max_frames=3, max_others=2)
    trace.add(record(trace.next_number()))
    for _ in range(100):
        trace.add_frame(record(trace.next_number()))
    assert [entry.number for entry in trace.since(0)] == [1, 99, 100, 101]


def test_nothing_comes_after_the_last() -> None:
    trace = Trace("e")
    trace.add(record(trace.next_number()))
    assert trace.since(trace.number) == []


def test_long_records_take_no_more_memory_than_there_is_for_them() -> None:
    trace = Trace("e", max_other_bytes=20_000)
    for _ in range(100):
        trace.add(Record(number=trace.next_number(), at=0.0, kind="rest", what="x" * 3000))
    kept = trace.since(0)
    assert 4 <= len(kept) <= 6
    assert sum(entry.record().size_bytes for entry in kept) <= 20_000
    assert kept[-1].number == trace.number
