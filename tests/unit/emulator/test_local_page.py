"""Which pages an emulator with the public default key serves."""

import pytest

from emulator.errors import RefusedError
from emulator.local_page import require_local_page

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
REBOUND = {"Host": "evil.example:8080"}


@pytest.mark.parametrize(
    "origin", ["http://localhost:8080", "http://127.0.0.1", "http://[::1]:3000", "http://app.localhost"]
)
def test_pages_of_this_machine_may_use_the_public_key(origin: str) -> None:
    require_local_page({"Origin": origin, "Host": "localhost:8080", "User-Agent": CHROME})


@pytest.mark.parametrize("host", ["localhost:8080", "evil.example", "emulator:8080", "", "[::1"])
@pytest.mark.parametrize("agent", ["curl/8.5.0", "azsdk-python-messaging-webpubsubservice/1.3.0", "node"])
def test_programs_may_use_it_under_any_name(host: str, agent: str) -> None:
    require_local_page({"Host": host, "User-Agent": agent, "Sec-Fetch-Mode": "cors"})  # the last as Node says it


def refusal(headers: dict[str, str]) -> RefusedError:
    with pytest.raises(RefusedError, match="EMULATOR_ACCESS_KEY") as caught:
        require_local_page(headers)
    assert caught.value.status == 403
    return caught.value


@pytest.mark.parametrize("origin", ["https://example.com", "http://localhost.example.com", "null", "", "http://["])
def test_a_page_of_another_machine_may_not(origin: str) -> None:
    refusal({"Origin": origin, "Host": "localhost:8080"})


@pytest.mark.parametrize("said", [{"User-Agent": CHROME}, {"Sec-Fetch-Site": "same-origin"}, {"Referer": "http://x/"}])
def test_a_page_whose_name_was_bound_anew_to_this_machine_may_not(said: dict[str, str]) -> None:
    assert "'evil.example'" in refusal({**REBOUND, **said}).message


def test_who_opens_an_address_of_this_machine_in_a_browser_may() -> None:
    require_local_page({"Host": "localhost:8080", "User-Agent": CHROME, "Sec-Fetch-Site": "none"})
