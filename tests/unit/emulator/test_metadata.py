"""Message metadata."""

import pytest

from emulator import metadata


def test_keys_keep_their_spelling_and_order() -> None:
    assert list(metadata.checked([("Trace", "1"), ("a", "")]).items()) == [("Trace", "1"), ("a", "")]


@pytest.mark.parametrize(
    "pairs",
    [
        [("a", "1"), ("a", "2")],
        [("", "1")],
        [("with space", "1")],
        [("k" * 257, "1")],
        [("a", "é")],
        [("a", "v" * 1025)],
        [("a", 1)],
        [("a", None)],
        [(f"k{n}", "v" * 1024) for n in range(8)],
    ],
)
def test_metadata_beyond_the_rules_is_refused(pairs: list[tuple[str, object]]) -> None:
    with pytest.raises(ValueError, match="metadata"):
        metadata.checked(pairs)


def test_headers_become_lower_case_keys_and_the_last_part_of_the_last_header_counts() -> None:
    headers = [("X-WebPubSub-Metadata-Trace", "a, b"), ("x-webpubsub-metadata-trace", "c , d"), ("Other", "x")]
    assert metadata.from_headers(headers) == {"trace": "d"}


def test_no_such_header_is_no_metadata() -> None:
    assert metadata.from_headers([("Content-Type", "text/plain")]) is None
