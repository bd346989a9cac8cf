"""What the fuzz tests share: how long they look, which FUZZ_SCALE multiplies, and what tokens may say."""

import os

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

FUZZED = settings(
    max_examples=300 * int(os.environ.get("FUZZ_SCALE", "1")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # one emulator for all examples of a test, on purpose
)

_CLAIM = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=10),
    st.lists(st.text(max_size=5) | st.integers(), max_size=2),
    st.sampled_from([10**400, -(10**400), "webpubsub.joinLeaveGroups.**", ["webpubsub.sendToGroups.[a"], " ", [" "]]),
)
CLAIMS = st.dictionaries(st.sampled_from(["aud", "exp", "nbf", "iat", "sub", "role", "webpubsub.group"]), _CLAIM)
HEADER_OF_TOKEN = st.dictionaries(st.sampled_from(["alg", "typ", "kid", "crit", "b64"]), _CLAIM)
