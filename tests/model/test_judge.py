"""The judge itself: it finds what it is there to find."""

from tests.model.files import Life, Written
from tests.model.judge import Got, judge
from tests.support.receiver import Gap, Line


def life(number: int = 0, count: int = 3, **fields: bool) -> Life:
    lines = [Written(10 * index, 10, f"0.{number}.{index}") for index in range(count)]
    return Life(0, number, lines, 10 * count, **fields)


def came(of: Life, *indexes: int, epoch: int = 1) -> list[Line]:
    return [Line("agent", "source", epoch, of.lines[index].offset, of.lines[index].text) for index in indexes]


def gap(start: int, end: int, reason: str | None = "truncated") -> Gap:
    return Gap("agent", "source", 1, start, end, reason)


def test_all_lines_once_and_in_order_are_well() -> None:
    first, second = life(0), life(1)
    got = Got([*came(first, 0, 1, 2), *came(second, 0, 1, 2, epoch=2)])
    assert judge([first, second], got).problems == []


def test_a_missing_line_is_found() -> None:
    assert len(judge([one := life()], Got(came(one, 0, 2))).missing) == 1


def test_a_line_that_came_twice_under_two_identities_is_found() -> None:
    assert "twice" in judge([one := life()], Got([*came(one, 0, 1, 2), *came(one, 1, epoch=2)])).problems[0]


def test_lines_that_changed_places_are_found_unless_messages_were_refused() -> None:
    got = Got(came(one := life(), 0, 2, 1))
    assert "came behind" in judge([one], got).problems[0]
    assert judge([one], got, keeps_order=False).problems == []


def test_lines_that_were_sent_while_the_reader_was_away_may_come_later() -> None:
    one = life(count=4)
    late = came(one, 0, 3, 1, 2)
    assert judge([one], Got(late, returns=[1]), reader_was_away=True).problems == []
    assert "came behind" in judge([one], Got(late, returns=[2]), reader_was_away=True).problems[0]
    assert "came behind" in judge([one], Got(came(one, 1, 0, 2, 3), returns=[2])).problems[0]


def test_lives_that_changed_places_are_found() -> None:
    first, second = life(0), life(1)
    got = Got([*came(second, 0, 1, 2, epoch=2), *came(first, 0, 1, 2)])
    assert "came behind file 0 life 1" in judge([first, second], got).problems[0]


def test_a_line_at_another_offset_is_found() -> None:
    moved = Line("agent", "source", 1, 5, "0.0.0")
    assert "of 0 came as" in judge([life(count=1)], Got([moved])).problems[0]


def test_a_line_that_nobody_wrote_is_found() -> None:
    assert "nobody wrote" in judge([life(count=0)], Got([Line("agent", "source", 1, 0, "x")])).problems[0]


def test_destroyed_lines_must_be_told_of() -> None:
    one = life(is_destroyed=True)
    assert judge([one], Got(came(one, 0), gaps=[gap(10, 30)])).problems == []
    assert judge([one], Got(came(one, 0), unknown=[("agent", "source", 1, 10, "removed")])).problems == []
    assert len(judge([one], Got(came(one, 0), gaps=[gap(10, 20)])).problems) == 1


def test_gaps_account_together_for_a_line_whose_last_words_went_while_the_reader_was_away() -> None:
    one = life(is_destroyed=True)
    got = Got(came(one, 0, 1), gaps=[gap(25, 30), gap(20, 25, None)], returns=[2])
    assert judge([one], got, reader_was_away=True).problems == []
    assert judge([one], got).problems
    parted = Got(came(one, 0, 1), gaps=[gap(20, 24, None), gap(25, 30)], returns=[2])
    assert judge([one], parted, reader_was_away=True).problems


def test_of_lines_that_were_lost_before_the_reader_came_in_it_is_enough_that_it_was_told() -> None:
    one = life(is_destroyed=True)
    assert judge([one], Got(came(one, 2), told=[gap(0, 20)])).problems == []
    assert len(judge([one], Got(came(one, 2), told=[gap(0, 10)])).problems) == 1
    assert len(judge([one], Got(came(one, 0), told=[gap(10, 30)])).problems) == 2
    assert len(judge([life()], Got(came(one, 2), told=[gap(0, 20)])).problems) == 2


def test_of_a_line_that_ended_after_the_last_look_the_rest_is_in_a_gap_of_unknown_size() -> None:
    one = life(is_destroyed=True)
    told = Got(came(one, 0, 1), gaps=[gap(20, 29)], unknown=[("agent", "source", 1, 29, "truncated")])
    assert judge([one], told).problems == []
    assert judge([one], Got(came(one, 0, 1), gaps=[gap(20, 29)])).problems


def test_a_gap_of_what_was_never_destroyed_is_found() -> None:
    one = life()
    assert judge([one], Got(came(one, 0, 1, 2), gaps=[gap(30, 40)])).problems
    assert "never destroyed" in judge([one], Got(came(one, 0, 1, 2), gaps=[gap(30, 40)])).problems[0]


def test_a_warning_that_nothing_came_of_is_found_unless_an_unread_life_was_destroyed() -> None:
    one, told = life(1), [("agent", "source", 1, 30, "truncated")]
    assert "perhaps lost" in judge([one], Got(came(one, 0, 1, 2), unknown=told)).problems[0]
    assert judge([life(0, is_destroyed=True), one], Got(came(one, 0, 1, 2), unknown=told)).problems == []


def test_a_gap_that_nobody_gave_a_reason_for_is_found() -> None:
    one = life(is_destroyed=True)
    assert judge([one], Got(came(one, 0, 2), gaps=[gap(10, 20, None)])).problems
