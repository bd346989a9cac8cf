"""session against a model of the service: whatever the network does, all arrives, in order, and none is safe early."""

import orjson
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from streamer_agent.block import EpochKey
from streamer_agent.errors import ConnectionLostError, StreamerError, UnreachableError
from streamer_agent.publish.backoff import Backoff
from streamer_agent.publish.message import Message
from streamer_agent.publish.session import Action, Close, Fail, Open, Send, Session, Settle, State
from streamer_agent.publish.window import REMEMBERED_ACK_IDS, AckWindow

KEYS = [EpochKey("aaaaaaaa", 1), EpochKey("bbbbbbbb", 1)]
ACK_TIMEOUT_S = 10.0
WELCOME = b'{"type":"system","event":"connected","connectionId":"c","reconnectionToken":"t"}'


class Service:
    """One connection of the service as the client specification has it: remembers ack ids, publishes each once."""

    def __init__(self, published: list[tuple[str, int]]) -> None:
        self.published = published
        self.seen: list[int] = []  # remembered ack ids, oldest first

    def handle(self, frame: bytes, refuse: bool) -> bytes:
        request = orjson.loads(frame)
        ack_id = request["ackId"]
        if ack_id in self.seen:
            return self.answer(ack_id, "Duplicate")
        if refuse:
            return self.answer(ack_id, "InternalServerError")
        self.published.append((request["data"]["key"], request["data"]["end"]))
        self.seen = [*self.seen, ack_id][-REMEMBERED_ACK_IDS:]
        return self.answer(ack_id)

    def answer(self, ack_id: int, error: str = "") -> bytes:
        failure = {"success": False, "error": {"name": error, "message": ""}}
        return orjson.dumps({"type": "ack", "ackId": ack_id, **(failure if error else {"success": True})})


class SessionModel(RuleBasedStateMachine):
    """Frames and acks travel in order; both may be lost with their connection, and acks on a live one too."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.published: list[tuple[str, int]] = []
        self.service = Service(self.published)
        self.session = Session(AckWindow(6, 10_000), Backoff(lambda: 0.5), ACK_TIMEOUT_S)
        self.frames: list[bytes] = []  # on their way to the service
        self.answers: list[bytes] = []  # on their way back
        self.ends = dict.fromkeys(KEYS, 0)
        self.floors = dict.fromkeys(KEYS, 0)
        self.was_refused = False
        self.may_recover = False
        self.connect()

    def do(self, actions: list[Action]) -> None:
        for action in actions:
            match action:
                case Send(frame):
                    self.frames.append(frame)
                case Settle(key, end):
                    assert end > self.floors[key]
                    self.floors[key] = end
                case Close():
                    self.lose_connection()
                    return
                case Fail():
                    raise AssertionError("nothing here is final")

    def connect(self) -> None:
        self.service = Service(self.published)
        self.session.opened("stream", self.now)
        self.do(self.session.received(WELCOME, self.now))

    def lose_connection(self, code: int = 1006) -> None:
        self.ended(ConnectionLostError(code, ""))
        self.frames.clear()
        self.answers.clear()

    def ended(self, error: StreamerError) -> None:
        what_next = self.session.ended(error, self.now)
        assert isinstance(what_next, Open)
        self.may_recover = what_next.recovery is not None

    def is_connected(self) -> bool:
        return self.session.state is State.CONNECTED

    @rule(key=st.sampled_from(KEYS))
    def offer(self, key: EpochKey) -> None:
        end = self.ends[key] + 1
        data = orjson.dumps({"key": key.source, "end": end})
        sent = self.session.offer(Message(data, "json", key, end), self.now)
        if sent is not None:
            self.ends[key] = end
            self.do([sent])

    @precondition(lambda self: self.frames)
    @rule(refuse=st.sampled_from([False, False, False, True]), answer_arrives=st.booleans())
    def a_frame_arrives(self, refuse: bool, answer_arrives: bool) -> None:
        self.was_refused |= refuse
        answer = self.service.handle(self.frames.pop(0), refuse)
        if answer_arrives:
            self.answers.append(answer)

    @precondition(lambda self: self.answers)
    @rule(twice=st.booleans())
    def an_answer_arrives(self, twice: bool) -> None:
        answer = self.answers.pop(0)
        for _ in range(1 + twice):
            self.do(self.session.received(answer, self.now))

    @rule(seconds=st.sampled_from([0.3, 1.0, 4.0, ACK_TIMEOUT_S]))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds
        self.do(self.session.tick(self.now))

    @precondition(is_connected)
    @rule()
    def the_connection_breaks(self) -> None:
        self.lose_connection()

    @precondition(lambda self: not self.is_connected())
    @rule(reached=st.booleans())
    def an_attempt_to_connect(self, reached: bool) -> None:
        if not reached:
            self.ended(UnreachableError(""))
        elif self.may_recover:
            self.do(self.session.recovered(self.now))
        else:
            self.connect()

    @precondition(lambda self: not self.is_connected() and self.may_recover)
    @rule()
    def a_recovery_is_refused(self) -> None:
        self.do(self.session.recovered(self.now))
        self.lose_connection(1008)
        assert not self.may_recover

    @invariant()
    def what_is_safe_was_published_without_a_hole(self) -> None:
        for key in KEYS:
            ends = {end for source, end in self.published if source == key.source}
            assert set(range(1, self.floors[key] + 1)) <= ends

    @invariant()
    def lines_appear_in_order(self) -> None:
        if self.was_refused:
            return  # the service itself skipped one
        for key in KEYS:
            first_seen = list(dict.fromkeys(end for source, end in self.published if source == key.source))
            assert first_seen == sorted(first_seen)

    def teardown(self) -> None:
        """With a network that works from now on, everything is delivered and settled."""
        for _ in range(200):
            if not self.is_connected():
                self.connect()
            while self.frames:
                self.do(self.session.received(self.service.handle(self.frames.pop(0), refuse=False), self.now))
            while self.answers:
                self.do(self.session.received(self.answers.pop(0), self.now))
            if not len(self.session.window):
                break
            self.now += ACK_TIMEOUT_S
            self.do(self.session.tick(self.now))
        assert self.floors == self.ends


TestSessionModel = SessionModel.TestCase
TestSessionModel.settings = settings(max_examples=200, stateful_step_count=50, deadline=None)
