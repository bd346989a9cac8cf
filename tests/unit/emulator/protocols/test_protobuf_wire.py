"""Reading and writing Protocol Buffers, by the rules of its documentation, with Google's library as the judge."""

import pytest
from google.protobuf.message import DecodeError
from hypothesis import assume, given
from hypothesis import strategies as st

from emulator.protocols.protobuf_wire import (
    BOOL,
    BYTES,
    MAX_FIELDS,
    MAX_GROUPS,
    STRING,
    STRING_MAP,
    UINT32,
    UINT64,
    Schema,
    chunk_field,
    decode,
    number_field,
    varint,
)
from tests.unit.emulator.protocols.published_schema import CLASSES, PACKAGE

INNER = Schema({1: UINT64, 2: STRING})
OUTER = Schema({1: STRING, 2: UINT64, 3: INNER, 4: BOOL, 5: UINT32, 6: STRING_MAP, 7: BYTES})
CHOICE = Schema({1: STRING, 2: BYTES, 3: INNER}, is_oneof=True)


def from_hex(text: str) -> bytes:
    return bytes.fromhex(text.replace(" ", ""))


@given(st.integers(0, 2**64 - 1))
def test_numbers_of_64_bits_are_exact(value: int) -> None:
    assert decode(number_field(2, value), OUTER) == {2: value}


@given(st.integers(0, 2**64 - 1), st.text(), st.binary())
def test_numbers_and_chunks_are_written_as_googles_library_writes_them(value: int, text: str, content: bytes) -> None:
    assume(value and text and content)  # proto3 leaves defaults out, which is up to the codec here
    assert number_field(1, value) == CLASSES[f"{PACKAGE}.SequenceAck"](sequence_id=value).SerializeToString()
    assert chunk_field(1, text.encode()) == CLASSES[f"{PACKAGE}.Connected"](connection_id=text).SerializeToString()
    assert chunk_field(2, content) == CLASSES[f"{PACKAGE}.MessageData"](binary_data=content).SerializeToString()


def test_a_number_may_be_written_longer_than_needed() -> None:
    assert decode(from_hex("10 81 80 80 80 80 80 80 80 80 00"), OUTER) == {2: 1}
    assert decode(from_hex("8A 80 00 81 00 61"), OUTER) == {1: "a"}


def test_numbers_are_cut_to_the_width_of_their_field() -> None:
    assert decode(from_hex("10 FF FF FF FF FF FF FF FF FF 7F"), OUTER) == {2: 2**64 - 1}
    assert decode(number_field(5, 2**32 + 7), OUTER) == {5: 7}
    assert decode(number_field(4, 2**63), OUTER) == {4: True}


def test_what_is_there_with_the_default_value_is_there() -> None:
    assert decode(from_hex("0A00 1000 1A00 2000"), OUTER) == {1: "", 2: 0, 3: {}, 4: False}
    assert decode(b"", OUTER) == {}


def test_the_last_value_of_a_field_counts() -> None:
    assert decode(from_hex("0A0161 1001 0A0162 1002"), OUTER) == {1: "b", 2: 2}


def test_a_message_in_parts_is_put_together() -> None:
    assert decode(from_hex("1A020801 1002 1A03120161 1A020803"), OUTER) == {2: 2, 3: {1: 3, 2: "a"}}


def test_the_last_member_of_a_oneof_counts_and_starts_anew() -> None:
    assert decode(from_hex("0A0161 120162"), CHOICE) == {2: b"b"}
    assert decode(from_hex("1A020801 1A03120161"), CHOICE) == {3: {1: 1, 2: "a"}}
    assert decode(from_hex("1A020801 0A0161 1A03120161"), CHOICE) == {3: {2: "a"}}


def test_an_entry_of_a_map_may_lack_its_key_or_value_and_the_last_of_a_key_counts() -> None:
    assert decode(from_hex("3206 0A0161 120162 3203 0A0161 3203 120163 3200"), OUTER) == {6: {"a": "", "": ""}}


@pytest.mark.parametrize(
    "unknown", ["7801", "7A0161", "79 0102030405060708", "7D 01020304", "0801", "1201 61", "1D 00000000"]
)
def test_unknown_fields_are_skipped_also_known_numbers_in_another_form(unknown: str) -> None:
    assert decode(from_hex(f"{unknown} 1007 {unknown}"), OUTER) == {2: 7}


def test_unknown_groups_are_skipped_with_all_in_them() -> None:
    assert decode(from_hex("7B 0A0161 7B 1001 83 01 84 01 7C 7C 1007"), OUTER) == {2: 7}


def test_nested_groups_are_limited() -> None:
    assert decode(b"\x7b" * MAX_GROUPS + b"\x7c" * MAX_GROUPS, OUTER) == {}
    with pytest.raises(ValueError, match="group"):
        decode(b"\x7b" * (MAX_GROUPS + 1) + b"\x7c" * (MAX_GROUPS + 1), OUTER)


def test_fields_are_limited_over_all_levels() -> None:
    entry = chunk_field(6, b"")
    assert decode(entry * MAX_FIELDS, OUTER) == {6: {"": ""}}
    for data in (entry * (MAX_FIELDS + 1), chunk_field(6, chunk_field(1, b"")) * (MAX_FIELDS // 2 + 1)):
        with pytest.raises(ValueError, match="more than"):
            decode(data, OUTER)


@pytest.mark.parametrize(
    "data",
    [
        *("FF", "80", "FF FF FF FF FF 01", "00", "0200", "06", "07", "0E", "0F"),  # keys
        *("08", "10 80", "10" + "80" * 10 + "01", "10" + "FF" * 11),  # numbers
        *("0A", "0A 01", "0A 05 61", "0A 80", "0A FF FF FF FF 0F", "0A 80 80 80 80 80 00"),  # chunks
        *("79", "79 00", "7D", "7D 000000", "7B", "7C", "7B 7B 7C", "7B 84 01", "7B 1001"),  # fixed widths and groups
        *("0A 01 FF", "0A 02 C3 28", "0A 03 ED A0 80", "1A 03 12 01 FF", "32 03 0A 01 FF", "0A01FF 0A0161"),  # texts
        *("1A 01 08", "1A 02 0A 05", "32 01 0A"),  # messages inside
    ],
)
def test_what_is_no_message_is_refused(data: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        decode(from_hex(data), OUTER)


@given(st.binary(max_size=40))
def test_whatever_arrives_is_a_message_or_a_value_error(data: bytes) -> None:
    try:
        values = decode(data, OUTER)
    except ValueError:
        return
    assert values.keys() <= OUTER.fields.keys()


@given(st.binary(max_size=40))
def test_what_googles_library_refuses_is_refused(data: bytes) -> None:
    judge = CLASSES[f"{PACKAGE}.SendToGroup"]
    try:
        judge.FromString(data)
    except DecodeError:
        with pytest.raises(ValueError, match=r"\w"):
            decode(
                data, Schema({1: STRING, 2: UINT64, 3: Schema({}), 4: BOOL, 5: UINT32, 6: STRING_MAP, 7: Schema({})})
            )


def test_varints_of_one_byte_and_more() -> None:
    assert [varint(value).hex() for value in (0, 1, 127, 128, 300)] == ["00", "01", "7f", "8001", "ac02"]
