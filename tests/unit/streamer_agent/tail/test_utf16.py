from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer_agent.tail.lines import Lines
from streamer_agent.tail.utf16 import Utf16Splitter

CODECS = ("utf-16-le", "utf-16-be")


def split(codec: str, *chunks: bytes, offset: int = 0, limit: int = 1000, flush: bool = False) -> Lines:
    splitter = Utf16Splitter(offset, max_line_bytes=limit, codec=codec)
    parts = [splitter.feed(chunk) for chunk in chunks]
    parts += [splitter.flush()] if flush else []
    whole = Lines(offset, [], [])
    for part in parts:
        if part is not None:
            assert part.offset == whole.offset + sum(whole.lengths)
            whole.cut += [index + len(whole.texts) for index in part.cut]
            whole.lengths += part.lengths
            whole.texts += part.texts
    return whole


@pytest.mark.parametrize("codec", CODECS)
def test_lines_are_cut_with_their_raw_lengths(codec: str) -> None:
    lines = split(codec, "\ufeffone\r\nzw\u00f6lf\n\U0001f600\n\n".encode(codec))
    assert (lines.texts, lines.lengths) == (["one", "zw\u00f6lf", "\U0001f600", ""], [12, 12, 6, 2])


@pytest.mark.parametrize("codec", CODECS)
def test_bytes_of_a_line_feed_across_two_characters_end_no_line(codec: str) -> None:
    text = "\u0a00\u000d\u0a0a\u00ff\u0a41"
    assert split(codec, f"{text}\n".encode(codec)).texts == [text]
    assert split(codec, text.encode(codec)).texts == []


@pytest.mark.parametrize("codec", CODECS)
def test_lone_surrogate_is_replaced_and_keeps_its_length(codec: str) -> None:
    lines = split(codec, "a\ud800b\ndone\n".encode(codec, "surrogatepass"))
    assert (lines.texts, lines.lengths) == (["a\ufffdb", "done"], [8, 10])


@pytest.mark.parametrize("codec", CODECS)
def test_long_line_is_cut_at_a_whole_character(codec: str) -> None:
    lines = split(codec, ("\U0001f600" * 50 + "\nnext\n").encode(codec), limit=11)
    assert (lines.texts, lines.lengths, lines.cut) == (["\U0001f600" * 2, "next"], [202, 10], [0])


@given(st.sampled_from(CODECS), st.text(st.characters(exclude_categories=["Cs"])), st.data())
def test_any_chunking_gives_the_same_lines(codec: str, text: str, data: st.DataObject) -> None:
    raw = f"{text}\n".encode(codec)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(raw) // 2), max_size=5)))
    edges = [0, *(2 * cut for cut in cuts), len(raw)]
    chunks = [raw[begin:end] for begin, end in pairwise(edges)]
    assert split(codec, *chunks, limit=12, flush=True) == split(codec, raw, limit=12, flush=True)
