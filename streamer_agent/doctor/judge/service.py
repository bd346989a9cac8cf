"""Says whether negotiate hands out URLs and whether such a URL publishes. Connects to nothing."""

from dataclasses import dataclass

from streamer_agent.doctor.finding import Finding, ok, warning, wrong
from streamer_agent.errors import HttpRefusalError, StreamerError

SLOW_S = 2.0
"""An answer that takes longer makes every reconnection slow."""


@dataclass(frozen=True, slots=True)
class NegotiateFacts:
    """One request to negotiate."""

    where: str
    """Its address, without query."""
    took_s: float
    proxy: str = ""
    """The environment's proxy that the request went through, without credentials; empty for none."""
    error: StreamerError | None = None


@dataclass(frozen=True, slots=True)
class PublishFacts:
    """One connection with the URL from negotiate, and one message over it."""

    where: str
    """The service's address, without the token."""
    group: str
    opened_s: float = 0.0
    """Until the service had welcomed us."""
    acked_s: float = 0.0
    """From sending the message to its ack."""
    error: StreamerError | None = None


def judge_negotiate(facts: NegotiateFacts) -> Finding:
    """Say how negotiate answered."""
    through = f" through the proxy {facts.proxy}" if facts.proxy else ""
    known = {"url": facts.where, "took_s": round(facts.took_s, 4), "proxy": facts.proxy or None}
    if facts.error is not None:
        advice = facts.error.advice
        if facts.proxy:
            advice = f"{advice}. If the proxy should not be asked, add the host to NO_PROXY".lstrip(". ")
        return wrong("negotiate", facts.error.seen + through, advice, facts={**known, **_status(facts.error)})
    seen = f"{facts.where} handed out a URL in {_span(facts.took_s)}{through}"
    if facts.took_s > SLOW_S:
        return warning("negotiate", seen, "Every connection waits as long for its URL", facts=known)
    return ok("negotiate", seen, facts=known)


def judge_publish(facts: PublishFacts | None) -> Finding:
    """Say whether the service took a message; None if there was no URL to connect with."""
    if facts is None:
        return warning("publish", "not tried, for want of a URL from negotiate")
    known = {"service": facts.where, "group": facts.group}
    if facts.error is not None:
        return wrong("publish", facts.error.seen, facts.error.advice, facts={**known, **_status(facts.error)})
    seen = (
        f"{facts.where} accepted a message to the group {facts.group!r}:"
        f" connected in {_span(facts.opened_s)}, acknowledged in {_span(facts.acked_s)}"
    )
    took = {"opened_s": round(facts.opened_s, 4), "acked_s": round(facts.acked_s, 4)}
    return ok("publish", seen, facts={**known, **took})


def _status(error: StreamerError) -> dict[str, int]:
    return {"status": error.status} if isinstance(error, HttpRefusalError) else {}


def _span(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"
