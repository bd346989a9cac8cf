"""Says whose clock is wrong, from the dates in answers and the times in the token. Reads no clock itself.

Three clocks meet: this machine's, the negotiate service's, which writes the token's times unless Azure does, and that
of the Web PubSub service, which judges them. Two that agree convict the third.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from streamer_agent.doctor.finding import Finding, ok, warning, wrong
from streamer_agent.publish.clocks import token_claims

NOTICED_S = 30.0
"""Below it a difference does not matter; a Date header alone is a second wide (RFC 9110, 5.6.7)."""
TOLERATED_S = 300.0
"""What services usually forgive in a token; Microsoft's emulator does so."""
SET_IT = "`timedatectl` shows whether a clock is synchronised; `sudo timedatectl set-ntp true` makes it so"


@dataclass(frozen=True, slots=True)
class TokenTimes:
    """Claims of an access token, in seconds since 1970 (RFC 7519, 4.1); None for one that is not there."""

    issued_at: float | None
    not_before: float | None
    expires_at: float | None


@dataclass(frozen=True, slots=True)
class ClockFacts:
    """What the clocks said. `negotiate_ahead_s` and `service_ahead_s` are their Date minus our time at that moment."""

    now: float
    """Ours when the token came, in seconds since 1970."""
    negotiate_ahead_s: float | None
    """None if no answer had a Date."""
    service_ahead_s: float | None
    token: TokenTimes | None
    """None without a token."""


def token_times(url: str) -> TokenTimes:
    """Read the times in the token of a client URL, without checking its signature."""
    claims = token_claims(url)
    return TokenTimes(*(_seconds(claims.get(name)) for name in ("iat", "nbf", "exp")))


def judge(facts: ClockFacts) -> Finding:
    """Compare all clocks, and the token's times with the clock that will judge them."""
    negotiate, service = facts.negotiate_ahead_s, facts.service_ahead_s
    known = {
        "negotiate_ahead_s": negotiate,
        "service_ahead_s": service,
        "now": datetime.fromtimestamp(facts.now, UTC).isoformat(timespec="seconds"),
    }
    culprit = _culprit(negotiate, service)
    token = _token_trouble(facts)
    if token:
        return wrong("clock", f"{token}{f'; {culprit}' if culprit else ''}", SET_IT, facts=known)
    if negotiate is None and service is None:
        return warning("clock", "not compared: nobody answered with a date", "`date -u` shows ours", facts=known)
    most = max(abs(ahead) for ahead in (negotiate, service) if ahead is not None)
    if culprit:
        return (wrong if most > TOLERATED_S else warning)("clock", culprit, SET_IT, facts=known)
    others = " and ".join(
        name for name, ahead in (("negotiate", negotiate), ("the service", service)) if ahead is not None
    )
    return ok("clock", f"this machine's agrees with that of {others} (within {max(1.0, most):.0f} s)", facts=known)


def _culprit(negotiate: float | None, service: float | None) -> str:
    """Name the clock that differs; empty if none does."""
    is_negotiate_off = negotiate is not None and abs(negotiate) > NOTICED_S
    is_service_off = service is not None and abs(service) > NOTICED_S
    if negotiate is not None and service is not None:
        if is_negotiate_off and is_service_off:
            if abs(negotiate - service) <= NOTICED_S:
                return (
                    f"this machine's clock is {_off(-negotiate)} those of negotiate and of the service;"
                    " times on the page are wrong by as much"
                )
            return f"negotiate's clock is {_off(negotiate)} this machine's, and that of the service {_off(service)} it"
        if is_negotiate_off:
            return (
                f"the clock of the negotiate host is {_off(negotiate)} this machine's and the service's;"
                " the tokens that it makes begin and end as wrongly"
            )
        if is_service_off:
            return f"the service's clock is {_off(service)} this machine's and negotiate's"
    elif is_negotiate_off and negotiate is not None:
        return f"negotiate's clock is {_off(negotiate)} this machine's; one of the two is wrong"
    elif is_service_off and service is not None:
        return f"the service's clock is {_off(service)} this machine's; one of the two is wrong"
    return ""


def _token_trouble(facts: ClockFacts) -> str:
    """Say what the judge of the token will not like about its times: the service, or our clock for want of its."""
    if facts.token is None:
        return ""
    judge_now = facts.now + (facts.service_ahead_s or 0.0)
    whose = "this machine's" if facts.service_ahead_s is None else "the service's"
    expires_at, not_before = facts.token.expires_at, facts.token.not_before
    if expires_at is not None and expires_at <= judge_now:
        return f"the token from negotiate had expired {_span(judge_now - expires_at)} before it came, by {whose} clock"
    if not_before is not None and not_before > judge_now + NOTICED_S:
        return f"the token from negotiate begins in {_span(not_before - judge_now)} only (nbf), by {whose} clock"
    return ""


def _off(ahead_s: float) -> str:
    return f"{_span(abs(ahead_s))} {'ahead of' if ahead_s > 0 else 'behind'}"


def _span(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes / 60:.0f} h"


def _seconds(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
