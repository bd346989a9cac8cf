"""The versions of the REST API."""

import pytest

from emulator.errors import RefusedError
from emulator.rest import versions


@pytest.mark.parametrize("given", [[], *([version] for version in versions.SUPPORTED)])
def test_a_supported_version_or_none_is_good(given: list[str]) -> None:
    versions.check(given)


@pytest.mark.parametrize("given", [["1999-01-01"], [""], [versions.NEWEST, versions.NEWEST]])
def test_an_unsupported_or_repeated_version_is_refused(given: list[str]) -> None:
    with pytest.raises(RefusedError, match="api-version") as caught:
        versions.check(given)
    assert (caught.value.status, caught.value.target) == (400, "api-version")
