"""The versions of the REST API that are served; all of them behave alike."""

from collections.abc import Sequence

from common.shortening import quoted
from emulator.errors import bad_request

NEWEST = "2024-12-01"
SUPPORTED = ("2021-10-01", "2022-11-01", "2023-07-01", "2024-01-01", NEWEST)


def check(given: Sequence[str]) -> None:
    """Check the values of `api-version`; without one the newest is meant (C173, C174).

    Raises:
        RefusedError: 400 for an unsupported one, or for several.
    """
    if len(given) > 1 or (given and given[0] not in SUPPORTED):
        raise bad_request(
            f"api-version is {quoted(' and '.join(given))}; expected one of {', '.join(SUPPORTED)}.", "api-version"
        )
