from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from streamer_agent.tail.lines import Lines, LineSplitter

LIMIT = 32


def split(*chunks: bytes, offset: int = 0, limit: int = LIMIT, skip_line: bool = False, flush: bool = True) -> Lines:
    """All lines of the chunks as one."""
    splitter = LineSplitter(offset, max_line_bytes=limit, skip_line=skip_line)
    parts = [splitter.feed(chunk) for chunk in chunks]
    if flush:
        parts.append(splitter.flush())
    whole = Lines(splitter.start, [], [])
    for part in parts:
        if part is not None:
            assert part.offset == whole.offset + sum(whole.lengths)
            whole.cut += [index + len(whole.texts) for index in part.cut]
            whole.lengths += part.lengths
            whole.texts += part.texts
    return whole


def reference(data: bytes, limit: int) -> Lines:
    """The same, line by line and without any speed."""
    whole = Lines(0, [], [])
    for number, raw in enumerate(data.split(b"\n")):
        last = number == data.count(b"\n")
        if last and not raw:
            break
        content = raw if last else raw.removesuffix(b"\r")
        if len(content) > limit:
            whole.cut.append(number)
            content = content[:limit]
            content = content[: len(content) - incomplete_bytes(content)]
        text = content.decode("utf-8", "replace")
        whole.texts.append(text.removeprefix("\ufeff") if number == 0 else text)
        whole.lengths.append(len(raw) + (not last))
    return whole


def incomplete_bytes(content: bytes) -> int:
    """How many bytes at the end are the beginning of a sequence that more bytes would make valid."""
    for back in (3, 2, 1):
        tail = content[-back:]
        if len(tail) == back and any(_is_prefix(tail, follow) for follow in (b"\x80", b"\x80\x80", b"\x80\x80\x80")):
            return back
    return 0


def _is_prefix(tail: bytes, follow: bytes) -> bool:
    # The second byte of a sequence is restricted after some first bytes; both ends of its range are tried.
    for second in (follow, b"\xbf" + follow[1:]):
        try:
            if len((tail + second).decode()) == 1:
                return True
        except UnicodeDecodeError:
            continue
    return False


def chunked(data: bytes, cuts: list[int]) -> list[bytes]:
    """`data` cut at the given places."""
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    return [data[start:end] for start, end in pairwise(edges)]


log_bytes = st.lists(
    st.one_of(
        st.sampled_from([b"\n", b"\r\n", b"\r", b"\xef\xbb\xbf", b"\xf0\x9f\x98\x80", b"\xff", b"\xe2\x82", b"\0"]),
        st.text(max_size=12).map(lambda text: text.encode("utf-8", "surrogatepass")),
        st.binary(max_size=6),
        st.integers(LIMIT - 3, LIMIT + 5).map(lambda n: b"x" * n),
    ),
    max_size=40,
).map(b"".join)


@given(log_bytes, st.lists(st.integers(0, 2000), max_size=12))
def test_any_chunking_of_the_same_bytes_gives_the_same_lines(data: bytes, cuts: list[int]) -> None:
    assert split(*chunked(data, cuts)) == split(data)


@given(log_bytes)
def test_fast_path_agrees_with_cutting_line_by_line(data: bytes) -> None:
    assert split(data) == reference(data, LIMIT)


@given(log_bytes)
def test_lengths_cover_every_byte(data: bytes) -> None:
    assert sum(split(data).lengths) == len(data)


@given(log_bytes, st.lists(st.integers(0, 2000), max_size=12))
def test_memory_is_bounded_by_the_limit(data: bytes, cuts: list[int]) -> None:
    splitter = LineSplitter(0, max_line_bytes=LIMIT)
    for chunk in chunked(data, cuts):
        splitter.feed(chunk)
        assert splitter.held_bytes <= LIMIT + 2
    assert splitter.end == len(data)


def test_partial_line_is_held_until_it_is_complete() -> None:
    splitter = LineSplitter(100, max_line_bytes=LIMIT)
    assert splitter.feed(b"par") is None
    assert splitter.feed(b"ti") is None
    assert splitter.feed(b"al\nnext") == Lines(100, [8], ["partial"])
    assert (splitter.offset, splitter.end) == (108, 112)


def test_empty_and_blank_lines_are_lines() -> None:
    assert split(b"\n\n  \n\x1b[0m\n").texts == ["", "", "  ", "\x1b[0m"]


def test_crlf_split_between_two_reads_leaves_no_stray_line() -> None:
    assert split(b"one\r", b"\ntwo\r\n") == Lines(0, [5, 5], ["one", "two"])


def test_lone_carriage_returns_stay_in_the_text() -> None:
    assert split(b"10%\r20%\r30%\ndone\r\n").texts == ["10%\r20%\r30%", "done"]


def test_emoji_split_between_two_reads_is_intact() -> None:
    smile = "😀\n".encode()
    assert split(smile[:2], smile[2:]).texts == ["😀"]


def test_each_invalid_sequence_becomes_one_replacement_and_lengths_stay_true() -> None:
    lines = split(b"caf\xe9\n\xff\xfe\n\xe2\x82x\n")
    assert lines.texts == ["caf\ufffd", "\ufffd\ufffd", "\ufffdx"]
    assert lines.lengths == [5, 3, 4]


def test_byte_order_mark_is_not_shown_but_counted() -> None:
    assert split(b"\xef\xbb\xbfone\ntwo\n") == Lines(0, [7, 4], ["one", "two"])
    assert split(b"\xef\xbb\xbfone\n", offset=5).texts == ["\ufeffone"]


def test_line_at_the_limit_is_whole_and_one_byte_more_is_cut() -> None:
    lines = split(b"a" * LIMIT + b"\r\n" + b"b" * (LIMIT + 1) + b"\nc\n")
    assert lines.texts == ["a" * LIMIT, "b" * LIMIT, "c"]
    assert lines.lengths == [LIMIT + 2, LIMIT + 2, 2]
    assert lines.cut == [1]


def test_cut_does_not_divide_a_character() -> None:
    lines = split(b"a" * (LIMIT - 2) + "😀😀\n".encode())
    assert lines.texts == ["a" * (LIMIT - 2)]


def test_line_of_fifty_megabytes_is_cut_and_the_following_lines_are_intact() -> None:
    splitter = LineSplitter(0, max_line_bytes=65536)
    for _ in range(50):
        assert splitter.feed(b"x" * 1_000_000) is None
        assert splitter.held_bytes <= 65538
    lines = splitter.feed(b"end\nnext\n")
    assert lines is not None
    assert lines.lengths == [50_000_004, 5]
    assert lines.texts == ["x" * 65536, "next"]
    assert lines.cut == [0]


def test_skipping_drops_the_rest_of_a_line_that_began_earlier() -> None:
    splitter = LineSplitter(50, max_line_bytes=LIMIT, skip_line=True)
    assert splitter.feed(b"rest of") is None
    assert splitter.is_skipping
    assert splitter.feed(b" it\nfirst\n") == Lines(61, [6], ["first"])
    assert splitter.start == 61
