"""pem: the inside of a block is masked over lines, and nothing else for long."""

import pytest

from streamer_agent.redact.pem import MOST_LINES, MOST_STRANGERS, PemBlock

BODY = b"MIIEpAIBAAKCAQEA" + b"a" * 48
MARK = b"***"


def masked(block: PemBlock, *lines: bytes) -> list[bytes]:
    return [block.mask(line, MARK) if block.is_open else line for line in lines]


def test_the_inside_is_masked_up_to_the_end() -> None:
    block = PemBlock(is_certain=True)
    lines = masked(block, b"Proc-Type: 4,ENCRYPTED", b"", BODY, b"Xg==", b"-----END RSA PRIVATE KEY-----", BODY)
    assert lines == [b"Proc-Type: 4,ENCRYPTED", b"", MARK, MARK, b"-----END RSA PRIVATE KEY-----", BODY]


def test_what_a_logger_puts_before_each_line_stays() -> None:
    block = PemBlock(is_certain=True)
    assert masked(block, b"12:00 app: " + BODY, b"12:00 app: Xg==") == [b"12:00 app: ***", b"12:00 app: ***"]


@pytest.mark.parametrize(
    "around",
    [
        (b'{"level":"info","msg":"', b'"}'),
        (b'{"msg":"', b'","level":"info"}'),
        (b"\x1b[32m", b"\x1b[0m"),
        (b'  "', b'\\n" +'),
        (b"", b","),
        (b"| ", b" <"),
    ],
)
def test_what_a_logger_puts_around_each_line_stays(around: tuple[bytes, bytes]) -> None:
    block = PemBlock(is_certain=True)
    before, after = around
    assert masked(block, before + BODY + after, before + BODY + after) == [before + MARK + after] * 2


def test_headers_of_an_encrypted_block_do_not_end_it() -> None:
    block = PemBlock(is_certain=True)
    headers = [b"Proc-Type: 4,ENCRYPTED", b"DEK-Info: AES-256-CBC,00", b"Comment: x", b"Version: 1", b""]
    assert masked(block, *headers, BODY) == [*headers, MARK]


def test_lines_of_others_in_between_do_not_end_it() -> None:
    block = PemBlock(is_certain=True)
    assert masked(block, BODY, b"GET /a 200", BODY) == [MARK, b"GET /a 200", MARK]


def test_a_block_without_an_end_is_given_up() -> None:
    block = PemBlock(is_certain=True)
    masked(block, *[b"one of many"] * (MOST_STRANGERS - 1))
    assert block.is_open
    masked(block, b"one too many")
    assert not block.is_open


def test_a_block_of_endless_length_is_given_up() -> None:
    block = PemBlock(is_certain=True)
    lines = masked(block, *[BODY] * (MOST_LINES + 5))
    assert lines.count(MARK) == MOST_LINES


def test_who_comes_in_within_a_block_masks_lines_of_nothing_but_base64() -> None:
    block = PemBlock(is_certain=False)
    assert masked(block, BODY, b"Xg==", b"-----END X-----", BODY) == [MARK, MARK, b"-----END X-----", BODY]


def test_who_comes_in_elsewhere_masks_nothing() -> None:
    digest = b"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert masked(PemBlock(is_certain=False), b"GET /a 200", BODY) == [b"GET /a 200", BODY]
    assert masked(PemBlock(is_certain=False), digest, BODY) == [digest, BODY]
