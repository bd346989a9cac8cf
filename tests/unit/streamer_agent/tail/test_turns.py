from streamer_agent.block import EpochKey
from streamer_agent.tail.turns import Turns

A1, A2, B1, C1 = EpochKey("a", 1), EpochKey("a", 2), EpochKey("b", 1), EpochKey("c", 1)


def waiting(*keys: EpochKey) -> Turns:
    turns = Turns()
    for key in keys:
        turns.add(key)
    return turns


def test_who_came_first_is_first_and_who_was_served_is_last() -> None:
    turns = waiting(A1, B1, C1)
    turns.served(A1)
    assert turns.order(()) == [B1, C1, A1]


def test_adding_again_does_not_change_the_turn() -> None:
    turns = waiting(A1, B1)
    turns.add(A1)
    assert turns.order(()) == [A1, B1]


def test_younger_life_of_a_source_waits_for_the_older() -> None:
    turns = waiting(A2, B1, A1)
    assert turns.order(()) == [B1, A1]
    turns.remove(A1)
    assert turns.order(()) == [A2, B1]


def test_held_lives_do_not_get_a_turn() -> None:
    assert waiting(A1, B1).order({A1}) == [B1]


def test_removed_life_does_not_come_back_by_being_served() -> None:
    turns = waiting(A1)
    turns.remove(A1)
    turns.served(A1)
    assert turns.order(()) == []
    assert A1 not in turns
