"""status: news soon, the rest in turn, and small while nothing happens."""

import orjson

from streamer_agent.block import EpochKey
from streamer_agent.status import MOST_GAPS, NEWS_BYTES, QUIET_BYTES, StatusReport
from streamer_agent.tail.facts import Gap, SourceFacts, State

ENVELOPE = '{"type":"message","from":"group","group":"%s","fromUserId":null,"dataType":"json","data":}'


def report(interval_s: float = 30.0) -> StatusReport:
    return StatusReport("9f86d081884c7d65", "web-1", 1793476800000, interval_s)


def fact(
    number: int,
    revision: int = 1,
    *,
    path: str = "/var/log/app.log",
    state: State = "tailing",
    gaps: tuple[Gap, ...] = (),
    drops: tuple[Gap, ...] = (),
    detail: str = "",
) -> SourceFacts:
    return SourceFacts(EpochKey(f"{number:08x}", 1), path, state, 10, 20, 30, gaps, drops, detail, revision)


def build(of: StatusReport, facts: list[SourceFacts], revision: int = 1, now: float = 0.0) -> dict:
    message = of.build(facts, revision, now, 1793476800123)
    assert (message.key, message.data_type) == (None, "json")
    status: dict = orjson.loads(message.data)
    return status


def told(status: dict) -> list[int]:
    return [int(source["source"], 16) for source in status["sources"]]


def test_a_status_has_the_keys_of_wire_md() -> None:
    gap = Gap(5, 8, "truncated")
    facts = [fact(1, gaps=(gap,), drops=(Gap(8, 9, "binary"),), detail="chmod it", state="unreadable")]
    assert build(report(), facts) == {
        "tailcast": 1,
        "kind": "status",
        "agent": "9f86d081884c7d65",
        "name": "web-1",
        "at": 1793476800123,
        "started": 1793476800000,
        "interval": 30.0,
        "sources": [
            {
                "source": "00000001",
                "epoch": 1,
                "path": "/var/log/app.log",
                "state": "unreadable",
                "start": 10,
                "end": 20,
                "lag": 30,
                "gaps": [{"from": 5, "to": 8, "reason": "truncated"}],
                "drops": [{"from": 8, "to": 9, "reason": "binary"}],
                "detail": "chmod it",
            }
        ],
    }


def test_what_there_is_not_is_left_out() -> None:
    (source,) = build(report(), [fact(1)])["sources"]
    assert source.keys() == {"source", "epoch", "path", "state", "start", "end", "lag"}


def test_an_agent_without_sources_is_heard_all_the_same() -> None:
    assert build(report(), [])["sources"] == []


def test_the_first_is_due_at_once() -> None:
    assert report().is_due(0.0, 0)


def test_without_news_the_next_is_due_after_the_interval() -> None:
    quiet = report()
    build(quiet, [fact(1)], revision=1, now=100.0)
    assert not quiet.is_due(129.9, 1)
    assert quiet.is_due(130.0, 1)


def test_news_is_due_after_a_second_at_the_earliest() -> None:
    fresh = report()
    build(fresh, [fact(1)], revision=1, now=100.0)
    assert not fresh.is_due(100.9, 2)
    assert fresh.is_due(101.0, 2)


def test_a_quiet_status_fits_one_metered_message_at_the_receiver() -> None:
    quiet = report()
    facts = [fact(number, path="/var/log/" + "x" * 60) for number in range(100)]
    build(quiet, facts)
    message = quiet.build(facts, 1, 30.0, 1793476800123)
    assert len(message.data) <= QUIET_BYTES
    assert len(message.data) + len(ENVELOPE % ("g" * 100)) < 2048
    assert len(orjson.loads(message.data)["sources"]) > 5


def test_quiet_statuses_take_sources_in_turn() -> None:
    quiet = report()
    facts = [fact(number) for number in range(50)]
    build(quiet, facts)
    seen: set[int] = set()
    rounds = 0
    while len(seen) < 50:
        part = told(build(quiet, facts, now=30.0 * rounds))
        assert not seen & set(part) or len(seen | set(part)) == 50
        seen |= set(part)
        rounds += 1
    assert rounds < 10


def test_news_comes_first_and_is_not_cut_to_the_quiet_size() -> None:
    busy = report()
    build(busy, [fact(number) for number in range(100)])
    changed = [fact(number, revision=2 if number >= 60 else 1) for number in range(100)]
    assert told(build(busy, changed, revision=2))[:40] == list(range(60, 100))


def test_news_beyond_the_limit_comes_with_the_next_ones() -> None:
    crowded = report()
    facts = [fact(number) for number in range(1000)]
    seen: list[int] = []
    now = 0.0
    while crowded.is_due(now, 1) and len(seen) < 1000:
        part = build(crowded, facts, now=now)
        assert len(orjson.dumps(part)) <= NEWS_BYTES
        seen += told(part)
        now += 1.0
    assert seen[:1000] == list(range(1000))
    build(crowded, facts, now=now)
    assert not crowded.is_due(now + 1.0, 1)


def test_every_gap_is_told_once_and_the_latest_are_repeated() -> None:
    gaps = tuple(Gap(number, number + 1, "truncated") for number in range(100))
    status = report()
    (source,) = build(status, [fact(1, gaps=gaps, drops=gaps[:60])])["sources"]
    assert [gap["from"] for gap in source["gaps"]] == list(range(100))
    assert [drop["from"] for drop in source["drops"]] == list(range(60))
    (source,) = build(status, [fact(1, 2, gaps=gaps, drops=gaps)], now=30.0)["sources"]
    assert [gap["from"] for gap in source["gaps"]] == list(range(100 - MOST_GAPS, 100))
    assert [drop["from"] for drop in source["drops"]] == list(range(60, 100))


def test_as_many_gaps_and_drops_as_are_kept_fit_a_status() -> None:
    gaps = tuple(Gap(10**12 + number, 10**12 + number + 1, "truncated", True) for number in range(128))
    assert told(build(report(), [fact(1, gaps=gaps, drops=gaps, path="x" * 4096)])) == [1]


def test_a_source_too_long_for_a_quiet_status_does_not_keep_others_back() -> None:
    long_path = report()
    facts = [fact(1, path="x" * 4096), fact(2), fact(3)]
    assert told(build(long_path, facts)) == [1, 2, 3]
    assert told(build(long_path, facts, now=30.0)) == [2, 3]


def test_a_source_that_is_gone_is_forgotten_and_news_when_it_comes_back() -> None:
    forgetful = report()
    build(forgetful, [fact(1), fact(2)])
    build(forgetful, [fact(2)])
    assert told(build(forgetful, [fact(1), fact(2)]))[0] == 1


def test_a_gap_of_unknown_size_says_that_there_may_be_more() -> None:
    (source,) = build(report(), [fact(1, gaps=(Gap(5, 5, "truncated", more=True),))])["sources"]
    assert source["gaps"] == [{"from": 5, "to": 5, "reason": "truncated", "more": True}]
