"""Sequence ids for messages, and none for other frames."""

from math import inf

from emulator.numbering import Batch, Unnumbered, number


def message(name: str, ttl_s: int = 0) -> Unnumbered:
    return Unnumbered(lambda sequence_id: f"{name}{sequence_id}".encode(), ttl_s)


def test_messages_are_numbered_in_their_order_and_other_frames_stay_where_they_are() -> None:
    a, b = message("a"), message("b")
    numbered = number([b"ack", a, b"pong", b], first_id=9, now=0)
    assert numbered.data == b"acka9pongb10"
    assert numbered.sizes() == [3, 2, 4, 3]
    assert numbered.batch == Batch(first_id=9, messages=[a, b], size_bytes=5)


def test_where_nothing_is_numbered_nothing_is_kept() -> None:
    numbered = number([b"ack", b"pong"], first_id=7, now=0)
    assert (numbered.data, numbered.batch) == (b"ackpong", None)


def test_a_batch_knows_the_id_of_each_message_and_when_it_expires() -> None:
    a, b = message("a"), message("b", ttl_s=5)
    batch = number([a, b], first_id=3, now=100.0).batch
    assert batch is not None
    assert list(batch.entries()) == [(3, a, inf), (4, b, 105.0)]


def test_messages_that_never_expire_need_no_times() -> None:
    a, b = message("a"), message("b")
    batch = number([a, b], first_id=3, now=100.0).batch
    assert batch is not None
    assert batch.expires_at is None
    assert list(batch.entries()) == [(3, a, inf), (4, b, inf)]
