from hypothesis import given
from hypothesis import strategies as st

from streamer_agent.tail.fingerprint import HEAD_BYTES, NO_HEAD


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_head_matches_the_file_when_it_has_grown(first: bytes, more: bytes) -> None:
    assert NO_HEAD.grown(first).matches(first + more)


def test_empty_head_matches_any_file() -> None:
    assert NO_HEAD.matches(b"")
    assert NO_HEAD.matches(b"anything")


def test_head_does_not_match_other_content_even_if_it_is_longer() -> None:
    head = NO_HEAD.grown(b"2026-11-23 first\n")
    assert not head.matches(b"2026-11-24 first\nand more\n")


def test_head_does_not_match_a_file_that_is_shorter() -> None:
    assert not NO_HEAD.grown(b"one line\n").matches(b"one")


def test_head_grows_up_to_its_limit() -> None:
    young = NO_HEAD.grown(b"a" * 10)
    old = young.grown(b"a" * (HEAD_BYTES + 100))
    assert (young.length, young.is_complete) == (10, False)
    assert (old.length, old.is_complete) == (HEAD_BYTES, True)
    assert old.grown(b"b" * 9000) == old


def test_space_that_is_reserved_with_nuls_may_be_written_yet() -> None:
    head = NO_HEAD.grown(b"one\n" + bytes(500))
    assert head.matches(b"one\ntwo\n" + bytes(496))
