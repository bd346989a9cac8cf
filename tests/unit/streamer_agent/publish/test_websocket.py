"""websocket: what a URL leads to that is no WebSocket becomes an error that tells what to do, and never the token."""

import pytest

from streamer_agent.errors import StrangeAnswerError
from streamer_agent.publish.backoff import retryable
from streamer_agent.publish.websocket import open_socket


@pytest.mark.parametrize("host", ["\0", "a" * 300, "ü..x"], ids=["NUL", "too long", "empty label"])
async def test_an_address_that_cannot_be_is_tried_again_later(host: str) -> None:
    with pytest.raises(StrangeAnswerError) as caught:
        await open_socket(f"ws://{host}/client/hubs/h?access_token=secret", ping_interval_s=1.0)
    assert retryable(caught.value)
    assert "secret" not in str(caught.value)
    assert "PUBLIC_URL" in str(caught.value)
