import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer_agent.tail.checkpoint import Checkpoint, Suspect
from streamer_agent.tail.errors import CorruptStateError, StateError
from streamer_agent.tail.facts import Gap
from streamer_agent.tail.fingerprint import NO_HEAD, Identity, Mark
from streamer_agent.tail.saved_form import decoded, encode, sealed
from streamer_agent.tail.snapshot import FileFacts
from tests.unit.streamer_agent.tail.following import counting_mint, saved_form

AGENT = "0123456789abcdef"


def filled() -> Checkpoint:
    checkpoint = Checkpoint(AGENT)
    checkpoint.inputs = ("/var/log", "/odd\udcff*")
    position = checkpoint.begin("/var/log/a", counting_mint())
    position.identity, position.head = Identity(2**63, 2**64 - 1), NO_HEAD.grown(b"first\n")
    position.start, position.end, position.size, position.mtime_ns = 1, 2, 3, 4
    position.mark, position.lines_back = Mark.at(2, b"fi"), 7
    position.is_unaligned = position.is_over = True
    position.state, position.detail = "unreadable", "why"
    checkpoint.listed = {"/var/log": 5, "/odd\udcff": 6}
    checkpoint.suspects = {Identity(1, 2): Suspect("/odd\udcff.1", "/odd\udcff", 3, 0.0, 7)}
    checkpoint.read_copies = {FileFacts(1, 2, 3, 4, 0): None}
    position.gaps, position.drops = [Gap(2, 3, "removed", more=True)], [Gap(0, 1, "rate")]
    return checkpoint


def test_saved_form_brings_everything_back() -> None:
    before = filled()
    after = decoded(saved_form(before))
    assert (after.agent, after.inputs, after.sources) == (before.agent, before.inputs, before.sources)
    assert after.positions == before.positions
    assert (after.listed, after.suspects, after.read_copies) == (before.listed, before.suspects, before.read_copies)


def test_form_of_an_earlier_release_is_read() -> None:
    saved = saved_form(filled())
    body = saved.partition(b"\n")[2]
    former = orjson.loads(body)
    del former["listed"], former["suspects"], former["read_copies"]
    after = decoded(sealed([orjson.dumps(former)]))
    assert (after.listed, after.suspects, after.read_copies) == ({}, {}, {})


@given(st.binary(min_size=1, max_size=50))
def test_paths_of_any_bytes_come_back(name: bytes) -> None:
    path = name.decode("utf-8", "surrogateescape")
    checkpoint = Checkpoint(AGENT)
    checkpoint.begin(path, counting_mint())
    assert list(decoded(saved_form(checkpoint)).sources) == [path]


@given(st.data())
def test_no_damage_goes_unnoticed(data: st.DataObject) -> None:
    saved = bytearray(saved_form(filled()))
    at = data.draw(st.integers(0, len(saved) - 1))
    saved[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises((CorruptStateError, StateError)):
        decoded(bytes(saved))


@pytest.mark.parametrize("cut", [0, 1, 20, 60, -1])
def test_state_that_was_cut_is_corrupt(cut: int) -> None:
    with pytest.raises(CorruptStateError):
        decoded(saved_form(filled())[:cut])


@pytest.mark.parametrize("saved", [b"", bytes(4096), b"positions:\n  /var/log/a: 12\n", b'{"version": 1}'])
def test_foreign_state_is_corrupt(saved: bytes) -> None:
    with pytest.raises(CorruptStateError):
        decoded(saved)


def test_state_of_a_later_version_is_refused_by_name() -> None:
    line, _, body = saved_form(filled()).partition(b"\n")
    with pytest.raises(StateError, match="later version"):
        decoded(line.replace(b" 1 ", b" 2 ") + b"\n" + body)


def test_state_of_an_earlier_release_lacks_what_it_did_not_know() -> None:
    checkpoint = Checkpoint(AGENT)
    checkpoint.begin("/var/log/a", counting_mint())
    line, _, body = saved_form(checkpoint).partition(b"\n")
    start = body.index(b'"mark":')
    older = body[:start] + body[body.index(b'"size":') :]
    older = older.replace(b'"lines_back":0,', b"")
    assert decoded(sealed([older])).positions == checkpoint.positions
    assert line.startswith(b"tailcast-positions 1 ")


def test_large_state_is_encoded_in_steps() -> None:
    checkpoint, mint = Checkpoint(AGENT), counting_mint()
    for number in range(1000):
        checkpoint.begin(f"/var/log/{number}", mint)
    assert len(list(encode(checkpoint))) > 20
    assert decoded(saved_form(checkpoint)).sources == checkpoint.sources


def test_what_is_begun_while_a_state_is_encoded_is_left_out() -> None:
    checkpoint, mint = Checkpoint(AGENT), counting_mint()
    checkpoint.begin("/var/log/a", mint)
    steps, parts = encode(checkpoint), []
    next(steps)
    checkpoint.begin("/var/log/b", mint)
    while not parts:
        try:
            next(steps)
        except StopIteration as end:
            parts = end.value
    assert list(decoded(sealed(parts)).sources) == ["/var/log/a"]
