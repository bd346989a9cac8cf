"""rate: a source gets what it may have, in few ranges; others do not pay for it."""

from hypothesis import given
from hypothesis import strategies as st

from streamer_agent.block import EpochKey, LineBlock
from streamer_agent.rate import MOST_BUCKETS, RateLimit

A, B = EpochKey("aaaaaaaa", 1), EpochKey("bbbbbbbb", 1)


def block(count: int, key: EpochKey = A, length: int = 10) -> LineBlock:
    return LineBlock(key, "p", 0, [length] * count, ["x"] * count)


def test_lines_up_to_the_limit_pass() -> None:
    limit = RateLimit(100, None)
    assert limit.admit(block(60), 0.0) == 60
    assert limit.admit(block(60), 0.0) == 40


def test_what_is_emptied_stays_closed_until_it_is_full_again() -> None:
    limit = RateLimit(100, None)
    assert limit.admit(block(200), 0.0) == 100
    assert limit.admit(block(200), 0.9) == 0
    assert limit.admit(block(200), 1.0) == 100


def test_a_source_below_its_limit_loses_nothing() -> None:
    limit = RateLimit(100, 10_000)
    assert [limit.admit(block(9), tick / 10) for tick in range(100)] == [9] * 100


def test_bytes_are_limited_too() -> None:
    assert RateLimit(None, 1000).admit(block(200, length=10), 0.0) == 100


def test_a_line_that_is_longer_than_the_limit_passes_alone_and_is_paid_for() -> None:
    limit = RateLimit(None, 1000)
    assert limit.admit(block(2, length=5000), 0.0) == 1
    assert limit.admit(block(1), 4.0) == 0
    assert limit.admit(block(1), 5.0) == 1


def test_each_source_has_its_own_limit_through_all_its_lives() -> None:
    limit = RateLimit(100, None)
    assert limit.admit(block(100), 0.0) == 100
    assert limit.admit(block(100, EpochKey("aaaaaaaa", 2)), 0.0) == 0
    assert limit.admit(block(100, B), 0.0) == 100


def test_less_than_a_line_a_second_passes_one_now_and_then() -> None:
    limit = RateLimit(0.5, None)
    assert [limit.admit(block(1), float(second)) for second in range(5)] == [1, 0, 1, 0, 1]


def test_sources_that_come_and_go_do_not_pile_up() -> None:
    limit = RateLimit(100, None)
    for number in range(MOST_BUCKETS + 100):
        limit.admit(block(1, EpochKey(f"{number:08x}", 1)), float(number))
    assert len(limit._buckets) <= MOST_BUCKETS


@given(st.lists(st.tuples(st.integers(1, 50), st.floats(0, 0.5)), max_size=100))
def test_no_more_than_the_limit_and_one_burst_passes_in_any_time(pieces: list[tuple[int, float]]) -> None:
    limit, now, passed = RateLimit(20, None), 0.0, 0
    for count, pause in pieces:
        now += pause
        passed += limit.admit(block(count), now)
        assert passed <= 20 * now + 20 + 1e-6
