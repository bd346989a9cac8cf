import pytest

from negotiate_service.authority import Authority, is_among, parse, parse_list


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("localhost:8080", Authority("localhost", 8080)),
        ("Logs.Example.COM", Authority("logs.example.com", None)),
        ("logs.example.com.", Authority("logs.example.com", None)),
        ("my_service:81", Authority("my_service", 81)),
        ("[::1]:8080", Authority("::1", 8080)),
        ("[2001:DB8::0:1]", Authority("2001:db8::1", None)),
        ("192.0.2.7:65535", Authority("192.0.2.7", 65535)),
    ],
)
def test_host_and_port_are_read(text: str, expected: Authority) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", ":80", "a b", "a\r\nSet-Cookie: x", "a/b", "a@b", "a:0", "a:65536", "a:", "a:1:2", "::1", "[::1", "[::1%eth0]",
     "[1.2.3.4]", "a..b", "-a", "a?b", "ä.example", "a" * 300, "a:８０"],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        parse(text)


@pytest.mark.parametrize("text", ["localhost:8080", "[::1]", "[::1]:80", "LOCALHOST:1"])
def test_an_authority_is_written_as_it_is_read(text: str) -> None:
    assert str(parse(text)) == text.lower()


@pytest.mark.parametrize(
    "host", ["localhost", "localhost.", "a.b.localhost", "127.0.0.1", "127.255.0.9", "[::1]", "[::ffff:127.0.0.1]"]
)
def test_loopback_names_and_addresses_are_this_machine(host: str) -> None:
    assert parse(host).is_loopback


@pytest.mark.parametrize(
    "host",
    ["localhost.example.com", "notlocalhost", "127.0.0.1.example.com", "0.0.0.0", "[::]", "128.0.0.1", "127.1",
     "2130706433", "[::ffff:8.8.8.8]"],
)  # fmt: skip
def test_what_only_looks_like_loopback_is_not(host: str) -> None:
    assert not parse(host).is_loopback


def test_an_entry_without_a_port_allows_every_port() -> None:
    allowed = parse_list("logs.example.com, negotiate")
    assert is_among(parse("logs.example.com:8443"), allowed)
    assert is_among(parse("negotiate"), allowed)
    assert not is_among(parse("example.com"), allowed)


def test_an_entry_with_a_port_allows_that_port_alone() -> None:
    allowed = parse_list("logs.example.com:8080")
    assert is_among(parse("logs.example.com:8080"), allowed)
    assert not is_among(parse("logs.example.com:8081"), allowed)
    assert not is_among(parse("logs.example.com"), allowed)


def test_a_host_without_a_port_has_its_schemes_default_port() -> None:
    assert is_among(parse("logs.example.com"), parse_list("logs.example.com:443"))


def test_a_list_takes_bare_ipv6_addresses_and_empty_items() -> None:
    assert parse_list(" ,fd00::1,[fd00::2]:80,,a ") == (("fd00::1", None), ("fd00::2", 80), ("a", None))


def test_a_wrong_item_of_a_list_is_named() -> None:
    with pytest.raises(ValueError, match="'https://b' does not parse"):
        parse_list("a,https://b")
