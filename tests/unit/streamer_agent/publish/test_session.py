"""session: the delivery rules, one sentence each."""

import orjson
import pytest

from streamer_agent.block import EpochKey
from streamer_agent.errors import (
    ConnectionLostError,
    HttpRefusalError,
    StreamerError,
    UnreachableError,
)
from streamer_agent.publish.backoff import Backoff
from streamer_agent.publish.frames import Recovery
from streamer_agent.publish.message import Message
from streamer_agent.publish.session import (
    ASKS_PER_CONNECTION,
    RECOVERY_S,
    WELCOME_TIMEOUT_S,
    Ask,
    Close,
    Fail,
    Open,
    Proven,
    Refused,
    Resumed,
    Send,
    Session,
    Settle,
    State,
    Welcome,
)
from streamer_agent.publish.window import AckWindow
from tests.nasty.cases import case

KEY = EpochKey("a3c1e07b", 1)
TIMEOUT = 10.0
CONNECTED = '{"type":"system","event":"connected","userId":null,"connectionId":"c1"}'
LOST = ConnectionLostError(1006, "lost")


def session() -> Session:
    return Session(AckWindow(100, 10_000), Backoff(lambda: 0.0), TIMEOUT)


def connected() -> Session:
    new = session()
    new.opened("stream", 0.0)
    new.received(CONNECTED, 0.0)
    return new


def message(end: int) -> Message:
    return Message(b"%d" % end, "json", KEY, end)


def ack(ack_id: int, error: str | None = None) -> str:
    failure = {"success": False, "error": {"name": error, "message": "why"}}
    return orjson.dumps({"type": "ack", "ackId": ack_id, **(failure if error else {"success": True})}).decode()


def ids(actions: list) -> list[int]:
    return [orjson.loads(action.frame)["ackId"] for action in actions if isinstance(action, Send)]


def contents(actions: list) -> list[int]:
    return [orjson.loads(action.frame)["data"] for action in actions if isinstance(action, Send)]


def test_nothing_is_accepted_before_the_service_has_welcomed_us() -> None:
    new = session()
    assert new.offer(message(1), 0.0) is None
    new.opened("stream", 0.0)
    assert new.offer(message(1), 0.0) is None
    assert new.received(CONNECTED, 0.0) == [Welcome("c1", 0)]
    assert new.offer(message(1), 0.0) is not None


def test_messages_go_to_the_group_that_came_with_the_url() -> None:
    sent = connected().offer(message(1), 0.0)
    assert sent is not None
    assert orjson.loads(sent.frame)["group"] == "stream"


def test_a_full_window_takes_nothing() -> None:
    full = Session(AckWindow(1, 10_000), Backoff(lambda: 0.0), TIMEOUT)
    full.opened("stream", 0.0)
    full.received(CONNECTED, 0.0)
    assert full.offer(message(1), 0.0) is not None
    assert full.offer(message(2), 0.0) is None


def test_an_ack_makes_a_position_safe() -> None:
    new = connected()
    new.offer(message(5), 0.0)
    assert new.received(ack(1), 0.1) == [Proven(), Settle(KEY, 5)]


def test_the_first_accepted_message_proves_a_connection() -> None:
    new = connected()
    for end in (5, 7):
        new.offer(message(end), 0.0)
    assert Proven() in new.received(ack(1), 0.1)
    assert Proven() not in new.received(ack(2), 0.1)


@case("W1")
def test_a_duplicate_is_a_success() -> None:
    new = connected()
    new.offer(message(5), 0.0)
    assert new.received(ack(1, "Duplicate"), 0.1) == [Proven(), Settle(KEY, 5)]


@case("W1")
def test_a_missing_ack_is_asked_for_again_with_the_same_id() -> None:
    new = connected()
    new.offer(message(5), 0.0)
    assert new.tick(TIMEOUT - 0.1) == []
    actions = new.tick(TIMEOUT)
    assert actions[0] == Ask(1)
    assert ids(actions) == [1]
    assert new.tick(TIMEOUT + 0.1) == []  # once per time-out
    assert new.received(ack(1, "Duplicate"), TIMEOUT + 0.2) == [Proven(), Settle(KEY, 5)]


