import pytest

from negotiate_service.authority import parse
from negotiate_service.errors import MalformedRequestError
from negotiate_service.forwarded import seen_by_client


def seen(**headers: str) -> str:
    """The client URL's beginning for headers given with underscores."""
    values = {name.replace("_", "-"): [value] for name, value in headers.items()}
    url = seen_by_client(values, "http", parse("inside:8081")).client_url("h", "T")
    return url.removesuffix("/client/hubs/h?access_token=T")


def test_without_headers_the_host_stands() -> None:
    assert seen() == "ws://inside:8081"


@pytest.mark.parametrize(
    ("headers", "base"),
    [
        ({"X_Forwarded_Proto": "https"}, "wss://inside:8081"),
        ({"X_Forwarded_Proto": "wss"}, "wss://inside:8081"),
        ({"X_Forwarded_Host": "logs.example.com"}, "ws://logs.example.com"),
        ({"X_Forwarded_Host": "logs.example.com:8443", "X_Forwarded_Proto": "https"}, "wss://logs.example.com:8443"),
        ({"X_Forwarded_Host": "[2001:db8::1]:80"}, "ws://[2001:db8::1]:80"),
        ({"X_Forwarded_Host": "a", "X_Forwarded_Port": "8080"}, "ws://a:8080"),
        ({"X_Forwarded_Host": "a", "X_Forwarded_Port": "443", "X_Forwarded_Proto": "https"}, "wss://a"),
        ({"X_Forwarded_Host": "a:1", "X_Forwarded_Port": "2"}, "ws://a:1"),
        ({"X_Forwarded_Prefix": "/tail/"}, "ws://inside:8081/tail"),
        ({"X_Forwarded_Prefix": "/outer, /inner"}, "ws://inside:8081/outer/inner"),
        ({"X_Forwarded_Proto": "https, http", "X_Forwarded_Host": "first, second"}, "wss://first"),
    ],
)
def test_x_forwarded_headers_are_followed(headers: dict[str, str], base: str) -> None:
    assert seen(**headers) == base


@pytest.mark.parametrize(
    ("value", "base"),
    [
        ("proto=https;host=logs.example.com", "wss://logs.example.com"),
        ('for="[2001:db8::1]:4711"; Proto=https ; HOST="a:8443"', "wss://a:8443"),
        ('host="[::1]:80";proto=http, for=10.0.0.1;host=inner;proto=https', "ws://[::1]:80"),
        (r'host="a\b";by=x', "ws://ab"),
        ("for=unknown", "ws://inside:8081"),
    ],
)
def test_forwarded_is_followed_where_there_is_nothing_else(value: str, base: str) -> None:
    assert seen(Forwarded=value) == base


def test_forwarded_is_left_aside_beside_x_forwarded_headers() -> None:
    assert seen(Forwarded="host=evil.example;proto=https", X_Forwarded_Proto="http") == "ws://inside:8081"


@pytest.mark.parametrize(
    ("headers", "what"),
    [
        ({"X_Forwarded_Proto": "gopher"}, "scheme"),
        ({"X_Forwarded_Host": "a b"}, "host"),
        ({"X_Forwarded_Host": "evil.example/x?"}, "host"),
        ({"X_Forwarded_Host": "user@evil.example"}, "host"),
        ({"X_Forwarded_Port": "http"}, "port"),
        ({"X_Forwarded_Port": "70000"}, "port"),
        ({"X_Forwarded_Prefix": "//evil.example"}, "path prefix"),
        ({"X_Forwarded_Prefix": "/a?access_token=x#"}, "path prefix"),
        ({"Forwarded": "proto"}, "Forwarded header"),
        ({"Forwarded": 'host="a'}, "Forwarded header"),
        ({"Forwarded": "host=a b"}, "Forwarded header"),
        ({"Forwarded": 'host="a/b"'}, "host"),
    ],
)
def test_a_malformed_value_is_refused_and_never_copied(headers: dict[str, str], what: str) -> None:
    if "X_Forwarded_Port" in headers:
        headers["X_Forwarded_Host"] = "a"
    with pytest.raises(MalformedRequestError, match=f"forwarded a {what} that does not parse") as caught:
        seen(**headers)
    assert "evil" not in str(caught.value)
