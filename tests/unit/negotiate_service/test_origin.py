import pytest

from negotiate_service.origin import parse_prefix, parse_url


@pytest.mark.parametrize(
    ("public", "url"),
    [
        ("http://localhost:8080", "ws://localhost:8080/client/hubs/stream?access_token=T"),
        ("https://logs.example.com/", "wss://logs.example.com/client/hubs/stream?access_token=T"),
        ("https://example.com:8443/tail/logs/", "wss://example.com:8443/tail/logs/client/hubs/stream?access_token=T"),
        ("http://[fd00::1]:81", "ws://[fd00::1]:81/client/hubs/stream?access_token=T"),
    ],
)
def test_the_client_url_lies_below_the_origin(public: str, url: str) -> None:
    assert parse_url(public).client_url("stream", "T") == url


def test_a_hub_of_unusual_characters_is_encoded() -> None:
    assert "/client/hubs/a%5B1%5D%60?" in parse_url("http://localhost").client_url("a[1]`", "T")


@pytest.mark.parametrize(
    "text",
    ["logs.example.com", "ws://a", "ftp://a", "https://", "https://user:pw@a", "https://a/?q=1", "https://a/#f",
     "https://a/b c", "https://a/../b", "https://a//b", "http://[::1", ""],
)  # fmt: skip
def test_what_is_no_plain_http_url_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        parse_url(text)


def test_a_refused_url_is_not_repeated() -> None:
    with pytest.raises(ValueError, match="expected") as caught:
        parse_url("https://user:s3cret@example.com")
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "prefix"), [("", ""), ("/", ""), ("/a", "/a"), ("/a/b/", "/a/b"), ("/a%20b", "/a%20b")]
)
def test_a_prefix_loses_its_last_slash(text: str, prefix: str) -> None:
    assert parse_prefix(text) == prefix


@pytest.mark.parametrize(
    "text", ["a", "/a/../b", "/./a", "/a?b", "/a#b", "/a\r\nX: y", "/a b", "//evil.example", "/a\\b"]
)
def test_a_prefix_that_could_lead_elsewhere_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected a path"):
        parse_prefix(text)


@pytest.mark.parametrize(
    ("url", "origin"), [("https://a:443/x", "https://a"), ("http://a:80", "http://a"), ("https://a:80", "https://a:80")]
)
def test_an_origin_is_written_without_its_default_port(url: str, origin: str) -> None:
    assert str(parse_url(url)) == origin
