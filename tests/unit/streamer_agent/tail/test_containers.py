import json

from streamer_agent.tail.containers import Unwrapper, parse_cri, parse_docker, parser
from streamer_agent.tail.lines import Lines

T = "2026-01-01T00:00:00.1Z"


def lines(*texts: str, offset: int = 0) -> Lines:
    return Lines(offset, [len(text.encode()) + 1 for text in texts], list(texts))


def docker(log: str, stream: str = "stdout") -> str:
    return json.dumps({"log": log, "stream": stream, "time": T})


def test_pieces_of_docker_are_joined_and_offsets_stay_those_of_the_file() -> None:
    unwrapper = Unwrapper(parse_docker, 1000)
    raw = lines(docker("one\n"), docker("two "), docker("halves\n"), offset=50)
    done = unwrapper.feed(raw)
    assert done == Lines(50, [raw.lengths[0], raw.lengths[1] + raw.lengths[2]], ["one", "two halves"])
    assert unwrapper.pending is None


def test_unfinished_line_waits_over_many_feeds() -> None:
    unwrapper = Unwrapper(parse_cri, 1000)
    assert unwrapper.feed(lines(f"{T} stdout P one ", offset=10)) is None
    assert unwrapper.pending == 10
    done = unwrapper.feed(lines(f"{T} stdout F two", offset=10 + len(T) + 14))
    assert done is not None
    assert (done.offset, done.texts) == (10, ["one two"])


def test_lines_of_two_streams_share_the_bytes_between_them() -> None:
    raw = lines(f"{T} stdout P a", f"{T} stderr F b", f"{T} stdout F c", f"{T} stderr F d")
    done = Unwrapper(parse_cri, 1000).feed(raw)
    assert done is not None
    assert done.texts == ["ac", "b", "d"]
    assert done.lengths == [raw.lengths[0], raw.lengths[1] + raw.lengths[2], raw.lengths[3]]


def test_line_without_its_end_does_not_hold_the_other_stream_for_ever() -> None:
    unwrapper = Unwrapper(parse_cri, 1000)
    done = unwrapper.feed(lines(f"{T} stdout P begun", *[f"{T} stderr F {number}" for number in range(300)]))
    assert done is not None
    assert (done.texts[0], done.texts[-1]) == ("begun", "299")


def test_joined_line_over_the_limit_is_cut() -> None:
    pieces = lines(docker("x" * 8), docker("\u00e9" * 8), docker("y\n"), docker("next\n"))
    done = Unwrapper(parse_docker, 10).feed(pieces)
    assert done is not None
    assert (done.texts, done.cut) == (["x" * 8 + "\u00e9", "next"], [0])


def test_line_of_another_form_is_shown_as_it_is() -> None:
    done = Unwrapper(parse_docker, 1000).feed(lines("not json", '{"other": 1}', "[1]", docker("one\n")))
    assert done is not None
    assert done.texts == ["not json", '{"other": 1}', "[1]", "one"]


def test_what_waits_is_given_out_at_the_end() -> None:
    unwrapper = Unwrapper(parse_docker, 1000)
    assert unwrapper.feed(lines(docker("no end"))) is None
    done = unwrapper.flush()
    assert done is not None
    assert done.texts == ["no end"]
    assert unwrapper.flush() is None


def test_tags_text_and_empty_lines_of_the_cri() -> None:
    assert parse_cri(f"{T} stdout F ") == ("stdout", "", True)
    assert parse_cri(f"{T} stderr P:x  two  blanks ") == ("stderr", " two  blanks ", False)
    assert parse_cri("2026-01-01 stdout F x") is None


def test_format_is_known_by_the_first_line() -> None:
    assert parser("auto", b'{"log":"one\\n","stream":"stdout"}') is parse_docker
    assert parser("auto", f"{T} stdout F one\n".encode()) is parse_cri
    assert parser("auto", b"plain text\n") is None
    assert parser("plain", b'{"log":"one\\n"}') is None
    assert parser("docker", b"") is parse_docker
