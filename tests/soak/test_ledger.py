"""The account of a soak: it must not call a run good that lost, doubled or misplaced a line."""

from collections.abc import Iterable

from tests.soak.ledger import Ledger, Verdict
from tests.soak.writing import LINE_BYTES, RotatingFile, line
from tests.support.receiver import Gap, Line


def accepted(indexes: Iterable[int], epoch: int = 1, life: int = 0, at: int = 0) -> list[Line]:
    return [
        Line("agent", "source", epoch, at + index * LINE_BYTES, line(0, life, index)[:-1].decode()) for index in indexes
    ]


def gap(first: int, last: int, epoch: int = 1, reason: str | None = None) -> Gap:
    return Gap("agent", "source", epoch, first * LINE_BYTES, last * LINE_BYTES, reason)


def settled(lines: list[Line], lives: list[int], *gaps: Gap) -> Verdict:
    ledger = Ledger()
    ledger.take(lines)
    return ledger.settle([lives], gaps, {("agent", "source", epoch): 0 for epoch in (1, 2)})


def test_everything_once_is_good():
    verdict = settled(accepted(range(5)), [5])
    assert verdict.is_good
    assert (verdict.received, verdict.named) == (5, {})


def test_a_line_that_never_came_is_unexplained():
    assert settled(accepted([0, 1, 3, 4]), [5]).unexplained == 1
    assert settled(accepted(range(4)), [5]).unexplained == 1
    assert settled([], [5]).unexplained == 5


def test_a_gap_that_is_named_explains_what_lies_in_it_and_nothing_else():
    verdict = settled(accepted([0, 4]), [5], gap(1, 3, reason="truncated"))
    assert verdict.named == {"truncated": 2}
    assert verdict.unexplained == 1


def test_a_life_of_which_nothing_came_is_explained_by_a_gap_of_its_size():
    assert settled(accepted(range(5)), [5, 3], gap(0, 3, epoch=2)).is_good
    assert settled(accepted(range(5)), [5, 4], gap(0, 3, epoch=2)).unexplained == 4


def test_a_line_that_came_under_two_identities_is_wrong():
    assert settled(accepted(range(5)) + accepted([2], epoch=2), [5]).wrong == 1


def test_a_line_at_a_wrong_place_or_of_another_life_is_wrong():
    assert settled(accepted(range(5), at=1), [5]).wrong == 5
    assert settled(accepted(range(2)) + accepted(range(2, 4), life=1), [2, 4]).wrong >= 1


def test_a_file_knows_what_stands_in_it(tmp_path):
    file = RotatingFile(0, tmp_path / "app.log", copies=False)
    file.write(2, 50)
    file.write(1, 0)
    file.write(3, 119)
    file.rotate()
    file.write(1, 0)
    file.close()
    assert (tmp_path / "app.log.1").read_bytes() == b"".join(line(0, 0, index) for index in range(7))
    assert (tmp_path / "app.log").read_bytes() == line(0, 1, 0)
    assert file.lives == [7, 1]