def test_an_ack_that_was_passed_over_is_asked_for_although_others_flow() -> None:
    new = connected()
    for end in range(1, 4):
        new.offer(message(end), 0.0)
    new.received(ack(1), 9.9)
    new.received(ack(3), 9.9)
    assert ids(new.tick(TIMEOUT)) == [2]


def test_on_a_slow_line_what_waits_for_its_turn_is_not_sent_twice() -> None:
    new = connected()
    for end in range(1, 50):
        new.offer(message(end), 0.0)
    for second in range(1, 40):
        new.received(ack(second), float(second))
        assert new.tick(float(second)) == []


@case("W8")
def test_a_connection_that_never_answers_is_given_up() -> None:
    new = connected()
    new.offer(message(5), 0.0)
    seconds = 0.0
    for _ in range(ASKS_PER_CONNECTION - 1):
        seconds += TIMEOUT
        assert ids(new.tick(seconds)) == [1]
    (close,) = new.tick(seconds + TIMEOUT)
    assert isinstance(close, Close)


def test_a_service_that_does_not_welcome_us_is_given_up() -> None:
    new = session()
    new.opened("stream", 5.0)
    assert new.tick(5.0 + WELCOME_TIMEOUT_S - 1) == []
    (close,) = new.tick(5.0 + WELCOME_TIMEOUT_S)
    assert isinstance(close, Close)


@case("W1")
def test_a_new_connection_repeats_what_is_unacknowledged_in_order_under_new_ids() -> None:
    new = connected()
    for end in (5, 7, 9):
        new.offer(message(end), 0.0)
    new.received(ack(2), 0.1)
    new.ended(LOST, 1.0)
    assert new.offer(message(11), 1.5) is None
    new.opened("stream", 2.0)
    actions = new.received(CONNECTED, 2.0)
    assert actions[0] == Welcome("c1", 2)
    assert contents(actions) == [5, 9]
    assert ids(actions) == [4, 5]
    assert new.received(ack(1), 2.1) == []  # of the connection before
    assert new.received(ack(4), 2.2) == [Proven(), Settle(KEY, 7)]


def test_ids_that_were_answered_before_do_not_make_new_ones_overdue() -> None:
    new = connected()
    new.offer(message(5), 0.0)
    new.received(ack(1), 0.0)
    new.ended(LOST, 1.0)
    new.opened("stream", 2.0)
    new.received(CONNECTED, 2.0)
    new.offer(message(7), 2.0)
    assert new.tick(2.0 + TIMEOUT - 0.1) == []


@case("W2")
def test_forbidden_stops_with_an_explanation() -> None:
    new = connected()
    new.offer(message(5), 0.0)
    (fail,) = new.received(ack(1, "Forbidden"), 0.1)
    assert isinstance(fail, Fail)
    assert "permission to publish" in fail.error.advice
    assert new.ended(fail.error, 0.2) == Fail(fail.error)


@case("W2")
def test_trouble_inside_the_service_is_tried_again_with_the_same_id_ever_more_slowly() -> None:
    new = connected()
    new.offer(message(5), 0.0)
    now = 0.0
    for delay in (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 10.0, 10.0):
        (refused,) = new.received(ack(1, "InternalServerError"), now)
        assert isinstance(refused, Refused)
        assert refused.after_s == delay
        assert ids(new.tick(now + delay - 0.01)) == []
        now += delay
        assert ids(new.tick(now)) == [1]
    assert new.received(ack(1), now) == [Proven(), Settle(KEY, 5)]


def test_a_refusal_of_something_unknown_is_passed_over() -> None:
    assert connected().received(ack(99, "InternalServerError"), 0.0) == []


