"""The fixture `webpubsub_emulator`: a local Web PubSub service for one test.

Put `pytest_plugins = ["emulator.pytest_plugin"]` into the conftest.py beside your tests. Needs pytest, which the
emulator itself does not.
"""

from collections.abc import Iterator

import pytest

from emulator.in_thread import RunningEmulator, emulator_in_thread


@pytest.fixture
def webpubsub_emulator() -> Iterator[RunningEmulator]:
    """An emulator of this test's own, on a free port: `connection_string`, `endpoint`, `access_key`, and `faults`."""
    with emulator_in_thread() as running:
        yield running
