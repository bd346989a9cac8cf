"""For whom a token may be signed: client endpoints and REST resources."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.audience import Audiences

HOST = "localhost:8080"
SEND = "/api/hubs/Chat/:send"


def audiences(*endpoints: str, lenient: bool = True) -> Audiences:
    return Audiences(endpoints, lenient)


@pytest.mark.parametrize(
    ("audience", "is_ours"),
    [
        ("http://localhost:8080/client/hubs/Chat", True),
        ("https://localhost:8080/client/hubs/Chat", True),
        ("HTTP://LOCALHOST:8080/client/hubs/chat", True),
        ("http://localhost:8080/client/hubs/Chat/", True),
        ("ws://localhost:8080/client/hubs/Chat", False),
        ("http://localhost/client/hubs/Chat", False),
        ("http://elsewhere:8080/client/hubs/Chat", False),
        ("http://localhost:8080/client/hubs/Chats", False),
        ("http://localhost:8080/client/hubs/Chat/x", False),
        ("http://localhost:8080/clients/mqtt/hubs/Chat", False),
        ("localhost:8080/client/hubs/Chat", False),
        ("http://[::1", False),
        ("http://localhost:99999/client/hubs/Chat", False),
        ("", False),
    ],
)
def test_a_clients_token_names_the_host_it_connects_to(audience: str, is_ours: bool) -> None:
    assert audiences().names_client_endpoint(audience, HOST, "Chat") is is_ours


def test_the_configured_and_public_endpoints_are_ours_whatever_the_host_header_says() -> None:
    ours = audiences("http://emulator:8080", "https://logs.example.org/tail/")
    for audience in ("http://emulator:8080/client/hubs/h", "https://LOGS.example.org/tail/client/hubs/h"):
        assert ours.names_client_endpoint(audience, HOST, "h")
    assert not ours.names_client_endpoint("https://logs.example.org/client/hubs/h", HOST, "h")


@pytest.mark.parametrize(
    ("audience", "host"),
    [
        ("http://example.org:80/client/hubs/h", "example.org"),
        ("https://example.org/client/hubs/h", "example.org:443"),
        ("http://[::1]:8080/client/hubs/h", "[::1]:8080"),
    ],
)
def test_default_ports_and_ipv6_addresses_compare_equal(audience: str, host: str) -> None:
    assert audiences().names_client_endpoint(audience, host, "h")


@pytest.mark.parametrize(
    ("suffix", "is_ours"),
    [
        ("", True),
        ("?api-version=2024-12-01&filter=userId%20eq%20%27a%27", True),
        ("/", True),
        ("/child", True),
        ("Suffix", False),
        ("%253Fx", False),
    ],
)
def test_a_rest_token_may_continue_behind_the_resource_at_a_boundary(suffix: str, is_ours: bool) -> None:
    assert audiences().names_resource(f"http://localhost:8080{SEND}{suffix}", HOST, SEND) is is_ours


@pytest.mark.parametrize(("scheme", "is_ours"), [("http", True), ("https", True), ("wss", True), ("ftp", False)])
def test_a_rest_token_has_one_of_four_schemes(scheme: str, is_ours: bool) -> None:
    assert audiences().names_resource(f"{scheme}://localhost:8080{SEND}", HOST, SEND) is is_ours


@pytest.mark.parametrize("audience", [f"http://other:8080{SEND}", "http://localhost:8080/api/hubs/Other/:send"])
def test_another_host_or_hub_is_not_ours(audience: str) -> None:
    assert not audiences().names_resource(audience, HOST, SEND)


def test_a_token_for_a_parent_is_accepted_only_when_lenient() -> None:
    parent = "http://localhost:8080/api/hubs/Chat"
    assert audiences(lenient=True).names_resource(parent, HOST, SEND)
    assert not audiences(lenient=False).names_resource(parent, HOST, SEND)
    assert not audiences(lenient=True).names_resource("http://localhost:8080/api/hubs/Cha", HOST, SEND)


def test_a_path_is_ours_as_it_was_sent_and_decoded_once() -> None:
    sent = "/api/hubs/h/groups/a%20b/:send"
    for path in (sent, "/api/hubs/h/groups/a b/:send"):
        assert audiences(lenient=False).names_resource(f"http://localhost:8080{path}", HOST, sent)


@given(st.text(), st.text(), st.text())
def test_no_audience_and_no_host_can_break_the_comparison(audience: str, host: str, path: str) -> None:
    assert audiences().names_client_endpoint(audience, host, "h") in (True, False)
    assert audiences().names_resource(audience, host, "/" + path) in (True, False)


@pytest.mark.parametrize(
    ("host", "endpoint"),
    [
        ("logs.example.org", "https://logs.example.org/tail"),
        ("LOGS.example.org:443", "https://logs.example.org/tail"),
        ("emulator:8080", "http://emulator:8080"),
        ("localhost:8080", "http://localhost:8080"),
        ("", "http://"),
    ],
)
def test_a_caller_knows_us_by_the_configured_endpoint_or_else_by_the_host_header(host: str, endpoint: str) -> None:
    ours = audiences("http://emulator:8080", "https://logs.example.org/tail/")
    assert ours.endpoint_at(host, "http") == endpoint
