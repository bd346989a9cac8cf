"""redactor: what is masked does not depend on how lines come in batches; offsets and lengths stay true."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer_agent.block import EpochKey, LineBlock
from streamer_agent.redact.expressions import rules_with
from streamer_agent.redact.redactor import MARGIN_BYTES, Redactor
from tests.unit.streamer_agent.redact.test_rules import SECRETS

A, B = EpochKey("aaaaaaaa", 1), EpochKey("bbbbbbbb", 1)
BODY = "MIIEpAIBAAKCAQEA" + "b" * 48
BEGIN, END = "-----BEGIN RSA PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----"
PIECES = st.sampled_from(
    ["", "GET /a 200", "Ünïcödé", "?token=abc", "AccountKey=ab;x", BEGIN, BODY, "Xg==", END, f"{BEGIN}x{END}", "own 12"]
)


def block(lines: list[str], key: EpochKey = A, offset: int = 0) -> LineBlock:
    return LineBlock(key, "p", offset, [len(line.encode()) + 1 for line in lines], list(lines))


SHARED = Redactor(rules_with(""), 65_536)


def redacted(redactor: Redactor, *lines: str, key: EpochKey = A, offset: int = 0) -> list[str]:
    given_block = block(list(lines), key, offset)
    redactor.redact(given_block)
    return given_block.lines


def redactor(own: str = "", limit: int = 65_536) -> Redactor:
    return Redactor(rules_with(own), limit)


@given(st.lists(st.lists(PIECES, min_size=1, max_size=5), max_size=6))
def test_any_division_into_batches_masks_the_same(batches: list[list[str]]) -> None:
    divided, alone = redactor("own [0-9]+"), redactor("own [0-9]+")
    masked = [line for batch in batches for line in redacted(divided, *batch)]
    assert masked == [redacted(alone, line)[0] for batch in batches for line in batch]
    assert divided.masked == alone.masked


def test_a_key_over_several_batches_is_masked() -> None:
    one = redactor()
    assert redacted(one, "before", BEGIN) == ["before", BEGIN]
    assert redacted(one, "from another file", BODY, key=B) == ["from another file", BODY]
    assert redacted(one, BODY, BODY) == ["[redacted:pem]"] * 2
    assert redacted(one, BODY, END, BODY) == ["[redacted:pem]", END, BODY]


def test_a_key_that_a_rotation_divides_is_masked() -> None:
    rotating = redactor()
    redacted(rotating, BEGIN, BODY)
    assert redacted(rotating, BODY, "Xg==", END, BODY, key=EpochKey(A.source, 2)) == [
        *["[redacted:pem]"] * 2,
        END,
        BODY,
    ]
    assert redacted(rotating, BODY, key=B) == [BODY]
    assert redacted(rotating, BODY, offset=100) == ["[redacted:pem]"]


def test_a_key_that_was_begun_before_a_restart_is_masked() -> None:
    assert redacted(redactor(), BODY, "Xg==", END, "GET /a", offset=4096) == [*["[redacted:pem]"] * 2, END, "GET /a"]


def test_lengths_stay_those_of_the_file() -> None:
    secret = block(["?token=abc", "plain"])
    redactor().redact(secret)
    assert (secret.offset, secret.lengths, secret.end) == (0, [11, 6], 17)


def test_own_expressions_mask_their_groups_or_else_all() -> None:
    one = redactor("cust-[0-9]+\norder ([A-Z]+) of ([0-9]+)\n^start")
    assert redacted(one, "cust-17 x", "order AB of 12", "no start", "start") == [
        "[redacted:own-1] x",
        "order [redacted:own-2] of [redacted:own-2]",
        "no start",
        "[redacted:own-3]",
    ]
    assert (one.masked["own-1"], one.masked["own-2"], one.masked["own-3"]) == (1, 2, 1)


def test_an_expression_does_not_match_over_lines() -> None:
    assert redacted(redactor(r"a[^x]*b\n?(?s:.)*c"), "a", "b", "c") == ["a", "b", "c"]


def test_an_expression_that_makes_other_engines_hang_does_not() -> None:
    line = "a" * 60_000 + "!"
    assert redacted(redactor("(a+)+$"), line) == [line]


def test_line_ends_within_lines_do_not_move_the_mask_to_another_line() -> None:
    assert redacted(redactor(), "one\ntwo", "?token=abc", "three") == [
        "one\ntwo",
        "?token=[redacted:url-parameter]",
        "three",
    ]


def test_a_secret_across_the_cut_of_a_long_line_is_masked() -> None:
    key = "AKIAIOSFODNN7EXAMPLE"
    for before in range(480, 520):
        line = "x" * (before - 1) + " " + key + " y" * 2000
        long = block([line])
        redactor(limit=500).redact(long)
        assert "AKIAI" not in long.lines[0]
        assert len(long.lines[0]) == 500
        assert long.cut == [0]


def test_a_line_that_masking_made_short_enough_is_not_cut() -> None:
    long = block(["-----BEGIN X----- " + "A" * 600 + " -----END X-----"])
    redactor(limit=500).redact(long)
    assert (long.lines, long.cut) == (["-----BEGIN X-----[redacted:pem]-----END X-----"], [])


def test_a_cut_divides_no_character() -> None:
    long = block(["é" * (300 + MARGIN_BYTES)])
    redactor(limit=501).redact(long)
    assert long.lines == ["é" * 250]


def test_the_last_word_of_a_line_without_end_is_kept_back() -> None:
    one = redactor()
    partial = block(["?token=abc of AKIAIOSFOD"])
    partial.is_partial = True
    one.redact(partial)
    assert partial.lines == ["…"]
    assert one.masked.total() == 0
    assert redacted(one, "?token=abc of AKIAIOSFODNN7EXAMPLE!") == [
        "?token=[redacted:url-parameter] of [redacted:aws-key]!"
    ]


@pytest.mark.parametrize("line", SECRETS)
@pytest.mark.parametrize("around", ["{}", "at 10 {} of all", "a\t{}, b"])
def test_what_is_shown_of_a_line_without_end_is_the_beginning_of_what_is_shown_of_the_whole(
    line: str, around: str
) -> None:
    whole = around.format(line)
    (masked,) = redacted(redactor(), whole)
    for length in range(1, len(whole)):
        partial = block([whole[:length]])
        partial.is_partial = True
        SHARED.redact(partial)
        assert masked.startswith(partial.lines[0].removesuffix("…")), whole[:length]


def test_nothing_is_shown_of_a_line_without_end_where_only_the_user_knows_what_is_secret() -> None:
    partial = block(["account 12 34 5"])
    partial.is_partial = True
    redactor(own="account [0-9 ]+!").redact(partial)
    assert partial.lines == ["…"]


def test_nothing_is_shown_of_a_line_without_end_within_a_pem_block() -> None:
    one = redactor()
    redacted(one, BEGIN)
    partial = block(["2026-01-01 INFO MIIEvQ"])
    partial.is_partial = True
    one.redact(partial)
    assert partial.lines == ["…"]


@pytest.mark.parametrize("prefix", ["", "2026-01-01 INFO "])
def test_a_block_that_was_begun_before_a_restart_goes_on(prefix: str) -> None:
    before = f"GET /a\n{prefix}{BEGIN}\n{prefix}{BODY}\n".encode()
    rest = block([f"{prefix}{BODY}", f"{prefix}{BODY}", f"{prefix}{END}", "GET /b"], offset=len(before))
    redactor().redact(rest, lambda size: before[-size:])
    assert [BODY in line for line in rest.lines] == [False, False, False, False]
    assert rest.lines[-1] == "GET /b"


def test_a_block_that_ended_before_a_restart_masks_nothing_more() -> None:
    before = f"{BEGIN}\n{BODY}\n{END}\nGET /a\n".encode()
    rest = block([BODY, "GET /b"], offset=len(before))
    redactor().redact(rest, lambda size: before[-size:])
    assert rest.lines == [BODY, "GET /b"]


def test_a_prompt_is_shown_whole() -> None:
    partial = block(["Copying… 45%"])
    partial.is_partial = True
    redactor().redact(partial)
    assert partial.lines == ["Copying… 45%"]
