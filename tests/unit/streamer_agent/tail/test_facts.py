import pytest

from streamer_agent.tail.facts import label


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/var/log/app.log", "/var/log/app.log"),
        ("/x/caf\udce9.log", "/x/caf\ufffd.log"),
        ("/x/two\nlines\x1b[31m", "/x/two\\nlines\\x1b[31m"),
        ("/x/😀 <b>", "/x/😀 <b>"),
    ],
)
def test_label_can_be_read_and_printed(path: str, shown: str) -> None:
    assert label(path) == shown
    assert label(path).isprintable()
