import pytest

from negotiate_service.cors import answer_headers, parse_origins, preflight_headers
from negotiate_service.errors import ForeignOriginError

ALLOWED = frozenset({"https://status.example.com"})


def test_origins_are_read_as_browsers_write_them() -> None:
    assert parse_origins(" https://A.example:443/, ,http://b:8080") == {"https://a.example", "http://b:8080"}


@pytest.mark.parametrize("item", ["*", "a.example", "https://a/path", "null", "https://*.example.com"])
def test_what_is_no_origin_is_named_and_refused(item: str) -> None:
    with pytest.raises(ValueError, match="is no origin") as caught:
        parse_origins(item)
    assert repr(item) in str(caught.value)


def test_a_listed_origin_may_read_and_no_other() -> None:
    assert answer_headers("https://status.example.com", ALLOWED) == {
        "Vary": "Origin",
        "Access-Control-Allow-Origin": "https://status.example.com",
    }
    assert answer_headers("https://evil.example", ALLOWED) == {"Vary": "Origin"}
    assert answer_headers(None, ALLOWED) == {"Vary": "Origin"}
    assert answer_headers("https://status.example.com", frozenset()) == {}


def test_a_preflight_of_a_listed_origin_may_send_authorization() -> None:
    headers = preflight_headers("https://status.example.com", ALLOWED)
    assert headers["Access-Control-Allow-Headers"] == "Authorization"
    assert headers["Access-Control-Allow-Methods"] == "GET"


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example", "https://status.example.com.evil.example"])
def test_a_preflight_of_another_origin_is_refused(origin: str | None) -> None:
    with pytest.raises(ForeignOriginError, match="ALLOWED_ORIGINS"):
        preflight_headers(origin, ALLOWED)