@case("W10")
def test_delays_grow_until_a_message_was_accepted() -> None:
    new = session()
    delays = []
    for _ in range(4):
        new.opened("stream", 0.0)
        new.received(CONNECTED, 0.0)
        delays.append(new.ended(LOST, 0.0))
    assert delays == [Open(0.125), Open(0.25), Open(0.5), Open(1.0)]
    new.opened("stream", 0.0)
    new.received(CONNECTED, 0.0)
    new.offer(message(5), 0.0)
    new.received(ack(1), 0.0)
    assert new.ended(LOST, 0.0) == Open(0.125)


TOKEN_REFUSED = HttpRefusalError(401, "", by_service=True)


@case("W6")
def test_a_refused_token_is_worth_a_fresh_one_at_once_and_others_after_growing_delays() -> None:
    new = session()
    answers = [new.ended(TOKEN_REFUSED, now) for now in (0.0, 1.0, 2.0)]
    assert answers == [Open(0.0), Open(0.125), Open(0.25)]


def test_tokens_that_are_refused_for_half_a_minute_are_final() -> None:
    new = session()
    assert new.ended(TOKEN_REFUSED, 10.0) == Open(0.0)
    assert isinstance(new.ended(TOKEN_REFUSED, 39.9), Open)
    assert new.ended(TOKEN_REFUSED, 40.0) == Fail(TOKEN_REFUSED)


def test_patience_with_refused_tokens_begins_anew_after_another_trouble() -> None:
    new = session()
    new.ended(TOKEN_REFUSED, 0.0)
    new.ended(UnreachableError("refused"), 1.0)
    assert new.ended(TOKEN_REFUSED, 100.0) == Open(0.0)


def test_a_welcome_clears_an_earlier_refusal_of_a_token() -> None:
    new = session()
    new.ended(TOKEN_REFUSED, 0.0)
    new.opened("stream", 0.0)
    new.received(CONNECTED, 0.0)
    assert new.ended(TOKEN_REFUSED, 100.0) == Open(0.0)


def test_a_wrong_key_is_final_at_once() -> None:
    refused = HttpRefusalError(401, "")
    assert session().ended(refused, 0.0) == Fail(refused)


def test_what_can_pass_is_tried_for_as_long_as_it_takes() -> None:
    new = session()
    for _ in range(1000):
        assert isinstance(new.ended(UnreachableError("refused"), 0.0), Open)


@case("W8")
def test_a_farewell_explains_the_close_that_follows() -> None:
    new = connected()
    new.received('{"type":"system","event":"disconnected","message":"Service reloading"}', 1.0)
    lost = ConnectionLostError(1001, "closed with 1001")
    new.ended(lost, 1.1)
    assert lost.seen == "closed with 1001 after it said: Service reloading"
    assert new.state is State.CLOSED


@pytest.mark.parametrize("text", ["<html>", '{"type":"pong"}', '{"type":"message","from":"server","data":1}'])
def test_frames_for_others_change_nothing(text: str) -> None:
    new = connected()
    assert new.received(text, 0.0) == []
    assert new.state is State.CONNECTED


def test_a_second_welcome_changes_nothing() -> None:
    new = connected()
    new.offer(message(5), 0.0)
    assert new.received(CONNECTED, 0.0) == []
    assert new.received(ack(1), 0.0) == [Proven(), Settle(KEY, 5)]


RELIABLE = '{"type":"system","event":"connected","connectionId":"c1","reconnectionToken":"TOKEN"}'
RECOVERY = Recovery("c1", "TOKEN")


def reliable() -> Session:
    new = session()
    new.opened("stream", 0.0)
    new.received(RELIABLE, 0.0)
    return new


@case("W1", "W3")
def test_a_lost_connection_is_recovered_with_the_same_ack_ids() -> None:
    new = reliable()
    for end in (5, 7):
        new.offer(message(end), 0.0)
    assert new.ended(LOST, 1.0) == Open(0.125, RECOVERY)
    assert new.offer(message(9), 1.0) is None
    actions = new.recovered(1.2)
    assert actions[0] == Resumed("c1", 2)
    assert ids(actions) == [1, 2]
    assert new.received(ack(1, "Duplicate"), 1.3) == [Proven(), Settle(KEY, 5)]


