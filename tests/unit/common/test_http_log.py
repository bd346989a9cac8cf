"""What the log says of requests that are none, and of faults."""

import logging

import pytest
from aiohttp.http_exceptions import BadHttpMessage
from structlog.testing import capture_logs

from common.http_log import HTTP_LOG


def record(error: Exception) -> None:
    try:
        raise error
    except Exception:
        HTTP_LOG.exception("Error handling request")


def test_a_malformed_request_is_one_line_without_its_content(caplog: pytest.LogCaptureFixture) -> None:
    with capture_logs() as logs, caplog.at_level(logging.DEBUG):
        record(BadHttpMessage("GET /client/hubs/h?access_token=secret"))
    assert logs == [{"event": "request_malformed", "status": 400, "reason": "BadHttpMessage", "log_level": "info"}]
    assert caplog.records == []


def test_a_fault_of_ours_keeps_its_traceback(caplog: pytest.LogCaptureFixture) -> None:
    record(KeyError("ours"))
    assert "Traceback" in caplog.text
