"""How every case is run: with the kernel's hints and without them, stopped in good order and killed."""

import signal

import pytest

from tests.e2e.conftest import idle_system, reader, system

__all__ = ["ending", "hints", "idle_system", "reader", "system"]


@pytest.fixture(params=[True, False], ids=["hints", "polling"])
def hints(request: pytest.FixtureRequest) -> bool:
    """Whether the kernel may say which files changed; without it, looking finds them."""
    assert isinstance(request.param, bool)
    return request.param


@pytest.fixture(params=[signal.SIGTERM, signal.SIGKILL], ids=["SIGTERM", "SIGKILL"])
def ending(request: pytest.FixtureRequest) -> signal.Signals:
    """The signal that ends an agent which is restarted."""
    assert isinstance(request.param, signal.Signals)
    return request.param
