"""What a handler sent back."""

import pytest

from emulator.upstream.answer import Answer


@pytest.mark.parametrize(
    ("status", "is_success", "is_transient"),
    [
        (200, True, False),
        (299, True, False),
        (302, False, False),
        (400, False, False),
        (408, False, True),
        (429, False, False),
        (500, False, True),
        (599, False, True),
    ],
)
def test_success_and_trouble_that_may_pass_are_told_apart(status: int, is_success: bool, is_transient: bool) -> None:
    assert (Answer(status).is_success, Answer(status).is_transient) == (is_success, is_transient)


def test_of_a_repeated_header_the_last_counts() -> None:
    answer = Answer(200, (("CE-ConnectionState", "a"), ("ce-connectionstate", "b")))
    assert answer.state == "b"
    assert list(answer.values("ce-ConnectionState")) == ["a", "b"]


def test_an_empty_state_is_one_and_none_is_none() -> None:
    assert Answer(200, (("ce-connectionState", ""),)).state == ""
    assert Answer(200).state is None
