"""Faults that only a log tells of: an error inside a service that goes on serving."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from structlog.testing import capture_logs


class _Errors(logging.Handler):
    """Keeps the text of what is logged through the standard library, as aiohttp and asyncio do."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append(logging.Formatter().format(record))


@contextmanager
def no_errors_logged() -> Iterator[None]:
    """Nothing inside the context is logged as an error, by ourselves or by the libraries in this process.

    Raises:
        AssertionError: something was; the text is what.
    """
    errors = _Errors()
    logging.getLogger().addHandler(errors)
    try:
        with capture_logs() as entries:
            yield
    finally:
        logging.getLogger().removeHandler(errors)
    ours = [str(entry) for entry in entries if entry["log_level"] in ("error", "critical")]
    assert not ours + errors.seen, "\n".join(ours + errors.seen)
