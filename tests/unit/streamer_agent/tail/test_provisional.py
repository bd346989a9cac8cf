from streamer_agent.block import EpochKey
from streamer_agent.tail.provisional import Provisional

ONE, TWO = EpochKey("one", 1), EpochKey("two", 1)


def test_line_is_due_so_long_after_it_was_found_whatever_it_grew() -> None:
    provisional = Provisional(1.0)
    provisional.wait(ONE, 10, now=5.0)
    provisional.wait(ONE, 10, now=5.9)
    assert provisional.due_at() == 6.0
    assert provisional.take_due(5.9) == []
    assert provisional.take_due(6.0) == [ONE]
    assert provisional.due_at() == float("inf")


def test_next_line_waits_anew_behind_the_others() -> None:
    provisional = Provisional(1.0)
    provisional.wait(ONE, 10, now=5.0)
    provisional.wait(TWO, 0, now=5.5)
    provisional.wait(ONE, 20, now=5.8)
    assert provisional.due_at() == 6.5
    assert provisional.take_due(6.8) == [TWO, ONE]


def test_finished_line_is_not_due() -> None:
    provisional = Provisional(1.0)
    provisional.wait(ONE, 10, now=5.0)
    provisional.settle(ONE)
    assert provisional.take_due(100.0) == []
