"""What aiohttp's server says in the log: a malformed request is one line, a fault of ours keeps its traceback."""

import logging

import structlog
from aiohttp.http import HttpProcessingError

log = structlog.stdlib.get_logger("http")


class _MalformedRequests(logging.Filter):
    """Replaces the record of a request that aiohttp could not parse. Its content stays out: it may hold a token."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if not isinstance(error, HttpProcessingError):
            return True
        log.info("request_malformed", status=error.code, reason=type(error).__name__)
        return False


HTTP_LOG = logging.getLogger("http")
"""The logger for aiohttp's server: `web.AppRunner(app, logger=HTTP_LOG)`."""

HTTP_LOG.addFilter(_MalformedRequests())
