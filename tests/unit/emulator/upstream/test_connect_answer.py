"""What an answer to connect makes of a client."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.errors import RefusedError
from emulator.upstream import connect_answer
from emulator.upstream.answer import Answer
from emulator.upstream.connect_answer import UNCHANGED, Verdict
from emulator.upstream.errors import DeliveryError


def verdict(content: Any, offered: tuple[str, ...] = ()) -> Verdict:
    return connect_answer.interpret(Answer(200, (), json.dumps(content).encode()), offered)


@pytest.mark.parametrize(
    "answer", [Answer(204, (), b"ignored"), Answer(200), Answer(202, (), b"null"), Answer(200, (), b"{}")]
)
def test_an_answer_without_content_changes_nothing(answer: Answer) -> None:
    assert connect_answer.interpret(answer, ()) == UNCHANGED


def test_everything_can_be_given_in_any_case_of_names() -> None:
    content = {"UserId": "bob", "roles": ["r"], "Groups": ["g"], "subprotocol": "FOO", "more": 1}
    assert verdict(content, ("json", "Foo")) == Verdict("bob", ("r",), ("g",), "Foo")


def test_null_is_nothing_and_empty_lists_differ() -> None:
    assert verdict({"userId": None, "roles": None, "groups": None, "subprotocol": None}) == UNCHANGED
    assert verdict({"roles": [], "groups": [], "subprotocol": ""}) == Verdict(roles=())


@pytest.mark.parametrize("status", [302, 401, 500])
def test_a_refusal_keeps_its_status_and_nothing_else(status: int) -> None:
    with pytest.raises(RefusedError) as caught:
        connect_answer.interpret(Answer(status, (), b"secret"), ())
    assert caught.value.status == status
    assert "secret" not in caught.value.message


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff",
        b" ",
        b"[" * 100_000,
        b"1",
        b'{"userId":1}',
        b'{"roles":{}}',
        b'{"roles":[1]}',
        b'{"groups":[""]}',
        b'{"subprotocol":[]}',
        b'{"subprotocol":"bar"}',
    ],
)
def test_what_makes_no_sense_is_an_error(body: bytes) -> None:
    with pytest.raises(DeliveryError):
        connect_answer.interpret(Answer(200, (), body), ("foo",))


@given(
    st.binary()
    | st.recursive(
        st.none() | st.integers() | st.text(),
        lambda s: st.lists(s) | st.dictionaries(st.sampled_from(["userId", "roles", "groups", "subprotocol"]), s),
    ).map(lambda value: json.dumps(value).encode())
)
def test_no_answer_is_a_surprise(body: bytes) -> None:
    with contextlib.suppress(DeliveryError):
        assert isinstance(connect_answer.interpret(Answer(200, (), body), ("foo",)), Verdict)
