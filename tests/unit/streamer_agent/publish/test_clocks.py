"""clocks: a difference between negotiate and service is told with its direction and size."""

from base64 import urlsafe_b64encode

import orjson
import pytest

from streamer_agent.publish.clocks import advice, skew_s
from tests.nasty.cases import case

DATE = "Mon, 23 Nov 2026 12:00:00 GMT"
NOON = 1_795_435_200


def url(claims: object) -> str:
    body = urlsafe_b64encode(orjson.dumps(claims)).decode().rstrip("=")
    return f"wss://x.webpubsub.azure.com/client/hubs/h?access_token=e30.{body}.c2ln"


@case("W12")
@pytest.mark.parametrize(("minutes", "said"), [(10, "10 min ahead of"), (-10, "10 min behind")])
def test_a_skewed_clock_is_named(minutes: int, said: str) -> None:
    skew = skew_s(url({"iat": NOON + 60 * minutes}), DATE)
    assert advice(skew) == f"The clock of the negotiate host is {said} the service's; set it right"


def test_clocks_that_agree_are_not_mentioned() -> None:
    assert advice(skew_s(url({"iat": NOON + 20}), DATE)) == ""


@pytest.mark.parametrize("strange", ["wss://x/", "wss://x/?access_token=x", url({}), url([1]), url({"iat": "x"})])
def test_a_token_that_cannot_be_read_explains_nothing(strange: str) -> None:
    assert advice(skew_s(strange, DATE)) == ""
    assert advice(skew_s(url({"iat": NOON}), "yesterday")) == ""
    assert advice(skew_s(url({"iat": NOON}), "Mon, 01 Jan 99999999999 00:00:00 GMT")) == ""
