"""Fixtures: the containers, up and healthy, once for all tests that only look at them."""

from collections.abc import Iterator

import pytest

from .stack import Stack


@pytest.fixture(scope="session")
def images(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Build once, and keep the layers until the end: every stack then builds its own images from them in seconds."""
    stack = Stack(tmp_path_factory.mktemp("images"))
    stack.compose("build")
    yield
    stack.down()


@pytest.fixture(scope="session")
def stack(images: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The stack as plain `docker compose up` starts it, but for its port, its logs and its name."""
    yield from started(Stack(tmp_path_factory.mktemp("stack")))


def started(stack: Stack) -> Iterator[Stack]:
    """Bring `stack` up, hand it out, take it away, whatever happens in between."""
    try:
        stack.up()
        yield stack
    finally:
        stack.down()
