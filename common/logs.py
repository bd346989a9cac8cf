"""Set up structured logs on stderr, the same for every service; keeps tokens and keys out of them.

Events are past-tense facts with fields: `log.info("connection_opened", connection_id=...)`.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, Literal

import structlog

from common.shortening import shortened

MAX_FIELD_CHARACTERS = 2000
"""How much of a field a log line has: names that strangers send have no end of their own."""

# Linear by construction: every repetition is possessive, so nothing is read again after it did not fit, and no two
# matches begin in the same run of characters.
_NAMED = re.compile(
    # A value behind a name that announces a secret: in a URL or connection string, or as JSON, escaped or not.
    r"(?P<kept>(?:access_token|awps_reconnection_token|reconnectionToken|AccessKey)(?:=|\\?[\"']\s*+:\s*+\\?[\"'])"
    r"|Bearer\s++)[^\s&;\"',}\]\\]++"
    r"|(?<=://)[^\s/@:\"']++:[^\s/@\"']++(?=@)",  # user and password in a URL
    re.IGNORECASE,
)
_JWT = re.compile(
    r"eyJ(?:[A-Za-z0-9_-]{8,}+(?P<rest>\.[A-Za-z0-9_-]++\.[A-Za-z0-9_-]*+)?+|[A-Za-z0-9_-]*+)", re.IGNORECASE
)
"""A JSON web token, wherever it stands. Without `rest` it is none, and matches to be stepped over as a whole."""


def mask(text: str) -> str:
    """Replace tokens and keys in `text` by ***: URL parameters, connection strings, JSON, bearer headers, JWTs.

    Takes time in proportion to the length, whatever the text.
    """
    return _JWT.sub(_masked_jwt, _NAMED.sub(lambda match: (match["kept"] or "") + "***", text))


def _masked_jwt(match: re.Match[str]) -> str:
    return "***" if match["rest"] else match[0]


def configure(level: str, form: Literal["auto", "console", "json"]) -> None:
    """Send structlog and the standard library's logging to stderr in one form.

    Args:
        level: least level logged, in lower case.
        form: console for people, json for machines; auto is console when stderr is a terminal.
    """
    for_people = form == "console" or (form == "auto" and sys.stderr.isatty())
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        _shorten,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: Any = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
        if for_people
        else structlog.processors.JSONRenderer()
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *([] if for_people else [structlog.processors.format_exc_info]),
                renderer,
                _mask_rendered,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # Libraries tell at INFO what they send, Azure's with whole URLs; only their warnings are news here.
    for name in ("azure", "aiohttp.access", "websockets", "urllib3", "msal", "asyncio"):
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _shorten(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Cut long fields, and tell their size. They are masked before: the half of a token is not known for one."""
    for name, value in event.items():
        if isinstance(value, str) and len(value) > MAX_FIELD_CHARACTERS:
            event[name] = shortened(mask(value), MAX_FIELD_CHARACTERS)
    return event


def _mask_rendered(_logger: Any, _method: str, rendered: str | MutableMapping[str, Any]) -> Any:
    return mask(rendered) if isinstance(rendered, str) else rendered
