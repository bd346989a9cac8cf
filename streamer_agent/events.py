"""One function per fact of the agent's work that people should read in its log. Decides nothing."""

import structlog

from streamer_agent.errors import PublishRefusedError, StreamerError
from streamer_agent.tail.facts import Notice

log = structlog.get_logger("streamer_agent")


def agent_started(*, agent: str, name: str, paths: list[str], negotiate: str, form: str) -> None:
    """The tail is being read; the first connection is still to come."""
    log.info("agent_started", agent=agent, name=name, paths=paths, negotiate=negotiate, format=form)


def health_started(*, url: str) -> None:
    """/healthz and /readyz answer."""
    log.info("health_started", url=url)


def connection_opened(connection_id: str, repeated: int) -> None:
    """The service welcomed us; `repeated` messages of an earlier connection are sent again."""
    log.info("connection_opened", connection_id=connection_id, messages_sent_again=repeated)


def connection_recovered(connection_id: str, repeated: int) -> None:
    """The connection that was lost goes on; `repeated` messages are sent again, and the service delivers them once."""
    log.info("connection_recovered", connection_id=connection_id, messages_sent_again=repeated)


def publishing_proven(failures: int, outage_s: float) -> None:
    """A message was accepted. With `failures` behind it, an outage of `outage_s` seconds is over."""
    if failures:
        log.info("connection_restored", attempts=failures, outage_s=round(outage_s, 1))


def publishing_interrupted(error: StreamerError, after_s: float) -> None:
    """No connection; lines wait in their files."""
    log.warning(
        "publishing_interrupted",
        seen=error.seen,
        advice=error.advice,
        retry_s=round(after_s, 1),
        note="lines wait in their files; told again when it is over, or rarely",
    )


def acks_overdue(messages: int) -> None:
    """The service is slow to acknowledge, or lost acks."""
    log.warning("acks_overdue", messages=messages)


def message_refused(error: PublishRefusedError, after_s: float) -> None:
    """The service could not take a message, which is sent again; others of the same kind are told rarely."""
    log.warning("message_refused", seen=error.seen, retry_s=round(after_s, 1))


def tail_noticed(notice: Notice) -> None:
    """A fact that the tail tells of itself: a file found, rotated, unreadable, …"""
    getattr(log, notice.level)(notice.event, **notice.fields)


def agent_stopping(*, unacknowledged: int, timeout_s: float) -> None:
    """Reading has stopped; what was read is being delivered."""
    log.info("agent_stopping", unacknowledged_messages=unacknowledged, timeout_s=timeout_s)


def agent_stopped(*, unacknowledged: int) -> None:
    """The end. Unacknowledged messages are read again from their files at the next start."""
    if unacknowledged:
        log.warning("agent_stopped", unacknowledged_messages=unacknowledged, note="sent again at the next start")
    else:
        log.info("agent_stopped")


def agent_failed(*, seen: str, advice: str, exit_code: int) -> None:
    """The end, because a person has to act."""
    log.error("agent_failed", seen=seen, advice=advice, exit_code=exit_code)
