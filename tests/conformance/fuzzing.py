"""How long to look for what breaks the emulator: FUZZ_SCALE multiplies the examples of every fuzz test."""

import os

from hypothesis import HealthCheck, settings

FUZZED = settings(
    max_examples=300 * int(os.environ.get("FUZZ_SCALE", "1")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # one emulator for all examples of a test, on purpose
)
