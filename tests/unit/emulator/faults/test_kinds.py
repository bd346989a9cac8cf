"""The kinds of faults, and what their fields allow."""

import pytest

from emulator.faults.kinds import KINDS, Close


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_says_what_it_does_and_each_field_what_it_means(kind: str) -> None:
    assert KINDS[kind].__doc__
    assert [name for name, field in KINDS[kind].model_fields.items() if not field.description] == []


@pytest.mark.parametrize("code", [1000, 1003, 1007, 1014, 3000, 4999])
def test_codes_that_a_close_frame_may_carry(code: int) -> None:
    assert Close(code=code).code == code


@pytest.mark.parametrize("code", [0, 999, 1004, 1005, 1006, 1015, 2999, 5000])
def test_codes_that_it_may_not(code: int) -> None:
    with pytest.raises(ValueError, match="may not be in a close frame"):
        Close(code=code)
