"""errors: people learn where it happened, never with which token."""

import pytest

from streamer_agent.errors import UnreachableError, address


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
