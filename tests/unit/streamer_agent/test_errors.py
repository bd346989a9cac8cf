"""errors: people learn where it happened, never with which token."""

import pytest

from streamer_agent.errors import (
    ConnectionLostError,
    HttpRefusalError,
    PublishRefusedError,
    UnreachableError,
    address,
    label,
)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://localhost:8080/negotiate?role=publisher&code=secret", "http://localhost:8080/negotiate"),
        (
            "wss://x.webpubsub.azure.com/client/hubs/h?access_token=secret#secret",
            "wss://x.webpubsub.azure.com/client/hubs/h",
        ),
        ("https://user:secret@host/path", "https://host/path"),
        ("http://[::1]:8080/negotiate", "http://[::1]:8080/negotiate"),
        ("http://[broken?secret", "(malformed URL)"),
    ],
)
def test_an_address_is_shown_without_its_secrets(url: str, shown: str) -> None:
    assert address(url) == shown


def test_an_error_reads_as_what_was_seen_and_what_to_try() -> None:
    assert str(UnreachableError("Cannot reach x", "Start it")) == "Cannot reach x. Start it"
    assert str(UnreachableError("Cannot reach x")) == "Cannot reach x"


def test_a_label_is_one_of_few() -> None:
    errors = [HttpRefusalError(status, "x") for status in range(100, 600)]
    closes = [ConnectionLostError(code, "x") for code in range(1000, 5000)]
    refusals = [PublishRefusedError(name, "x") for name in ("Forbidden", "made up")]
    assert len({label(error) for error in errors + closes + refusals}) < 30
    assert label(HttpRefusalError(429, "x")) == "http_429"
    assert label(ConnectionLostError(1006, "x")) == "closed_1006"
    assert label(UnreachableError("x")) == "unreachable"
