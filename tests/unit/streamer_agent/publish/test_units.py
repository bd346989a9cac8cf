"""units: what a reader is billed for, by both ways of rounding, from midnight to midnight."""

from streamer_agent.publish.units import DELIVERY_BYTES, SECONDS_PER_DAY, UNIT_BYTES, Units


def test_traffic_is_divided_and_messages_are_rounded_up() -> None:
    units = Units()
    for _ in range(4):
        units.sent(UNIT_BYTES // 2 - DELIVERY_BYTES, 0.0)
    assert units.today(1.0) == (2.0, 4)


def test_a_message_just_above_a_unit_is_two() -> None:
    units = Units()
    units.sent(UNIT_BYTES + 1 - DELIVERY_BYTES, 0.0)
    assert units.today(0.0)[1] == 2


def test_a_day_begins_at_midnight_utc() -> None:
    units = Units()
    units.sent(5000, SECONDS_PER_DAY - 1.0)
    assert units.today(SECONDS_PER_DAY + 0.0) == (0.0, 0)
    assert units.bytes_total == 5000 + DELIVERY_BYTES
