"""Service: what negotiate and the service said is passed on with its advice."""

from streamer_agent.doctor.finding import Verdict
from streamer_agent.doctor.judge.service import NegotiateFacts, PublishFacts, judge_negotiate, judge_publish
from streamer_agent.errors import HttpRefusalError, PublishRefusedError, UnreachableError

WHERE = "https://logs.example.com/negotiate"


def test_answer_is_told_with_its_time() -> None:
    finding = judge_negotiate(NegotiateFacts(WHERE, 0.012))
    assert (finding.verdict, finding.seen) == (Verdict.OK, f"{WHERE} handed out a URL in 12 ms")


def test_slow_answer_is_a_warning() -> None:
    assert judge_negotiate(NegotiateFacts(WHERE, 3.2)).verdict is Verdict.WARNING


def test_refusal_keeps_its_words_advice_and_status() -> None:
    finding = judge_negotiate(NegotiateFacts(WHERE, 0.1, error=HttpRefusalError(401, "answered 401", "Set the key")))
    assert (finding.verdict, finding.seen, finding.advice) == (Verdict.WRONG, "answered 401", "Set the key")
    assert finding.facts["status"] == 401


def test_proxy_in_between_is_named() -> None:
    facts = NegotiateFacts(WHERE, 0.1, "http://proxy:3128", UnreachableError("Cannot reach it", "Check it"))
    finding = judge_negotiate(facts)
    assert "through the proxy http://proxy:3128" in finding.seen
    assert "NO_PROXY" in finding.advice


def test_accepted_message_proves_the_permission() -> None:
    finding = judge_publish(PublishFacts("wss://x/client", "stream", 0.02, 0.003))
    assert finding.verdict is Verdict.OK
    assert "accepted a message to the group 'stream': connected in 20 ms, acknowledged in 3 ms" in finding.seen


def test_refused_message_is_wrong() -> None:
    finding = judge_publish(
        PublishFacts("wss://x/client", "stream", error=PublishRefusedError("Forbidden", "No", "Do"))
    )
    assert (finding.verdict, finding.advice) == (Verdict.WRONG, "Do")


def test_what_could_not_be_tried_is_a_warning() -> None:
    assert judge_publish(None).verdict is Verdict.WARNING