@case("W3")
@pytest.mark.parametrize("error", [UnreachableError("x"), HttpRefusalError(502, "x"), HttpRefusalError(429, "x")])
def test_what_may_pass_within_seconds_does_not_end_a_recovery(error: StreamerError) -> None:
    new = reliable()
    new.ended(LOST, 0.0)
    what_next = new.ended(error, 0.2)
    assert isinstance(what_next, Open)
    assert what_next.recovery == RECOVERY


@case("W3")
@pytest.mark.parametrize("error", [HttpRefusalError(404, "x"), HttpRefusalError(401, "x", by_service=True)])
def test_a_recovery_that_cannot_be_is_followed_by_a_new_connection(error: StreamerError) -> None:
    new = reliable()
    new.ended(LOST, 0.0)
    what_next = new.ended(error, 0.2)
    assert isinstance(what_next, Open)
    assert what_next.recovery is None


@case("W3")
def test_a_refused_recovery_is_followed_by_a_new_connection_with_new_ack_ids() -> None:
    new = reliable()
    new.offer(message(5), 0.0)
    new.ended(LOST, 0.0)
    new.recovered(0.2)
    assert new.ended(ConnectionLostError(1008, "gone"), 0.3) == Open(0.25)
    new.opened("stream", 1.0)
    assert ids(new.received(RELIABLE, 1.0)) == [2]


@case("W3")
def test_recovery_ends_with_the_time_that_the_service_keeps_a_connection() -> None:
    new = reliable()
    assert new.ended(LOST, 100.0) == Open(0.125, RECOVERY)
    assert new.ended(UnreachableError("x"), 100.0 + RECOVERY_S - 1) == Open(0.25, RECOVERY)
    assert new.ended(UnreachableError("x"), 100.0 + RECOVERY_S) == Open(0.5)


def test_a_connection_that_forbids_is_not_recovered() -> None:
    assert isinstance(reliable().ended(ConnectionLostError(3003, "no"), 0.0), Fail)


def test_a_connection_without_acks_is_not_recovered() -> None:
    new = reliable()
    new.offer(message(5), 0.0)
    for asked in range(1, ASKS_PER_CONNECTION):
        new.tick(asked * TIMEOUT)
    assert isinstance(new.tick(ASKS_PER_CONNECTION * TIMEOUT)[0], Close)
    assert new.ended(LOST, 40.0) == Open(0.125)


def test_every_new_connection_is_recovered_by_its_own_token() -> None:
    new = reliable()
    new.ended(ConnectionLostError(1008, "gone"), 0.0)
    new.opened("stream", 1.0)
    assert new.ended(LOST, 2.0) == Open(0.25)
    new.opened("stream", 3.0)
    new.received(RELIABLE.replace("TOKEN", "OTHER"), 3.0)
    assert new.ended(LOST, 4.0) == Open(0.5, Recovery("c1", "OTHER"))


def test_a_token_that_comes_with_a_recovery_replaces_the_one_before() -> None:
    new = reliable()
    new.ended(LOST, 0.0)
    new.recovered(0.2)
    assert new.received(RELIABLE.replace("TOKEN", "OTHER"), 0.3) == []
    assert new.ended(LOST, 1.0) == Open(0.25, Recovery("c1", "OTHER"))


@case("W4")
def test_messages_to_us_are_acknowledged_so_that_they_do_not_pile_up() -> None:
    new = reliable()
    for sequence_id in (1, 2, 2):
        (action,) = new.received(f'{{"type":"message","from":"server","sequenceId":{sequence_id},"data":"x"}}', 0.0)
        assert isinstance(action, Send)
        assert orjson.loads(action.frame) == {"type": "sequenceAck", "sequenceId": sequence_id}
        assert not action.is_delivered


def test_no_token_is_in_a_repr() -> None:
    assert "TOKEN" not in repr(reliable().ended(LOST, 0.0))
