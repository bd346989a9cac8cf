import pytest

from streamer_agent.tail.options import Beginning


@pytest.mark.parametrize(
    ("text", "beginning"),
    [
        ("end", Beginning()),
        ("start", Beginning("start")),
        ("checkpoint", Beginning("checkpoint")),
        ("lines:200", Beginning(lines=200)),
    ],
)
def test_beginning_is_parsed(text: str, beginning: Beginning) -> None:
    assert Beginning.parse(text) == beginning


@pytest.mark.parametrize("text", ["", "lines", "lines:", "lines:0", "lines:-1", "lines:x", "lines:9999999", "200"])
def test_other_words_are_refused_with_what_is_expected(text: str) -> None:
    with pytest.raises(ValueError, match="expected end, start, checkpoint, or lines:N"):
        Beginning.parse(text)
