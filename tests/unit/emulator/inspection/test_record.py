"""What a record keeps of long texts."""

from emulator.inspection.masking import Masking
from emulator.inspection.record import MAX_NAME_CHARACTERS, MAX_WORDS_CHARACTERS, LeftOut, Record
from tests.unit.emulator.tokens import KEY

MASKING = Masking([KEY])
LONG = "n" * 60_000


def test_every_text_is_bounded_and_says_how_long_it_was() -> None:
    names = dict.fromkeys(("what", "words", "hub", "connection", "user", "group"), LONG)
    record = Record(number=1, at=0.0, kind="rest", **names).bounded(MASKING)
    for name in names:
        text = getattr(record, name)
        assert text.endswith("… (60,000 characters)")
        assert len(text) <= MAX_WORDS_CHARACTERS + 30
    assert len(record.user or "") <= MAX_NAME_CHARACTERS + 30


def test_no_half_of_a_key_is_kept_where_a_text_is_cut() -> None:
    text = "x" * (MAX_WORDS_CHARACTERS - 20) + KEY + LONG
    assert KEY[:10] not in Record(number=1, at=0.0, kind="rest", what=text).bounded(MASKING).what


def test_what_is_short_stays() -> None:
    record = Record(number=1, at=0.0, kind="rest", what=KEY, group="g" * MAX_NAME_CHARACTERS)
    assert record.bounded(MASKING) is record


def test_the_size_counts_every_text() -> None:
    empty = Record(number=1, at=0.0, kind="rest", what="")
    left_out = Record(number=1, at=0.0, kind="rest", what="", ids=(LONG,), left_out=(LeftOut("c", LONG),))
    assert left_out.size_bytes - empty.size_bytes >= 2 * len(LONG)
