"""The quota of a day, with a clock that is set by hand."""

import pytest

from emulator.errors import RefusedError
from emulator.quota import BYTES_PER_MESSAGE, DAY_S, PROFILES, Limits, Quota


class Day:
    """A clock; noon of some day."""

    def __init__(self) -> None:
        self.now = 20_000 * DAY_S + 43_200.0

    def __call__(self) -> float:
        return self.now


def test_the_free_tier_has_20_connections_and_20_000_messages() -> None:
    assert PROFILES["free"] == Limits(20, 20_000)
    assert PROFILES["free"].changed(None, 5) == Limits(20, 5)
    assert PROFILES["none"].changed(3, None) == Limits(3, None)


def test_messages_are_all_bytes_divided_by_2_kb() -> None:
    quota = Quota(Limits(messages_per_day=2), Day())
    quota.add(100)
    quota.add(BYTES_PER_MESSAGE - 100)
    assert (quota.used_messages, quota.is_spent) == (1.0, False)
    quota.add(BYTES_PER_MESSAGE)
    assert quota.is_spent


def test_who_comes_when_it_is_spent_is_told_to_wait_for_midnight() -> None:
    quota = Quota(Limits(messages_per_day=1), Day())
    quota.require_messages()
    quota.add(BYTES_PER_MESSAGE)
    for require in (quota.require_messages, lambda: quota.require_connection(0)):
        with pytest.raises(RefusedError, match="00:00 UTC") as caught:
            require()
        assert (caught.value.status, caught.value.retry_after_s) == (429, 43_201)


def test_it_begins_anew_at_midnight() -> None:
    day = Day()
    quota = Quota(Limits(messages_per_day=1), day)
    quota.add(5 * BYTES_PER_MESSAGE)
    day.now += 43_199
    assert quota.is_spent
    day.now += 1
    assert (quota.is_spent, quota.used_messages) == (False, 0.0)
    quota.require_messages()


def test_one_connection_more_than_allowed_is_refused() -> None:
    quota = Quota(Limits(connections=20), Day())
    quota.require_connection(19)
    with pytest.raises(RefusedError, match="20 connections") as caught:
        quota.require_connection(20)
    assert caught.value.status == 429


def test_without_limits_nothing_is_refused() -> None:
    quota = Quota(Limits(), Day())
    assert not quota.counts
    quota.add(10**12)
    quota.require_connection(10**6)


def test_its_state_is_in_numbers() -> None:
    quota = Quota(Limits(20, 10), Day())
    quota.add(BYTES_PER_MESSAGE // 2)
    assert quota.as_json(3) == {
        "connections": {"limit": 20, "open": 3},
        "messages": {"limit": 10, "used": 0.5, "left": 9.5, "resets_at": "2024-10-05T00:00:00Z"},
    }
