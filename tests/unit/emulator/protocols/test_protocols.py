"""Which subprotocol a client gets."""

import pytest

from emulator import protocols
from emulator.protocols.json import JSON, RELIABLE_JSON
from emulator.protocols.protobuf import PROTOBUF, RELIABLE_PROTOBUF
from emulator.session import Codec

PLAIN = "json.webpubsub.azure.v1"
RELIABLE = "json.reliable.webpubsub.azure.v1"


@pytest.mark.parametrize(
    ("offered", "spelled"),
    [
        ([PLAIN], PLAIN),
        ([PLAIN.upper()], PLAIN.upper()),
        (["foo", PLAIN], PLAIN),
        ([PLAIN, RELIABLE], PLAIN),
    ],
)
def test_the_first_known_one_is_selected_in_the_clients_spelling(offered: list[str], spelled: str) -> None:
    assert protocols.select(offered) == (spelled, JSON)


@pytest.mark.parametrize("codec", [RELIABLE_JSON, PROTOBUF, RELIABLE_PROTOBUF])
def test_each_of_the_others_has_a_codec_of_its_own(codec: Codec) -> None:
    assert protocols.select([codec.subprotocol, PLAIN]) == (codec.subprotocol, codec)


@pytest.mark.parametrize("offered", [[], ["foo"], ["mqtt", "bar"]])
def test_without_a_known_one_the_client_is_a_simple_one(offered: list[str]) -> None:
    assert protocols.select(offered) is None
